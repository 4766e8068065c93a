"""What pages say in odd characters is recorded and found again on every kind of database, and nothing breaks off."""

from dataclasses import replace

import pytest

from storage.pairs import list_pairs
from storage.retries import pages_to_retry
from storage.sightings import list_refusals
from storage.trails import trail_of_run
from tests.storage import samples
from tests.storage.one_crawl import Crawl

ODD = {
    "NUL": "before\0after",
    "half of a pair": "before\ud800after",
    "a control character": "before\x1bafter",
    "beyond the first plane": "before\U0001f600after",
    "what looks like an escape": "before\\u0000after",
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_odd_text_is_recorded_listed_audited_and_tried_again(crawl: Crawl, odd: str) -> None:
    page_id = crawl.new_page()
    kept, failed = samples.kept(page_id, 1), samples.failed(page_id, 2)
    visit = replace(kept.pair.candidate.visit, title=odd)
    pair = replace(kept.pair, candidate=replace(kept.pair.candidate, text_raw=odd, visit=visit))
    failed = replace(failed, candidate=replace(failed.candidate, text_raw=odd), evidence={"said": odd})
    crawl.record(page_id, replace(kept, pair=pair), failed)
    assert [each.pair_id for each in list_pairs(crawl.records.db)] == [kept.pair.pair_id]
    (refusal,) = list_refusals(crawl.records.db)
    said = str((refusal.evidence or {})["said"])
    assert (said[:6], said[-5:]) == ("before", "after")
    assert [each.url for each in pages_to_retry(crawl.records.db, crawl.run.run_id)] == ["https://pages.example/"]
    trail = trail_of_run(crawl.records.db, crawl.run.run_id)
    assert [each.outcome for each in trail.sightings] == ["stored", "failed"]
