"""A re-scan says of each mode, frame and edit of a picture what a fresh crawl with the same lists would say."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from PIL import Image

from crawler.canary_edits import ALTERATIONS
from filters.facts import Facts
from filters.lineup import FILTERS, MATCH_REASONS
from filters.measure.picture import Limits, inspect
from storage.rescan_records import RescanState
from storage.shares import Result
from storage.tables import event, sighting, tombstone
from tests.filters.measure.pictures import colour, saved
from tests.filters.measure.test_normalise import MATRIX, SEED, stored
from tests.storage.held_again import Collection, collection
from tests.storage.keys import object_key

LISTED, OTHERS = SEED, (21, 22, 23)
ANIMATED = ("GIF", "PNG", "WEBP", "TIFF", "AVIF")
NOT_ASKED = ("duplicates", "caption-frequency", "remote-match")


def bodies() -> Iterator[tuple[str, bytes]]:
    listed, (cover, *rest) = colour(LISTED), map(colour, OTHERS)
    yield from ((f"edit {name}", edit(listed)) for name, edit in ALTERATIONS.items())
    yield from ((f"other {name}", ALTERATIONS[name](cover)) for name in ("jpeg-50", "mirror", "invert"))
    turned = (each for each in MATRIX if each[-1] in (1, 6) or each[:2] == ("JPEG", "RGB"))
    yield from ((" ".join(map(str, each)), stored(*each)) for each in turned)
    for container in ANIMATED:
        yield f"second frame {container}", saved(cover, container, save_all=True, append_images=[listed, *rest])
        yield f"other frames {container}", saved(cover, container, save_all=True, append_images=rest)
    many = [cover.copy() for _ in range(69)] + [listed]
    yield "too many frames", saved(cover, "TIFF", save_all=True, append_images=many)
    for alpha, name in ((0, "hidden"), (255, "opaque")):
        shown = listed.convert("RGBA")
        shown.putalpha(alpha)
        yield f"{name} under alpha", saved(shown, "PNG")
    whole = saved(listed, "JPEG")
    yield from (("half", whole[: len(whole) // 2]), ("trailing", whole + b"PK and more"), ("no picture", b"GIF88a"))
    yield "flat", saved(Image.new("RGB", (300, 300), (9, 99, 9)), "PNG")


@cache
def measured() -> dict[str, tuple[Facts, bytes]]:
    """What two ways to save come to the same bytes is measured once."""
    different = {body: name for name, body in bodies()}
    return {name: (inspect(body, Limits()), body) for body, name in different.items()}


def entries() -> dict[str, list[tuple[str, str]]]:
    plain = inspect(saved(colour(LISTED), "PNG"), Limits()).picture
    assert plain is not None
    digests = [facts.digests for facts, _ in measured().values()]
    return {
        "pdq": [("pdq", plain.views[0].pdq)],
        "phash16": [("phash16", plain.views[0].phash16)],
        "digests": [
            *(("sha256", each.sha256) for each in digests[::5]),
            *(("md5", each.md5) for each in digests[1::5]),
            *(("sha1", each.sha1) for each in digests[2::5]),
        ],
    }


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Collection]:
    with collection(tmp_path) as found:
        found.by = replace(found.by, names=tuple(each.name for each in FILTERS if each.name not in NOT_ASKED))
        found.list_()
        yield found


@pytest.mark.parametrize("kind", ["pdq", "phash16", "digests"])
def test_a_re_scan_says_what_a_fresh_crawl_would(held: Collection, kind: str) -> None:
    for facts, body in measured().values():
        key = object_key(facts.digests.sha256)
        held.crawl.objects.put_all({key: body})
        if held.see(facts) != [Result.STORED]:
            held.crawl.objects.delete(key)
    held.rescan()  # from here on only what a list nominates is looked at
    held.list_(*entries()[kind])
    page_id = held.crawl.new_page()
    fresh = {
        facts.digests.sha256: held.decision(held.subject(page_id, 700, facts)).decisive
        for facts, _ in measured().values()
    }
    said = {digest: None if found is None else str(found.reason) for digest, found in fresh.items()}
    matches = {digest: reason for digest, reason in said.items() if reason in MATCH_REASONS}
    assert held.rescan().state is RescanState.DONE
    withdrawn = {row.sha256: row.reason for row in held.crawl.rows(tombstone)}
    assert {row.sha256: row.reason for row in held.crawl.rows(sighting)} | withdrawn == {
        digest: reason for digest, reason in said.items() if digest not in matches
    }
    assert Counter(row.reason for row in held.crawl.rows(event)) == Counter(matches.values())
    assert held.crawl.verify() == []
    assert min(len(matches), len(said) - len(matches)) > 20
