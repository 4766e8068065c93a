"""A caption that speaks of a minor and of sexual content: its picture is never asked for, and nothing tells of it."""

import json
import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from storage.incidents import new_key_pair
from tests.acceptance.traces import files_below, found_in
from tests.acceptance.workshop import LOOPBACK, Said, Workshop
from tests.filters.stand_ins import MINOR, NUDITY, SEXUAL, TERM_LIST
from tests.mock_site import Web, picture

_PLACE: Final = "/5c1d/third-secret-place.jpg"
_CAPTION: Final = f"A very private caption with a {MINOR} and a {SEXUAL}"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """The list of terms lies beside the workshop, where nothing is searched for traces."""
    folder = tmp_path_factory.mktemp("captions")
    private, public = new_key_pair()
    (folder / "terms.txt").write_text(TERM_LIST, "utf-8")
    (folder / "private.key").write_text(private)
    (folder / "private.key").chmod(0o600)
    return Workshop.open(
        folder / "altsieve",
        ALTSIEVE_INCIDENT_PUBLIC_KEY=public,
        ALTSIEVE_SAFETY_TERMS=str(folder / "terms.txt"),
        ALTSIEVE_LOG_LEVEL="DEBUG",
    )


@pytest.fixture
def sealed(prepared: Workshop, tmp_path: Path) -> Workshop:
    return replace(prepared, folder=shutil.copytree(prepared.folder, tmp_path / "altsieve"))


@pytest.fixture
def key(prepared: Workshop) -> Path:
    return prepared.folder.parent / "private.key"


def test_it_is_a_sealed_incident_and_nothing_else(sealed: Workshop, web: Web, key: Path) -> None:
    said = _crawl(sealed, web)
    assert said.status == 0, said.all
    (run,) = sealed.ask("runs")
    assert (run["refused"], run["unsure"]) == ({"safety.minor-term": 1}, {"page.incident": 1})
    assert _PLACE not in web.paths()
    assert _traces(sealed, said) == []
    (line,) = sealed.ask("refusals", "--reason", "safety.minor-term")
    assert (line["image_url"], line["page_url"], line["evidence"], line["revision"]) == (None, None, None, None)
    (incident,) = sealed.ask("incidents", "list")
    assert incident["due"] is None
    record = _opened(sealed, incident["event_id"], key)
    assert record["picture"]["url"].endswith(_PLACE)
    assert (record["digests"], record["picture"]["fetched_at"]) == (None, None)
    assert not [each for each in (MINOR, SEXUAL, _CAPTION) if each in str(record)]


def test_a_sexual_term_alone_is_an_ordinary_refusal(sealed: Workshop, web: Web) -> None:
    run = sealed.crawl(web.plant_page("/plain", (_PLACE, f"A {SEXUAL}"), (picture("kite"), f"A {NUDITY}")), *LOOPBACK)
    assert run["refused"] == {"safety.term": 1}
    assert run["stored"] == 1
    assert _PLACE not in web.paths()


def test_crash_as_it_is_sealed_leaves_no_trace(sealed: Workshop, web: Web) -> None:
    said = _crawl(sealed, web, broken="storage.incident_records.seal")
    assert said.status != 0, said.all
    assert sealed.ask("pairs") == []
    assert _traces(sealed, said) == []


def test_terms_that_cannot_be_read_keep_a_run_from_starting(sealed: Workshop, web: Web) -> None:
    said = sealed.run(
        "crawl", web.plant_page("/a", (picture("kite"), "A kite")), *LOOPBACK, "-s", "SAFETY_TERMS=/no/file"
    )
    assert said.status == 3, said.all
    assert "SAFETY_TERMS" in said.err


def _crawl(workshop: Workshop, web: Web, *, broken: str = "") -> Said:
    beside = (picture("kite"), "A kite in the wind above a beach")
    seed = web.plant_page("/album", (_PLACE, _CAPTION), beside)
    environment = dict(workshop.environment)
    if broken:
        (workshop.folder / "tampered.py").write_text(_TAMPERED.format(broken=broken))
        environment |= {"SCRAPY_SETTINGS_MODULE": "tampered", "PYTHONPATH": str(workshop.folder)}
    return replace(workshop, environment=environment).run("crawl", seed, *LOOPBACK)


_TAMPERED: Final = """from settings.base import *
from pkgutil import resolve_name

def break_down(*arguments, **named):
    raise RuntimeError("it broke down here")

where, _, name = "{broken}".rpartition(".")
setattr(resolve_name(where), name, break_down)
"""


def _traces(workshop: Workshop, said: Said) -> list[str]:
    haystack = {
        **files_below(workshop.folder, Path("/dev/shm")),  # noqa: S108 - searched, not used
        "output": said.all.encode(),
        "database as text": _dump(workshop.database),
    }
    needles = {"address": _PLACE[1:], "address quoted": _PLACE[1:].replace("/", "%2F"), "caption": _CAPTION}
    return found_in(haystack, {name: each.encode() for name, each in needles.items()})


def _opened(workshop: Workshop, event_id: str, key: Path) -> dict[str, Any]:
    written = workshop.must("incidents", "export", event_id, "--format", "json", "--key", str(key), "--json")
    record: dict[str, Any] = json.loads(written.lines[0]["document"])["record"]
    return record


def _dump(database: Path) -> bytes:
    connection = sqlite3.connect(database)
    try:
        return "\n".join(connection.iterdump()).encode()
    finally:
        connection.close()
