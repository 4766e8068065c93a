import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from referencing import Registry, Resource

from console.openlineage import events_of
from storage.runs import RunState, RunSummary
from tests.console.conftest import Recorded

SCHEMAS = json.loads((Path(__file__).parents[1] / "data" / "openlineage.json").read_text())
REGISTRY: Registry[Any] = Registry().with_resources((each["$id"], Resource.from_contents(each)) for each in SCHEMAS)
BEGAN, ENDED, NOW = (datetime(2026, 11, day, 12, tzinfo=UTC) for day in (1, 2, 3))
RUN = RunSummary(
    run_id="01990f2e-7a53-7c1a-9f0e-2b6d5e8c4a10",
    started_at=BEGAN,
    finished_at=ENDED,
    state=RunState.FINISHED,
    pages=1,
    pages_pending=0,
    pages_failed=0,
    candidates=3,
    stored=2,
    refused={"alt.missing": 1},
    spider="pages",
    arguments={"seeds": ["https://pages.example/a?b=1", "https://other.example"]},
    operator="The Archive",
    contact="https://archive.example/",
    legal_basis=None,
    settings={},
    settings_digest="0" * 64,
    revisions={},
    policy_digest="1" * 64,
    epoch=1,
    code_version="0.1.0 (abc)",
    provisional=False,
)


def require_valid(event: Any) -> None:
    """Hold it against the schemas that it names, those of its facets too."""
    for said, schema in ((event, event["schemaURL"]), *((each, each["_schemaURL"]) for each in facets(event))):
        Draft202012Validator({"$ref": schema}, registry=REGISTRY, format_checker=FormatChecker()).validate(said)


def facets(event: Any) -> list[Any]:
    holders = [event["run"], event["job"], *event["inputs"], *event["outputs"]]
    return [each for holder in holders for name in ("facets", "outputFacets") for each in holder.get(name, {}).values()]


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (RunState.FINISHED, ["START", "COMPLETE"]),
        (RunState.STOPPED, ["START", "ABORT"]),
        (RunState.BROKE_OFF, ["START", "FAIL"]),
        (RunState.RUNNING, ["START"]),
    ],
)
def test_a_run_begins_and_ends_as_the_specification_says(state: RunState, told: list[str]) -> None:
    events = events_of(replace(RUN, state=state), "sqlite:///data/altsieve.db", now=NOW)
    assert [each["eventType"] for each in events] == told
    for each in events:
        require_valid(each)


def test_a_run_that_was_killed_ended_by_the_time_it_is_asked_for() -> None:
    killed = replace(RUN, state=RunState.BROKE_OFF, finished_at=None)
    assert [each["eventTime"] for each in events_of(killed, "x", now=NOW)] == [
        "2026-11-01T12:00:00.000000Z",
        "2026-11-03T12:00:00.000000Z",
    ]


def test_it_reads_the_seeds_and_writes_pairs() -> None:
    began, ended = events_of(RUN, "sqlite:///data/altsieve.db", now=NOW)
    assert began["inputs"] == [
        {"namespace": "https://pages.example", "name": "/a"},
        {"namespace": "https://other.example", "name": "/"},
    ]
    assert began["outputs"] == [{"namespace": "sqlite:///data/altsieve.db", "name": "pair"}]
    assert ended["outputs"][0]["outputFacets"]["outputStatistics"]["rowCount"] == 2
    tags = {each["key"]: each["value"] for each in ended["run"]["facets"]["tags"]["tags"]}
    assert tags == {
        "contact": "https://archive.example/",
        "settings_sha256": "0" * 64,
        "policy_sha256": "1" * 64,
    }
    assert ended["job"]["facets"]["ownership"]["owners"] == [{"name": "The Archive", "type": "OPERATOR"}]


def test_the_schemas_find_what_is_wrong() -> None:
    event = events_of(RUN, "x", now=NOW)[0]
    for wrong in (event | {"eventType": "BEGIN"}, {**event, "run": {}}, event | {"eventTime": 1}):
        with pytest.raises(ValidationError):
            require_valid(wrong)


def test_the_command_writes_an_event_a_line_and_no_address_of_what_was_refused(recorded: Recorded) -> None:
    answer = recorded.altsieve("runs", "show", recorded.run_id, "--as", "openlineage")
    assert answer.code == 0
    assert [each["eventType"] for each in answer.json_lines] == ["START", "COMPLETE"]
    for each in answer.json_lines:
        require_valid(each)
    assert "pictures.example" not in answer.out
    assert answer.out == recorded.altsieve("runs", "show", recorded.run_id, "--as", "openlineage").out
