"""Whatever a server does to one picture, the others are stored, and each has its reason and no more."""

from pathlib import Path
from typing import NamedTuple

import pytest

from storage.objects import digest_in
from storage.sightings import Refusal
from tests.crawler.crawls import Crawl, Place
from tests.mock_site import Web, page, picture, serving

FATES = {
    "missing.jpg": ("fetch.failed", {"status": 404, "retry": "permanent"}),
    "status/500": ("fetch.failed", {"status": 500, "retry": "transient"}),
    "redirect?to=file:///etc/passwd": ("network.scheme", {}),
    "redirect-for-ever/0": ("fetch.failed", {"error": "TooManyRedirects", "retry": "permanent"}),
    "gzip-bomb/image/jpeg": ("fetch.too-large", {"retry": "permanent"}),
    "br-bomb/image/jpeg": ("fetch.too-large", {"retry": "permanent"}),
    "zstd-bomb/image/jpeg": ("fetch.too-large", {"retry": "permanent"}),
    "endless/image/jpeg": ("fetch.too-large", {"retry": "permanent"}),
    "endless-headers": ("fetch.too-large", {"retry": "permanent"}),
    "drip/image/jpeg": ("fetch.too-slow", {"retry": "transient"}),
    "slow-redirects/1": ("fetch.too-slow", {"retry": "transient"}),
    "silence": ("fetch.too-slow", {"retry": "transient"}),
    "hangs-up": ("fetch.failed", {"error": "ResponseDataLossError", "retry": "transient"}),
    "half.jpg": ("image.truncated", None),
    "bomb.png": ("image.bomb", None),
    "drawing.svg": ("image.format", None),
}


class Seen(NamedTuple):
    place: Place
    crawl: Crawl
    web: Web
    refusals: dict[str, Refusal]


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    place = Place.made_in(tmp_path_factory.mktemp("hostile"))
    with serving() as web:
        scenes = [picture("hills-at-dusk"), picture("lighthouse")]
        hostile = [f"/{path}" for path in FATES]
        start = page(*scenes, *hostile, links=[page(picture("hills-at-dusk"), "/missing.jpg", "/half.jpg")])
        crawl = place.crawl(web.url(start), FETCH_TIMEOUT_S="12", IMAGE_MAX_BYTES="3000000", RETRY_TIMES="0")
    by_path = {str(each.image_url).split("/", 3)[3]: each for each in place.refusals() if each.image_url}
    return Seen(place, crawl, web, by_path)


def test_the_crawl_goes_on_to_its_end(seen: Seen) -> None:
    assert seen.crawl.exit_code == 0
    assert seen.crawl.finished.state == "finished"
    assert {Path(each.image_url).name for each in seen.place.pairs()} == {"hills-at-dusk.jpg", "lighthouse.jpg"}


@pytest.mark.parametrize("path", FATES)
def test_each_has_its_reason(seen: Seen, path: str) -> None:
    reason, evidence = FATES[path]
    assert seen.refusals[path].reason == reason
    if evidence is not None:
        assert seen.refusals[path].evidence == evidence


def test_each_picture_is_requested_once(seen: Seen) -> None:
    asked = [each for each in seen.web.paths() if not each.startswith("/page")]
    assert len(asked) == len(set(asked))


def test_the_counts_add_up(seen: Seen) -> None:
    counts = seen.crawl.counts()
    not_stored = sum(sum(counts[kind].values()) for kind in ("refused", "unsure", "failed"))
    assert seen.crawl.finished.summary["candidates"] == counts["stored"] + not_stored == len(FATES) + 2 + 3


def test_no_address_and_no_caption_is_in_the_log_at_debug(seen: Seen) -> None:
    log = seen.place.log.read_text() + (seen.place.folder / "stderr").read_text()
    assert "DEBUG" in log
    for word in ("hills-at-dusk", "lighthouse", "half.jpg", "bomb.png", "gzip-bomb", "127.0.0.2", "quiet evening"):
        assert word not in log.replace("ALLOW_NETWORKS", "")


def test_only_what_is_stored_is_in_the_object_store(seen: Seen) -> None:
    assert set(map(digest_in, seen.place.objects())) == {each.image_sha256 for each in seen.place.pairs()}
