"""After a crawl no byte of a refused picture is on disk, and nothing in clear tells of one that is known."""

import hashlib
from collections.abc import Iterator
from functools import cache

import pytest

from console.demo.case import Place
from console.demo.cases import CASES
from console.demo.known import BY_MD5, BY_SHA256
from console.demo.lists import perceptual_hash
from console.demo.pictures import jpeg
from console.demo.site import Site
from filters.measure.picture import Limits, inspect
from tests.acceptance.conftest import Crawled
from tests.acceptance.leavings import leavings
from tests.acceptance.traces import disguises_of, found_in, runs_of

_HELD_ANYHOW = ("duplicate.pair", "duplicate.image-caption-flood", "duplicate.caption-flood")
_REFUSED = [case for case in CASES if case.reason and case.reason not in _HELD_ANYHOW]
_MATCHES = [case for case in CASES if case.is_match]


@pytest.fixture(scope="module")
def haystack(demo: Crawled) -> dict[str, bytes]:
    """Everything that the crawl left: database, write-ahead log, objects, logs, temporary files, shared memory."""
    return {**leavings(demo.workshop, demo.said), "write-ahead log": demo.wal}


def test_the_search_finds_what_is_kept(haystack: dict[str, bytes]) -> None:
    """Else the tests below would show nothing."""
    kept = next(case for case in CASES if case.reason is None)
    needles = {"picture": runs_of(kept.answer().body)[0], "text": (kept.alt or "").encode()}
    found = " ".join(found_in(haystack, needles))
    assert "picture in" in found
    assert "text in database as text" in found
    assert "text in write-ahead log" in found


def test_logs_were_written_at_debug(haystack: dict[str, bytes]) -> None:
    assert any(b"DEBUG" in body for name, body in haystack.items() if name.endswith(".log"))


def test_no_byte_of_a_refused_picture_is_on_disk(haystack: dict[str, bytes]) -> None:
    assert found_in(haystack, dict(_pieces_of_pictures())) == []


def test_no_address_or_caption_of_known_material_stands_anywhere(haystack: dict[str, bytes]) -> None:
    assert found_in(haystack, dict(_addresses_and_captions())) == []


def test_no_hash_of_known_material_stands_anywhere_but_in_the_imported_lists(haystack: dict[str, bytes]) -> None:
    assert found_in(haystack, dict(_hashes())) == []


def _pieces_of_pictures() -> Iterator[tuple[str, bytes]]:
    for case_number, case in enumerate(_REFUSED):
        for number, run in enumerate(runs_of(_body(case.image))):
            for way, disguised in enumerate(disguises_of(run)):
                yield f"refused picture {case_number} run {number} way {way}", disguised


def _addresses_and_captions() -> Iterator[tuple[str, bytes]]:
    for number, case in enumerate(_MATCHES):
        address = case.image.path.removeprefix("/")
        yield f"address {number}", address.encode()
        yield f"address {number} quoted", address.replace("/", "%2F").encode()
        yield f"address {number} as UTF-16", address.encode("utf-16-le")
        if case.reason != "page.incident" or len(case.text) > len("Game"):
            yield f"caption {number}", case.text.encode()
            yield f"caption {number} as UTF-16", case.text.encode("utf-16-le")


def _hashes() -> Iterator[tuple[str, bytes]]:
    listed = _listed()
    for number, case in enumerate(_MATCHES):
        for value in _hashes_of(_body(case.image)) - listed:
            yield f"hash of {number} {value[:2]}", value.encode()
            yield f"hash of {number} {value[:2]} in capitals", value.upper().encode()
            yield f"hash of {number} {value[:2]} raw", bytes.fromhex(value)


@cache
def _hashes_of(body: bytes) -> frozenset[str]:
    facts = inspect(body, Limits())
    assert facts.picture is not None
    seen = (part for view in facts.picture.views for part in (view.pdq, view.phash16, *view.orientations))
    telling = (each for each in seen if len(set(each)) > 4)  # a flat view has the hash of every other flat one
    return frozenset((facts.digests.md5, facts.digests.sha1, facts.digests.sha256, *telling))


def _listed() -> frozenset[str]:
    md5 = hashlib.md5(jpeg(BY_MD5), usedforsecurity=False).hexdigest()
    digests = (md5, hashlib.sha256(jpeg(BY_SHA256)).hexdigest())
    return frozenset((*digests, perceptual_hash(BY_MD5), perceptual_hash(BY_SHA256)))


def _body(place: Place) -> bytes:
    """Return what the server sends in the end."""
    site = Site(0)
    answer = site.answer(place)
    return _body(answer.to) if isinstance(answer.to, Place) else answer.body
