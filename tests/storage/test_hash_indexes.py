"""A run maps an index of each list of known material, is never loosened, and relies on nothing that is broken."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, update

from filters.indexes.hash_image import open_hashes
from filters.indexes.known import KnownHash
from filters.indexes.known_material import KnownMaterial, ListState
from storage import known_hashes
from storage.hash_indexes import HashIndexes
from storage.hash_lists import HashLists
from storage.index_folder import IndexNotWritten, tidy_indexes
from storage.list_kinds import HASHES
from storage.list_revisions import CorruptList, newest_revisions
from storage.tables import hash_entry, revision
from tests.storage.records import Records, opened


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with opened(tmp_path) as records:
        yield records


@pytest.fixture
def lists(records: Records) -> HashLists:
    return HashLists(records.db, records.ledger)


def pdq(word: str) -> str:
    half = hashlib.md5(word.encode(), usedforsecurity=False).hexdigest()
    return half + f"{int(half, 16) ^ ((1 << 128) - 1):032x}"


def imported(lists: HashLists, folder: Path, *words: str, name: str = "real", **more: Any) -> None:
    path = folder / "list.txt"
    path.write_text("".join(f"{pdq(each)}\n" for each in words))
    lists.import_file(path, name, by="ann", why="x", type="pdq", force=True, **more)


def load(lists: HashLists, floor: KnownMaterial | None = None) -> KnownMaterial:
    return lists.load((), provisional=False, max_age=timedelta(hours=48), floor=floor)


def hashes_of(known: KnownMaterial) -> list[KnownHash]:
    return [each for of in known.lists for each in of.entries()]


def values(known: KnownMaterial) -> set[str]:
    return {each.value for each in hashes_of(known)}


def index(folder: Path, label: str = "real@1") -> Path:
    return folder / "indexes" / f"{label}.hashes"


def test_to_load_a_list_no_row_of_it_is_read(tmp_path: Path, records: Records, lists: HashLists) -> None:
    imported(lists, tmp_path, "one", "two")
    load(lists)
    with records.db.write() as conn:
        conn.execute(delete(hash_entry))
    known = load(lists)
    assert (values(known), known.ready, known.production) == ({pdq("one"), pdq("two")}, ListState.READY, True)


def test_an_entry_is_found_under_the_id_of_its_row(tmp_path: Path, records: Records, lists: HashLists) -> None:
    imported(lists, tmp_path, "one", "two", "three")
    with records.db.read() as conn:
        rows = {row.value: row.id for row in conn.execute(hash_entry.select())}
    assert {each.value: each.entry for each in hashes_of(load(lists))} == rows


def missing(path: Path) -> None:
    path.unlink(missing_ok=True)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def changed(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


DAMAGES = [missing, empty, cut, changed]


@pytest.mark.parametrize("damage", DAMAGES)
def test_an_index_that_is_broken_is_built_anew(
    tmp_path: Path, lists: HashLists, damage: Callable[[Path], None]
) -> None:
    imported(lists, tmp_path, "one")
    load(lists)
    damage(index(tmp_path))
    assert (values(load(lists)), load(lists).ready) == ({pdq("one")}, ListState.READY)
    assert index(tmp_path).exists()


@pytest.mark.parametrize("damage", DAMAGES)
def test_no_index_is_built_of_rows_that_are_not_as_recorded(
    tmp_path: Path, records: Records, lists: HashLists, damage: Callable[[Path], None]
) -> None:
    imported(lists, tmp_path, "one", "two")
    load(lists)
    with records.db.write() as conn:
        conn.execute(delete(hash_entry).where(hash_entry.c.value == pdq("one")))
    damage(index(tmp_path))
    known = load(lists)
    assert (known.ready, values(known)) == (ListState.BROKEN, {pdq("two")})
    with records.db.read() as conn, pytest.raises(CorruptList, match="real@1"):
        HashIndexes(tmp_path).open(conn, newest_revisions(conn, HASHES)[0])


def test_without_room_for_an_index_the_lists_are_broken_but_go_on_matching(tmp_path: Path, lists: HashLists) -> None:
    imported(lists, tmp_path, "one")
    without_folder(tmp_path)
    known = load(lists)
    assert (known.ready, known.production, values(known)) == (ListState.BROKEN, False, {pdq("one")})
    assert "cannot be written" in str(known.problem)


def without_folder(folder: Path) -> None:
    for each in (folder / "indexes").iterdir():
        each.unlink()
    (folder / "indexes").rmdir()
    (folder / "indexes").write_text("a file where the folder was")


def test_what_is_no_hash_is_never_written_to_an_index(tmp_path: Path, records: Records, lists: HashLists) -> None:
    imported(lists, tmp_path, "one")
    with records.db.write() as conn:
        conn.execute(update(hash_entry).values(value="no hash"))
    with records.db.read() as conn, pytest.raises(IndexNotWritten, match="no hash of its type"):
        HashIndexes(tmp_path).build(conn, "real", 1, "")


def test_a_list_that_has_not_changed_keeps_its_map_unless_its_file_was_written_to(
    tmp_path: Path, lists: HashLists
) -> None:
    imported(lists, tmp_path, "one")
    start = load(lists)
    assert load(lists, floor=start).lists[0] is start.lists[0]
    changed(index(tmp_path))
    assert not start.is_whole
    now = load(lists, floor=start)
    assert now.lists[0] is not start.lists[0]
    assert (values(now), now.ready, now.is_whole) == ({pdq("one")}, ListState.READY, True)


def test_what_was_ended_during_a_run_goes_on_matching_and_what_stays_is_not_held_twice(
    tmp_path: Path, lists: HashLists
) -> None:
    imported(lists, tmp_path, "one", "two")
    start = load(lists)
    imported(lists, tmp_path, "two", "three")
    now = load(lists, floor=start)
    assert sorted((each.label, len(each)) for each in now.lists) == [("real@1", 1), ("real@2", 2)]
    imported(lists, tmp_path, "two", "three", "four")
    later = load(lists, floor=now)
    assert sorted((each.label, len(each)) for each in later.lists) == [("real@1", 1), ("real@3", 3)]


def test_of_a_list_that_lost_very_much_the_whole_old_index_stays(
    tmp_path: Path, lists: HashLists, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known_hashes, "_MOST_COPIED", 1)
    imported(lists, tmp_path, "one", "two", "three")
    start = load(lists)
    (tmp_path / "held").hardlink_to(index(tmp_path))
    imported(lists, tmp_path, "three")
    now = load(lists, floor=start)
    assert any(each is start.lists[0] for each in now.lists)
    changed(tmp_path / "held")
    assert not now.is_whole
    again = load(lists, floor=now)
    assert (again.ready, again.is_whole) == (ListState.READY, True)
    assert values(again) == {pdq("one"), pdq("two"), pdq("three")}


def test_an_old_index_that_is_broken_and_cannot_be_built_anew_is_not_relied_on(
    tmp_path: Path, records: Records, lists: HashLists, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known_hashes, "_MOST_COPIED", 0)
    imported(lists, tmp_path, "one", "two")
    start = load(lists)
    (tmp_path / "held").hardlink_to(index(tmp_path))
    imported(lists, tmp_path, "two")
    now = load(lists, floor=start)
    changed(tmp_path / "held")
    with records.db.write() as conn:
        conn.execute(delete(hash_entry).where(hash_entry.c.value == pdq("one")))
    assert load(lists, floor=now).ready is ListState.BROKEN


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        ({}, {"pdq_bits": 20}, True),
        ({"pdq_bits": 20}, {"pdq_bits": 31}, False),
        ({}, {"action": "suspect"}, True),
        ({"action": "suspect"}, {"action": "refuse"}, False),
        ({}, {"max_age_hours": 1}, False),
    ],
)
def test_a_policy_that_was_loosened_during_a_run_does_not_loosen_the_run(
    tmp_path: Path, lists: HashLists, before: dict[str, Any], after: dict[str, Any], kept: bool
) -> None:
    imported(lists, tmp_path, "one", policy=before)
    start = load(lists)
    lists.set_policy("real", after, why="x", by="ann")
    now = load(lists, floor=start)
    assert (start.lists[0] in now.lists) is kept
    assert now.revision != start.revision
    assert [each.label for each in load(lists).lists] == ["real@2"]


def test_a_policy_that_cannot_be_read_makes_the_lists_broken(
    tmp_path: Path, records: Records, lists: HashLists
) -> None:
    imported(lists, tmp_path, "one")
    with records.db.write() as conn:
        conn.execute(update(revision).values(policy={"a field of another version": 1}))
    known = load(lists)
    assert (known.ready, values(known)) == (ListState.BROKEN, {pdq("one")})


@pytest.mark.parametrize(("max_age_hours", "production"), [(None, True), (47, False), (49, True), (1.5, False)])
def test_each_list_has_its_own_age(
    tmp_path: Path, lists: HashLists, max_age_hours: float | None, production: bool
) -> None:
    imported(lists, tmp_path, "one", policy={"max_age_hours": max_age_hours})
    began = load(lists).lists[0]
    known = lists.load((), provisional=False, max_age=timedelta(hours=48))
    assert began.policy.max_age_hours == max_age_hours
    assert known.fresh_until is not None
    then = known.fresh_until - timedelta(hours=max_age_hours or 48) + timedelta(hours=47, minutes=30)
    with lists._db.read() as conn:
        reliance = known_hashes.Reliance(networks=(), provisional=False, max_age=timedelta(hours=48))
        late = known_hashes.load_known(conn, HashIndexes(tmp_path), reliance, now=then)
    assert (late.production, late.count) == (production, 1)


def test_a_list_of_digests_alone_is_no_production_list_and_the_problem_says_so(
    tmp_path: Path, lists: HashLists
) -> None:
    path = tmp_path / "md5.txt"
    path.write_text("0123456789abcdef0123456789abcdef\n")
    lists.import_file(path, "bytes", by="ann", why="x", type="md5")
    known = load(lists)
    assert (known.production, known.only_digests) == (False, True)
    assert known.fresh_until is not None
    assert "bytes@1 holds digests only" in str(known.problem)
    imported(lists, tmp_path, "one")
    known = load(lists)
    assert (known.production, known.only_digests, known.problem) == (True, False, None)


def test_what_no_list_counts_by_is_tidied_away_with_the_indexes_of_blocklists(
    tmp_path: Path, records: Records, lists: HashLists
) -> None:
    imported(lists, tmp_path, "one")
    load(lists)
    imported(lists, tmp_path, "two")
    load(lists)
    (tmp_path / "indexes" / "gone@7.hosts").write_bytes(b"")
    tidy_indexes(records.db)
    assert sorted(each.name for each in (tmp_path / "indexes").glob("*@*")) == ["real@2.hashes"]


def test_nothing_is_tidied_away_while_an_index_is_built(tmp_path: Path, records: Records, lists: HashLists) -> None:
    imported(lists, tmp_path, "one")
    load(lists)
    coming = tmp_path / "indexes" / "real@2.hashes"
    with HashIndexes(tmp_path).at_work():
        coming.write_bytes(b"")
        tidy_indexes(records.db)
        assert coming.exists()
    tidy_indexes(records.db)
    assert not coming.exists()


def test_an_index_names_the_contents_it_was_built_of(tmp_path: Path, records: Records, lists: HashLists) -> None:
    imported(lists, tmp_path, "one")
    load(lists)
    with records.db.read() as conn:
        (newest,) = newest_revisions(conn, HASHES)
    assert open_hashes(index(tmp_path), newest.digest).near.keys() == {"pdq"}
