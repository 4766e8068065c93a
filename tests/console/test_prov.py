import json
from typing import Any

import pytest
from prov.model import ProvDocument, ProvGeneration

from tests.console.conftest import Recorded

THINGS = ("entity", "activity", "agent")
ROLES = {
    "entity": "entity",
    "activity": "activity",
    "agent": "agent",
    "generatedEntity": "entity",
    "usedEntity": "entity",
    "informed": "activity",
    "informant": "activity",
    "delegate": "agent",
    "responsible": "agent",
}


def subject_of(recorded: Recorded, noun: str) -> str:
    pair = recorded.altsieve("pairs", "--json").json_lines[0]
    subjects: dict[str, str] = {
        "pair": recorded.pair_ids[0],
        "url": pair["image_url"],
        "host": "pages.example",
        "image": pair["image_sha256"],
        "run": recorded.run_id,
    }
    return subjects[noun]


def told(recorded: Recorded, noun: str = "pair") -> Any:
    answer = recorded.altsieve("audit", noun, subject_of(recorded, noun), "--as", "prov")
    assert (answer.code, answer.err) == (0, "")
    return answer.json


@pytest.mark.parametrize("noun", ["pair", "image", "url", "host", "run"])
def test_a_library_of_prov_reads_it_and_nothing_stands_in_a_relation_that_is_not_told_of(
    recorded: Recorded, noun: str
) -> None:
    said = told(recorded, noun)
    read = ProvDocument.deserialize(content=json.dumps(said), format="json")
    relations = {kind: each for kind, each in said.items() if kind not in (*THINGS, "prefix")}
    assert len(list(read.get_records())) == sum(map(len, relations.values())) + sum(len(said[each]) for each in THINGS)
    for relation in relations.values():
        for roles in relation.values():
            for role, name in roles.items():
                if role != "prov:time":
                    assert name in said[ROLES[role.removeprefix("prov:")]]


def test_a_pair_comes_from_a_picture_and_a_page_by_a_judging_that_asked_lists_and_filters(recorded: Recorded) -> None:
    said = told(recorded)
    trail = recorded.altsieve("audit", "pair", recorded.pair_ids[0], "--json").json
    first, again = trail["sightings"]
    pair, judging = f"altsieve:pair/{recorded.pair_ids[0]}", f"altsieve:judging/{first['sighting_id']}"
    made = [each for each in said["wasGeneratedBy"].values() if each["prov:entity"] == pair]
    assert made == [{"prov:entity": pair, "prov:activity": judging, "prov:time": first["judged_at"]}]
    derived = [each for each in said["wasDerivedFrom"].values() if each["prov:generatedEntity"] == pair]
    image = f"altsieve:image/{first['facts']['digests']['sha256']}"
    assert {each["prov:usedEntity"] for each in derived} == {image, f"altsieve:sighting/{first['sighting_id']}"}
    used = {each["prov:entity"] for each in said["used"].values() if each["prov:activity"] == judging}
    assert used >= {image, *(f"altsieve:list/{each}" for each in first["lists"])}
    verdicts = [name for name in said["entity"] if name.startswith(f"altsieve:verdict/{first['sighting_id']}.")]
    assert len(verdicts) == len(first["verdicts"]) > 0
    assert said["entity"][f"altsieve:sighting/{again['sighting_id']}"]["altsieve:reason"] == "duplicate.pair"
    read = ProvDocument.deserialize(content=json.dumps(said), format="json")
    assert len(list(read.get_records(ProvGeneration))) == len(said["wasGeneratedBy"])


def test_a_run_is_answered_for_by_its_operator(recorded: Recorded) -> None:
    said = told(recorded, "run")
    (delegation,) = said["actedOnBehalfOf"].values()
    assert delegation["prov:responsible"] == "altsieve:operator/tester"
    assert delegation["prov:activity"] == f"altsieve:run/{recorded.run_id}"
    assert (
        said["activity"][delegation["prov:activity"]]["prov:startTime"]
        < said["activity"][delegation["prov:activity"]]["prov:endTime"]
    )


def test_a_withdrawal_invalidates_the_pair(recorded: Recorded) -> None:
    pair = recorded.pair_ids[0]
    assert recorded.altsieve("withdraw", "--pair", pair, "--why", "asked for", "--by", "grace hopper").code == 0
    said = told(recorded)
    ended = {each["prov:entity"]: each["prov:activity"] for each in said["wasInvalidatedBy"].values()}
    assert f"altsieve:pair/{pair}" in ended
    activity = ended[f"altsieve:pair/{pair}"]
    assert said["activity"][activity]["altsieve:why"] == "asked for"
    responsible = {each["prov:activity"]: each["prov:agent"] for each in said["wasAssociatedWith"].values()}
    assert responsible[activity] == "altsieve:operator/grace%20hopper"


def test_what_was_never_seen_is_an_empty_document_and_a_no(recorded: Recorded) -> None:
    answer = recorded.altsieve("audit", "pair", "0" * 32, "--as", "prov")
    assert (answer.code, answer.json) == (1, {"prefix": {"altsieve": "urn:altsieve:"}})
