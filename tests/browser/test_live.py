from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from console.web.serving import LOOPBACK
from tests.browser.visits import Visit, browsing, visiting
from tests.console.web.serving import serving
from tests.storage import samples
from tests.storage.one_crawl import Crawl, crawling

WAIT_MS = 30_000


@pytest.fixture
def crawl(tmp_path: Path) -> Iterator[Crawl]:
    with crawling(tmp_path) as crawl:
        yield crawl


@pytest.fixture
def visit(crawl: Crawl, tmp_path: Path) -> Iterator[Visit]:
    with serving(tmp_path) as web, browsing() as browser, visiting(browser, web.port) as visit:
        yield visit


def test_what_a_run_at_work_keeps_is_shown_without_asking_again_until_it_ends(crawl: Crawl, visit: Visit) -> None:
    visit.go(f"/runs/{crawl.run.run_id}")
    live = visit.page.locator("#live")
    expect(live).to_contain_text("0, of which 0 were kept")
    page_id = crawl.new_page()
    crawl.record(page_id, samples.kept(page_id, 1), samples.refused(page_id, 2))
    expect(live).to_contain_text("2, of which 1 were kept", timeout=WAIT_MS)
    expect(live).to_contain_text("alt.too-short")
    crawl.end()
    expect(live).to_contain_text("finished", timeout=WAIT_MS)
    expect(visit.page.locator("[data-live]")).to_have_count(0)
    assert visit.faults() == []
    assert visit.complaints == []
    assert visit.hosts == {f"{LOOPBACK}:{visit.port}"}
