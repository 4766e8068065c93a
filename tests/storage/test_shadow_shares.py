from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert

from storage.shadow_shares import ShadowShare, shadow_shares
from storage.tables import shadow
from tests.storage import samples
from tests.storage.one_crawl import Crawl, crawling


@pytest.fixture
def crawl(tmp_path: Path) -> Iterator[Crawl]:
    with crawling(tmp_path) as crawl:
        yield crawl


def test_shares_say_how_many_nothing_else_would_have_stopped(crawl: Crawl) -> None:
    page_id = crawl.new_page()
    crawl.record(page_id, samples.refused(page_id, 1), samples.refused(page_id, 2))
    said = {"run_id": crawl.run.run_id, "filter": "alt-text", "reason": "alt.too-short"}
    rows = [{**said, "other": other, "count": count} for other, count in (("", 20), ("-", 5), ("safety", 15))]
    with crawl.records.db.write() as conn:
        conn.execute(insert(shadow), rows)
    (found,) = shadow_shares(crawl.records.db, crawl.run.run_id)
    assert found == ShadowShare(
        filter="alt-text", reason="alt.too-short", refused=2, sampled=20, alone=5, others={"safety": 15}
    )
    assert found.share == 0.25


def test_a_run_without_shadows_has_none(crawl: Crawl) -> None:
    assert shadow_shares(crawl.records.db, crawl.run.run_id) == ()
