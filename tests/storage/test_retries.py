"""Only what may come right is tried again: passing failures, passing noes, and what was unsure by our own doing."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from storage.frontier import NewPage
from storage.retries import pages_to_retry
from storage.tables import sighting
from tests.storage import samples
from tests.storage.one_crawl import WAIT_S, Crawl, crawling

AGAIN, NEVER = {"retry": "transient"}, {"retry": "permanent"}


@pytest.mark.parametrize(
    ("reason", "evidence", "again"),
    [
        *(("fetch.failed", AGAIN, True), ("fetch.failed", NEVER, False), ("fetch.failed", None, True)),
        *(("consent.robots", AGAIN, True), ("consent.robots", NEVER, False)),
        *(("page.crashed", NEVER, True), ("page.too-slow", NEVER, True), ("page.not-html", NEVER, False)),
    ],
)
def test_a_page_is_read_again_if_it_may_come_right(
    crawl: Crawl, reason: str, evidence: Mapping[str, object] | None, again: bool
) -> None:
    crawl.recorder.fail_page(crawl.new_page("a"), reason, evidence).result(timeout=WAIT_S)
    crawl.new_page("b")
    assert [each.url for each in pages_to_retry(crawl.records.db, crawl.run.run_id)] == [
        "https://pages.example/a"
    ] * again


@pytest.mark.parametrize(
    ("outcome", "reason", "evidence", "again"),
    [
        *(("failed", "fetch.failed", AGAIN, True), ("failed", "fetch.failed", NEVER, False)),
        *(("failed", "fetch.failed", {"status": 500}, True), ("refused", "consent.robots", AGAIN, True)),
        *(("refused", "alt.too-short", {}, False), ("refused", "consent.opt-out", NEVER, False)),
        *(
            ("unsure", "list.not-ready", {}, True),
            ("unsure", "remote.not-ready", {}, True),
            ("unsure", "image.scale", {}, False),
        ),
        ("stored", None, {}, False),
    ],
)
def test_a_picture_is_judged_again_if_it_may_come_right(
    tmp_path: Path, outcome: str, reason: str | None, evidence: Mapping[str, object], again: bool
) -> None:
    with crawling(tmp_path) as crawl:
        page = crawl.new_page()
        crawl.record(page, samples.refused(page, 1), last=False)
        with crawl.records.db.write() as conn:
            conn.execute(update(sighting).values(outcome=outcome, reason=reason, evidence=dict(evidence)))
        assert len(pages_to_retry(crawl.records.db, crawl.run.run_id)) == again


def test_the_pages_of_a_host_that_waits_are_put_off_together(crawl: Crawl) -> None:
    far = datetime(2100, 1, 1, tzinfo=UTC)
    crawl.frontier.add([NewPage(url=f"https://{host}.example/{n}", depth=0, seed="s") for n in (1, 2) for host in "ab"])
    first = crawl.frontier.lease(1)[0]
    assert crawl.recorder.next_due().result(timeout=WAIT_S) == datetime(1970, 1, 1, tzinfo=UTC)
    crawl.recorder.postpone_page(first.page_id, far, whole_host=True).result(timeout=WAIT_S)
    others = crawl.frontier.lease(9)
    assert [each.host for each in others] == ["b.example"] * 2
    assert crawl.recorder.next_due().result(timeout=WAIT_S) == far
    crawl.recorder.postpone_page(others[0].page_id, datetime(2000, 1, 1, tzinfo=UTC)).result(timeout=WAIT_S)
    assert [each.attempts for each in crawl.frontier.lease(9)] == [2]


def test_nothing_is_due_where_nothing_is_pending(crawl: Crawl) -> None:
    assert crawl.recorder.next_due().result(timeout=WAIT_S) is None
