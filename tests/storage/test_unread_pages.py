from storage.unread_pages import unread_pages
from tests.storage.one_crawl import Crawl

WAIT_S = 60


def test_pages_that_could_not_be_read_are_counted_by_reason(crawl: Crawl) -> None:
    for name, reason in (("a", "fetch.failed"), ("b", "fetch.failed"), ("c", "page.not-html")):
        crawl.recorder.fail_page(crawl.new_page(name), reason).result(timeout=WAIT_S)
    crawl.new_page("still open")
    assert unread_pages(crawl.records.db, crawl.run.run_id) == {"fetch.failed": 2, "page.not-html": 1}


def test_pages_of_another_run_do_not_count(crawl: Crawl) -> None:
    crawl.recorder.fail_page(crawl.new_page("a"), "fetch.failed").result(timeout=WAIT_S)
    assert unread_pages(crawl.records.db, "another") == {}
