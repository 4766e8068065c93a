from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from storage.blocklists import Blocklists
from storage.gate import raise_epoch
from storage.shares import Kept
from storage.shown_pictures import NotShown, shown_picture
from storage.tables import pair, picture, rescan
from tests.storage import samples
from tests.storage.covered import cover
from tests.storage.one_crawl import Crawl, crawling


@pytest.fixture
def crawl(tmp_path: Path) -> Iterator[Crawl]:
    with crawling(tmp_path) as crawl:
        yield crawl
        crawl.end()


@pytest.fixture
def kept(crawl: Crawl) -> Kept:
    page_id = crawl.new_page()
    kept = samples.kept(page_id, 1)
    crawl.record(page_id, kept)
    return kept


def asked(crawl: Crawl, kept: Kept) -> str | bytes:
    """Return the bytes, or why there are none."""
    try:
        return shown_picture(crawl.records.db, crawl.objects, kept.pair.pair_id).body
    except NotShown as why:
        return str(why)


def test_a_held_picture_is_shown_as_it_was_stored(crawl: Crawl, kept: Kept) -> None:
    found = shown_picture(crawl.records.db, crawl.objects, kept.pair.pair_id)
    assert (found.body, found.media_type) == (samples.bytes_of(1), "image/jpeg")
    assert samples.bytes_of(1).hex() not in repr(found)


def test_what_was_never_kept_is_not_shown(crawl: Crawl) -> None:
    page_id = crawl.new_page()
    crawl.record(page_id, samples.refused(page_id, 2))
    with pytest.raises(NotShown):
        shown_picture(crawl.records.db, crawl.objects, "0" * 32)


def test_after_a_list_has_come_nothing_is_shown_until_a_rescan_is_done(crawl: Crawl, kept: Kept) -> None:
    Blocklists(crawl.records.db, crawl.records.ledger).add(["other.example"], why="asked us", by="ann")
    assert "altsieve rescan" in str(asked(crawl, kept))
    cover(crawl.records.db, "running")
    assert "altsieve rescan" in str(asked(crawl, kept))
    with crawl.records.db.write() as conn:
        conn.execute(update(rescan).values(state="done"))
    assert asked(crawl, kept) == samples.bytes_of(1)
    with crawl.records.db.write() as conn:
        raise_epoch(conn, what="hashlist.imported", subject="known@2", by="ann", why="new")
    assert "altsieve rescan" in str(asked(crawl, kept))


def test_a_list_that_comes_while_its_bytes_are_read_is_heeded(
    crawl: Crawl, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    get = crawl.objects.get

    def slowly(key: str) -> bytes:
        Blocklists(crawl.records.db, crawl.records.ledger).add(["other.example"], why="asked us", by="ann")
        return get(key)

    monkeypatch.setattr(type(crawl.objects), "get", lambda _, key: slowly(key))
    assert "altsieve rescan" in str(asked(crawl, kept))


def test_a_withdrawn_picture_is_not_shown(crawl: Crawl, kept: Kept) -> None:
    with crawl.records.db.write() as conn:
        conn.execute(update(pair).values(state="withdrawn"))
    assert asked(crawl, kept) == "this pair is not held"


def test_bytes_that_are_missing_or_others_are_not_shown(crawl: Crawl, kept: Kept) -> None:
    key = crawl.rows(picture)[0].object_key
    crawl.objects.delete(key)
    assert "missing" in str(asked(crawl, kept))
    crawl.objects.put_all({key: b"something else"})
    assert "not those that were judged" in str(asked(crawl, kept))


def test_a_format_that_no_browser_shows_is_not_shown(crawl: Crawl) -> None:
    page_id = crawl.new_page()
    kept = samples.kept(page_id, 3)
    assert kept.pair.facts.picture is not None
    facts = replace(kept.pair.facts, picture=replace(kept.pair.facts.picture, format="tiff"))
    kept = replace(kept, pair=replace(kept.pair, facts=facts))
    crawl.record(page_id, kept)
    assert "format" in str(asked(crawl, kept))
