"""What one page, picture or server does to a crawl does not stop the crawl of the rest."""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import pytest

from tests import mock_site
from tests.acceptance.workshop import LOOPBACK, Workshop, adds_up
from tests.mock_site import Web, page, picture

_LITTLE_PATIENCE: Final = ("-s", "FETCH_TIMEOUT_S=12", "-s", "DOWNLOAD_TIMEOUT=12", "-s", "RETRY_TIMES=0")
_LITTLE_MEMORY: Final = ("-s", "WORKER_MEMORY_BYTES=300000000", "-s", "IMAGE_MAX_BYTES=3000000")
"""What has no end is cut early, so that what has one arrives in time on a busy machine too."""
_PICTURES: Final[Mapping[str, tuple[str, str]]] = {
    "/kills-its-worker": ("unsure", "inspection.crashed"),
    "/drip/image/jpeg": ("failed", "fetch.too-slow"),
    "/slow-headers": ("failed", "fetch.too-slow"),
    "/silence": ("failed", "fetch.too-slow"),
    "/endless/image/jpeg": ("failed", "fetch.too-large"),
    "/gzip-bomb/image/jpeg": ("failed", "fetch.too-large"),
    "/br-bomb/image/jpeg": ("failed", "fetch.too-large"),
    "/zstd-bomb/image/jpeg": ("failed", "fetch.too-large"),
    "/endless-headers": ("failed", "fetch.too-large"),
    "/slow-redirects/1": ("failed", "fetch.too-slow"),
    "/status/429": ("failed", "fetch.failed"),
    "/hangs-up": ("failed", "fetch.failed"),
    "/redirect-for-ever/0": ("failed", "fetch.failed"),
    "/bomb.png": ("refused", "image.bomb"),
    "/half.jpg": ("refused", "image.truncated"),
}
_PAGES: Final = ("/100000-attributes", "/drip/text/html", "/endless/text/html", "/gzip-bomb/text/html", "/silence")
_GOOD: Final = ("kite", "castle", "lighthouse", "market", "harbour", "beach")


@pytest.fixture(scope="module")
def hostile() -> Iterator[Web]:
    with mock_site.serving() as web:
        yield web


@pytest.fixture(scope="module")
def crawled(hostile: Web, tmp_path_factory: pytest.TempPathFactory) -> tuple[Workshop, dict[str, Any]]:
    """Crawl hostile pictures, hostile pages and good pages, all of them one link away from the seed."""
    workshop = Workshop.open(tmp_path_factory.mktemp("hostile") / "altsieve")
    bad = [page((path, "A picture that does something hostile")) for path in _PICTURES]
    good = [page((picture(name), f"A picture of the {name}, painted by hand")) for name in _GOOD]
    seed = hostile.plant_page("/", links=[*bad, *_PAGES, *good])
    return workshop, workshop.crawl(seed, *LOOPBACK, *_LITTLE_PATIENCE, *_LITTLE_MEMORY)


@pytest.mark.parametrize("path", _PICTURES)
def test_a_hostile_picture_gets_its_reason(crawled: tuple[Workshop, dict[str, Any]], path: str) -> None:
    workshop, _ = crawled
    seen = [each for each in workshop.ask("refusals") if urlsplit(each["image_url"]).path == path]
    assert [(each["outcome"], each["reason"]) for each in seen] == [_PICTURES[path]]


@pytest.mark.parametrize("path", _PAGES)
def test_a_hostile_page_is_given_up_or_cut(hostile: Web, crawled: tuple[Workshop, dict[str, Any]], path: str) -> None:
    """A page that cannot be read has failed; one whose beginning can is read as far as its limit."""
    workshop, _ = crawled
    states = dict(workshop.select("SELECT url, state FROM page"))
    assert states[hostile.url(path)] in ("failed", "done")
    assert path in hostile.paths()


def test_the_rest_is_crawled_and_kept(crawled: tuple[Workshop, dict[str, Any]]) -> None:
    workshop, run = crawled
    kept = {urlsplit(each["image_url"]).path for each in workshop.ask("pairs")}
    assert kept >= {picture(name) for name in _GOOD}
    assert run["state"] == "finished"
    assert adds_up(run)


def test_nothing_is_found_wrong_afterwards(crawled: tuple[Workshop, dict[str, Any]]) -> None:
    assert crawled[0].run("verify").status == 0


def test_one_picture_under_many_addresses_and_texts_is_a_flood(workshop: Workshop, web: Web) -> None:
    shown = [(f"{picture('kite')}?copy={number}", f"Another text for one kite, number {number}") for number in range(9)]
    run = workshop.crawl(web.url(page(*shown[:4], links=[page(each) for each in shown[4:]])), *LOOPBACK)
    assert (run["stored"], run["refused"]) == (5, {"duplicate.image-caption-flood": 4})
