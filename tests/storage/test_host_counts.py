from pathlib import Path

import pytest

from filters.indexes.hosts import NotAHost
from storage.host_counts import host_counts
from tests.storage import samples
from tests.storage.one_crawl import crawling


def test_all_that_was_seen_on_a_host_is_counted_and_no_match(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with crawling(tmp_path) as crawl:
        page_id = crawl.new_page()
        elsewhere = samples.refused(page_id, 3, image_url="https://www.pictures.example/3.jpg")
        crawl.record(page_id, samples.kept(page_id, 1), samples.refused(page_id, 2), elsewhere)
        incident = crawl.new_page("incident")
        crawl.record(incident, samples.match(incident, 4))
        crawl.end()
        db = crawl.records.db
        found = host_counts(db, "Pictures.Example")
        assert (found.seen, found.stored, found.reasons) == (3, 1, {"refused": {"alt.too-short": 2}})
        assert host_counts(db, "www.pictures.example").seen == 1
        assert host_counts(db, "other.example").seen == 0
        with pytest.raises(NotAHost):
            host_counts(db, "a b")
        monkeypatch.setattr("storage.host_counts.MOST", 2)
        cut = host_counts(db, "pictures.example")
        assert (cut.seen, cut.is_cut_off) == (2, True)
