from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import update

from storage.held_pairs import HeldPairs
from storage.tables import pair
from tests.storage.recorded_crawl import Crawled, crawling
from tests.storage.records import opened


@pytest.fixture
def crawl(tmp_path: Path) -> Iterator[Crawled]:
    with opened(tmp_path) as records, crawling(records) as crawl:
        yield crawl


def test_a_stored_pair_is_held_from_then_on(crawl: Crawled) -> None:
    held, kept = HeldPairs(crawl.records.db), crawl.kept("http://page.example/", "http://img.example/a")
    assert not held.holds(kept.pair.pair_id)
    crawl.record(kept)
    assert held.holds(kept.pair.pair_id)
    assert not held.holds("0" * 32)


def test_captions_of_a_picture_are_counted_by_the_picture(crawl: Crawled) -> None:
    page = "http://page.example/"
    crawl.record(
        crawl.kept(page, "http://img.example/a", "a cat", body=b"1"),
        crawl.kept(page, "http://img.example/b", "a dog", body=b"1"),
        crawl.kept(page, "http://img.example/c", "a dog", body=b"1"),
        crawl.kept(page, "http://img.example/d", "a dog", body=b"2"),
    )
    sha256 = crawl.kept(page, "http://img.example/a", body=b"1").pair.facts.digests.sha256
    assert HeldPairs(crawl.records.db).captions_of(sha256) == 2
    assert HeldPairs(crawl.records.db).captions_of("0" * 64) == 0


def test_pictures_of_a_caption_are_counted_by_the_caption(crawl: Crawled) -> None:
    page = "http://page.example/"
    crawl.record(
        crawl.kept(page, "http://img.example/a", "a dog", body=b"1"),
        crawl.kept(page, "http://img.example/b", "a dog", body=b"1"),
        crawl.kept(page, "http://img.example/c", "a dog", body=b"2"),
        crawl.kept(page, "http://img.example/d", "A dog", body=b"3"),
    )
    assert HeldPairs(crawl.records.db).pictures_of("a dog") == 2
    assert HeldPairs(crawl.records.db).pictures_of("a cat") == 0


def test_a_withdrawn_pair_is_not_held(crawl: Crawled) -> None:
    kept = crawl.kept("http://page.example/", "http://img.example/a")
    crawl.record(kept)
    with crawl.records.db.write() as conn:
        conn.execute(update(pair).values(state="withdrawn"))
    held = HeldPairs(crawl.records.db)
    assert not held.holds(kept.pair.pair_id)
    assert held.captions_of(kept.pair.facts.digests.sha256) == 0
    assert held.pictures_of(kept.pair.candidate.text) == 0


def test_many_threads_ask_at_once(crawl: Crawled) -> None:
    kept = crawl.kept("http://page.example/", "http://img.example/a")
    crawl.record(kept)
    held = HeldPairs(crawl.records.db)
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(held.holds, [kept.pair.pair_id] * 200))
