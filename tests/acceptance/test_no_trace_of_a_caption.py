"""What words make a match: nothing tells of it but a sealed incident."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from console.demo.pictures import jpeg
from filters.measure.limits import Limits
from filters.measure.picture import inspect
from storage.incidents import new_key_pair
from tests.acceptance.leavings import leavings
from tests.acceptance.traces import disguises_of, found_in, runs_of
from tests.acceptance.workshop import LOOPBACK, Said, Workshop
from tests.filters.stand_ins import MINOR, NUDITY, SEXUAL, TERM_LIST
from tests.mock_site import Reply, Web, picture

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
    return prepared.copied(tmp_path / "altsieve")


@pytest.fixture
def key(prepared: Workshop) -> Path:
    return prepared.folder.parent / "private.key"


def test_a_match_of_words_is_a_sealed_incident_and_nothing_else(sealed: Workshop, web: Web, key: Path) -> None:
    """Its picture is never asked for; a sexual term alone is an ordinary refusal, and one of nudity alone is none."""
    other = ("/an-ordinary-place.jpg", f"A {SEXUAL}")
    plain = web.plant_page("/plain", other, (picture("market"), f"A {NUDITY} of a market"))
    said = _crawl(sealed, web, more=(plain,))
    assert said.status == 0, said.all
    (run,) = sealed.ask("runs")
    assert (run["refused"], run["unsure"]) == ({"safety.minor-term": 1, "safety.term": 1}, {"page.incident": 1})
    assert run["stored"] == 1
    assert not {_PLACE, other[0]} & {*web.paths()}
    assert _traces(sealed, said) == []
    (line,) = sealed.ask("refusals", "--reason", "safety.minor-term")
    assert (line["image_url"], line["page_url"], line["evidence"], line["revision"]) == (None, None, None, None)
    (incident,) = sealed.ask("incidents", "list")
    assert incident["due"] is None
    record = _opened(sealed, incident["event_id"], key)
    assert record["picture"]["url"].endswith(_PLACE)
    assert (record["digests"], record["picture"]["fetched_at"]) == (None, None)
    assert not [each for each in (MINOR, SEXUAL, _CAPTION) if each in str(record)]


def test_a_score_beside_a_term_of_a_minor_is_a_match_without_a_trace(sealed: Workshop, web: Web, key: Path) -> None:
    """The picture is harmless, and the model a stand-in that is never quite sure."""
    caption, body = f"A very private caption with a {MINOR}", jpeg("windmill")
    web.answers[_PLACE] = Reply(body=body, content_type="image/jpeg")
    said = _crawl(sealed, web, caption=caption, more=("-s", "SAFETY_MODELS=tests.models:wavering"))
    assert said.status == 0, said.all
    (run,) = sealed.ask("runs")
    assert (run["refused"], run["unsure"]) == ({"safety.minor": 1}, {"page.incident": 1})
    assert _PLACE in web.paths()
    assert _traces(sealed, said, caption, body) == []
    (incident,) = sealed.ask("incidents", "list")
    record = _opened(sealed, incident["event_id"], key)
    assert incident["due"] is None
    assert record["verdict"]["evidence"].keys() == {"calm", "model", "needed", "terms"}
    assert record["digests"]["sha256"] == hashlib.sha256(body).hexdigest()
    assert not [each for each in (MINOR, caption) if each in str(record)]


def _crawl(workshop: Workshop, web: Web, *, caption: str = _CAPTION, more: tuple[str, ...] = ()) -> Said:
    beside = (picture("kite"), "A kite in the wind above a beach")
    seed = web.plant_page("/album", (_PLACE, caption), beside)
    return workshop.run("crawl", seed, *more, *LOOPBACK)


def _traces(workshop: Workshop, said: Said, caption: str = _CAPTION, body: bytes = b"") -> list[str]:
    return found_in(leavings(workshop, said), dict(_needles(caption, body)))


def _needles(caption: str, body: bytes) -> Iterator[tuple[str, bytes]]:
    yield from (("address", _PLACE[1:].encode()), ("address quoted", _PLACE[1:].replace("/", "%2F").encode()))
    yield "caption", caption.encode()
    for number, run in enumerate(runs_of(body)):
        yield from ((f"bytes {number}, way {way}", each) for way, each in enumerate(disguises_of(run)))
    if body:
        facts = inspect(body, Limits())
        assert facts.picture is not None
        yield "digest", facts.digests.sha256.encode()
        yield from ((f"hash {number}", view.pdq.encode()) for number, view in enumerate(facts.picture.views))


def _opened(workshop: Workshop, event_id: str, key: Path) -> dict[str, Any]:
    written = workshop.must("incidents", "export", event_id, "--format", "json", "--key", str(key), "--json")
    record: dict[str, Any] = json.loads(written.lines[0]["document"])["record"]
    return record
