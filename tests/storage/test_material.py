from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from filters.decision import FLOOR, Lineup, Needs, Subject, decide
from filters.facts import Facts
from filters.indexes.known_material import ListState
from filters.lineup import Material, Thresholds, build_lineup
from storage.blocklists import Blocklists
from storage.hash_lists import HashLists
from storage.material import load_material
from storage.tables import hash_entry, host_entry, revision
from tests.storage.recorded_crawl import crawling, facts_of
from tests.storage.records import Records, opened

PAGE, IMAGE = "http://page.example/", "http://img.example/a"
NAMES = FLOOR


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with opened(tmp_path) as records:
        yield records


@pytest.fixture
def blocklists(records: Records) -> Blocklists:
    return Blocklists(records.db, records.ledger)


@pytest.fixture
def hash_lists(records: Records) -> HashLists:
    return HashLists(records.db, records.ledger)


def load(records: Records, floor: Material | None = None) -> Material:
    return load_material(records.db, ("127.0.0.0/8",), False, timedelta(hours=48), floor=floor)


def imported(hash_lists: HashLists, folder: Path, body: bytes) -> None:
    path = folder / "hashes.txt"
    path.write_text(facts_of(body).digests.sha256)
    hash_lists.import_file(path, "real", by="ann", why="x", type="sha256")


def said(records: Records, material: Material, body: bytes) -> list[str]:
    """What the floor says of a picture with this body, up to the digests."""
    lineup: Lineup = build_lineup(NAMES, Thresholds.from_settings({}), material)
    with crawling(records) as crawl:
        subject = Subject(candidate=crawl.candidate(PAGE, IMAGE), facts=Facts(digests=facts_of(body).digests))
        decision = decide(lineup, subject, Needs.DIGESTS)
    return [each.reason or each.outcome.value for each in decision.verdicts]


def test_lists_that_are_there_make_material_that_filters_judge_with(
    tmp_path: Path, records: Records, hash_lists: HashLists
) -> None:
    imported(hash_lists, tmp_path, b"known")
    material = load(records)
    assert material.epoch == records.epoch
    assert said(records, material, b"other") == ["clean"] * 4
    assert said(records, material, b"known") == [*["clean"] * 3, "hash.on-list"]


def test_a_blocked_host_is_refused(tmp_path: Path, records: Records, blocklists: Blocklists) -> None:
    blocklists.add(["page.example"], why="x", by="ann")
    assert said(records, load(records), b"other") == ["domain.blocked"]


def test_without_a_list_of_known_material_the_filters_are_unsure(records: Records) -> None:
    assert said(records, load(records), b"other") == [*["clean"] * 3, "list.not-ready"]


def test_with_a_stale_list_the_filters_are_unsure_but_a_match_is_one(
    tmp_path: Path, records: Records, hash_lists: HashLists
) -> None:
    imported(hash_lists, tmp_path, b"known")
    with records.db.write() as conn:
        conn.execute(update(revision).values(at=datetime.now(UTC) - timedelta(hours=49)))
    material = load(records)
    assert said(records, material, b"other") == [*["clean"] * 3, "list.not-ready"]
    assert said(records, material, b"known") == [*["clean"] * 3, "hash.on-list"]


def test_with_a_broken_list_of_known_material_the_filters_are_unsure(
    tmp_path: Path, records: Records, hash_lists: HashLists
) -> None:
    imported(hash_lists, tmp_path, b"known")
    with records.db.write() as conn:
        conn.execute(delete(hash_entry))
    for each in (tmp_path / "indexes").glob("*.hashes"):
        each.unlink()
    material = load(records)
    assert material.known is not None
    assert material.known.ready is ListState.BROKEN
    assert said(records, material, b"other") == [*["clean"] * 3, "list.not-ready"]


@pytest.mark.parametrize("host", [None, "NOT normalised"])
def test_with_a_broken_blocklist_the_filters_are_unsure(
    records: Records, blocklists: Blocklists, host: str | None
) -> None:
    blocklists.add(["one.example", "two.example"], why="x", by="ann")
    with records.db.write() as conn:
        one = host_entry.c.host == "one.example"
        conn.execute(delete(host_entry).where(one) if host is None else update(host_entry).where(one).values(host=host))
    assert load(records).hosts is None
    assert said(records, load(records), b"other") == ["list.not-ready"]


def test_a_run_keeps_what_it_began_with_and_takes_in_what_is_stricter(
    tmp_path: Path, records: Records, hash_lists: HashLists, blocklists: Blocklists
) -> None:
    imported(hash_lists, tmp_path, b"known")
    blocklists.add(["old.example"], why="x", by="ann")
    start = load(records)
    imported(hash_lists, tmp_path, b"other")
    blocklists.remove(["old.example"], why="x", by="ann")
    blocklists.add(["new.example"], why="x", by="ann")
    now = load(records, floor=start)
    assert now.epoch == start.epoch + 3
    assert said(records, now, b"known") == said(records, now, b"other") == [*["clean"] * 3, "hash.on-list"]
    assert now.hosts is not None
    assert [now.hosts.find(host) is not None for host in ("old.example", "new.example")] == [True, True]
    fresh = load(records)
    assert fresh.hosts is not None
    assert fresh.hosts.find("old.example") is None
    assert said(records, fresh, b"known") == ["clean"] * 4


def test_what_is_held_is_asked_anew_each_time(records: Records) -> None:
    material = load(records)
    with crawling(records) as crawl:
        kept = crawl.kept(PAGE, IMAGE)
        assert not material.held.holds(kept.pair.pair_id)
        crawl.record(kept)
        assert material.held.holds(kept.pair.pair_id)
