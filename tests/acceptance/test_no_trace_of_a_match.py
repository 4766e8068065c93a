"""Whatever the log level, and wherever a crawl breaks down: of known material there is no trace in clear."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from console.demo import altered
from console.demo.lists import perceptual_hash
from console.demo.pictures import jpeg
from filters.measure.picture import Limits, inspect
from storage.incidents import new_key_pair
from tests.acceptance.leavings import leavings
from tests.acceptance.traces import disguises_of, found_in, runs_of
from tests.acceptance.workshop import LOOPBACK, Said, Workshop
from tests.mock_site import Reply, Web, picture

_LISTED: Final = "castle"
_NEAR: Final = "windmill"
_PLACES: Final = {"/9f3a/first-secret-place.jpg": _LISTED, "/77c1/second-secret-place.jpg": _NEAR}
_CAPTIONS: Final = ("A very private caption of the first", "A very private caption of the second")
_LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_STAGES: Final = {
    "as the digests are asked": "crawler.inspection._digested",
    "as the worker is asked": "crawler.workers.WorkerPool.run",
    "as it is measured": "crawler.inspection.Inspection._measure",
    "as the match is noted": "crawler.page_book.PageBook.match",
    "as its neighbours are let go": "crawler.page_book.beside_match",
    "as it is sealed": "storage.incident_records.seal",
    "as the share is written": "storage.share_writer.ShareWriter._enter_event",
    "as its rows are inserted": "storage.share_rows.ShareRows.insert",
    "as the ledger is appended to": "storage.ledger.Ledger.append_all",
    "as the ledger is signed": "storage.checkpoints.Checkpoints.sign",
}
"""Functions that a crawl of the page below calls; each is made to raise in a run of its own."""


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """Two harmless pictures are declared known: one by its bytes, one by what it looks like."""
    _, public = new_key_pair()
    workshop = Workshop.open(tmp_path_factory.mktemp("listed") / "altsieve", ALTSIEVE_INCIDENT_PUBLIC_KEY=public)
    _list(workshop, "digests", "sha256", hashlib.sha256(jpeg(_LISTED)).hexdigest())
    _list(workshop, "looks", "pdq", perceptual_hash(_NEAR))
    return workshop


@pytest.fixture
def sealed(listed: Workshop, tmp_path: Path) -> Workshop:
    return listed.copied(tmp_path / "altsieve")


@pytest.mark.parametrize("level", _LEVELS)
def test_no_log_level_leaves_a_trace(sealed: Workshop, web: Web, level: str) -> None:
    said = _crawl(sealed, web, log_level=level)
    assert said.status == 0, said.all
    (run,) = sealed.ask("runs")
    matches = sum(run["refused"].get(reason, 0) for reason in ("hash.on-list", "hash.near-list"))
    assert matches == 2, said.all
    assert run["unsure"] == {"page.incident": 2}
    assert _traces(sealed, said) == []


@pytest.mark.parametrize("broken", _STAGES.values(), ids=_STAGES.keys())
def test_no_crash_leaves_a_trace(sealed: Workshop, web: Web, broken: str) -> None:
    said = _crawl(sealed, web, log_level="DEBUG", broken=broken)
    assert "it broke down here" in "".join(map(_text, _logs(sealed))) + said.all or said.status != 0, said.all
    assert sealed.ask("pairs") == []
    assert _traces(sealed, said) == []


def test_the_search_finds_what_an_ordinary_refusal_leaves(sealed: Workshop, web: Web) -> None:
    """Else the tests above would show nothing: without lists the same page leaves all of it but the bytes."""
    for name in ("digests", "looks"):
        sealed.must("hashlist", "remove", name, "--why", "to see that the search finds something")
    said = _crawl(sealed, web, log_level="DEBUG")
    found = " ".join(_traces(sealed, said))
    assert {"address", "caption", "hash", "bytes"} <= {each for each in _KINDS if f"{each} of 0" in found}


_KINDS: Final = ("address", "caption", "hash", "bytes")


def _crawl(workshop: Workshop, web: Web, *, log_level: str, broken: str = "") -> Said:
    for (place, scene), body in zip(_PLACES.items(), (jpeg(_LISTED), altered.reencoded(_NEAR)), strict=True):
        assert scene in (_LISTED, _NEAR)
        web.answers[place] = Reply(body=body, content_type="image/jpeg")
    beside = (
        (picture("kite"), "A kite in the wind above a beach"),
        (picture("market"), "Striped stalls of a market on a Saturday"),
    )
    seed = web.plant_page("/album", *zip(_PLACES, _CAPTIONS, strict=True), *beside)
    environment = {**workshop.environment, "ALTSIEVE_LOG_LEVEL": log_level}
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
    return found_in(leavings(workshop, said), dict(_needles()))


def _needles() -> Iterator[tuple[str, bytes]]:
    listed = {hashlib.sha256(jpeg(_LISTED)).hexdigest(), perceptual_hash(_NEAR)}
    for number, (place, caption) in enumerate(zip(_PLACES, _CAPTIONS, strict=True)):
        yield f"address of {number}", place[1:].encode()
        yield f"address of {number} quoted", place[1:].replace("/", "%2F").encode()
        yield f"caption of {number}", caption.encode()
    for number, body in enumerate((jpeg(_LISTED), altered.reencoded(_NEAR))):
        for run in runs_of(body):
            yield from ((f"bytes of {number}, way {way}", each) for way, each in enumerate(disguises_of(run)))
        for value in _hashes_of(body) - listed:
            yield f"hash of {number}", value.encode()
            yield f"hash of {number}, raw", bytes.fromhex(value)


def _hashes_of(body: bytes) -> set[str]:
    facts = inspect(body, Limits())
    assert facts.picture is not None
    seen = {each for view in facts.picture.views for each in (view.pdq, view.phash16, *view.orientations)}
    return seen | {facts.digests.md5, facts.digests.sha1, facts.digests.sha256}


def _list(workshop: Workshop, name: str, kind: str, value: str) -> None:
    file = workshop.temporary / f"{name}.txt"
    file.write_text(value)
    workshop.must("hashlist", "import", str(file), "--name", name, "--type", kind, "--synthetic")
    file.unlink()


def _logs(workshop: Workshop) -> list[Path]:
    return [each for each in workshop.folder.rglob("*.log") if each.is_file()]


def _text(path: Path) -> str:
    return path.read_text(errors="replace")
