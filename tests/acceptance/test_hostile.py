"""What one page, picture or server does to a crawl does not stop the crawl of the rest."""

import pytest

from tests.acceptance.workshop import LOOPBACK, Workshop, adds_up
from tests.mock_site import CAPTION, Web, page, picture

_LITTLE_PATIENCE = (*LOOPBACK, "-s", "FETCH_TIMEOUT_S=3", "-s", "DOWNLOAD_TIMEOUT=3", "-s", "PAGE_TIMEOUT_S=2")
_LITTLE_MEMORY = ("-s", "WORKER_MEMORY_BYTES=600000000")
_THE_REST = (page(picture("kite")), page((picture("castle"), "A castle above a winding path")))


@pytest.mark.parametrize(
    ("picture_path", "outcome", "reason"),
    [
        ("/kills-its-worker", "unsure", "inspection.crashed"),
        ("/drip/image/jpeg", "failed", "fetch.too-slow"),
        ("/slow-headers", "failed", "fetch.too-slow"),
        ("/silence", "failed", "fetch.too-slow"),
        ("/endless/image/jpeg", "failed", "fetch.too-large"),
        ("/gzip-bomb/image/jpeg", "failed", "fetch.too-large"),
        ("/hangs-up", "failed", "fetch.failed"),
        ("/redirect-for-ever/0", "failed", "fetch.failed"),
        ("/bomb.png", "refused", "image.bomb"),
    ],
)
def test_a_hostile_picture_gets_its_reason_and_the_rest_is_crawled(
    workshop: Workshop, web: Web, picture_path: str, outcome: str, reason: str
) -> None:
    seed = web.url(page(picture_path, links=_THE_REST))
    run = workshop.crawl(seed, *_LITTLE_PATIENCE, *_LITTLE_MEMORY)
    assert run[outcome] == {reason: 1}
    assert (run["stored"], run["candidates"]) == (2, 3)
    assert workshop.run("verify").status == 0


@pytest.mark.parametrize(
    "page_path",
    ["/100000-attributes", "/drip/text/html", "/endless/text/html", "/gzip-bomb/text/html", "/silence", "/status/503"],
)
def test_a_hostile_page_does_not_stop_the_crawl_of_the_rest(workshop: Workshop, web: Web, page_path: str) -> None:
    seed = web.url(page(picture("lighthouse"), links=(page_path, *_THE_REST)))
    run = workshop.crawl(seed, *_LITTLE_PATIENCE)
    assert run["state"] == "finished"
    assert {each["alt_text"] for each in workshop.ask("pairs")} >= {CAPTION, "A castle above a winding path"}
    assert run["stored"] >= 3
    assert adds_up(run)


def test_one_picture_under_many_addresses_and_texts_is_a_flood(workshop: Workshop, web: Web) -> None:
    shown = [(f"{picture('kite')}?copy={number}", f"Another text for one kite, number {number}") for number in range(9)]
    run = workshop.crawl(web.url(page(*shown[:4], links=[page(each) for each in shown[4:]])), *LOOPBACK)
    assert run["stored"] == 5
    assert run["refused"] == {"duplicate.image-caption-flood": 4}
