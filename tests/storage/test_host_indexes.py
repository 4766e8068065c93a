"""A run maps an index of each blocklist, which is there before the list counts."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, update

from filters.domain_blocklist import DomainBlocklist, Where
from filters.indexes.host_trie import open_trie
from filters.reason import ListReason
from storage import blocked_hosts
from storage.blocklists import Blocklists
from storage.host_indexes import HostIndexes
from storage.index_folder import IndexNotWritten, tidy_indexes
from storage.list_revisions import CorruptList
from storage.material import load_material
from storage.tables import host_entry, revision
from tests.storage.records import Records, opened


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with opened(tmp_path) as records:
        yield records


@pytest.fixture
def blocklists(records: Records) -> Blocklists:
    return Blocklists(records.db, records.ledger)


def imported(blocklists: Blocklists, folder: Path, *lines: str, name: str = "ut1", why: str = "x") -> None:
    path = folder / "list.txt"
    path.write_text("".join(f"{each}\n" for each in lines))
    layout = "adblock" if any("||" in each for each in lines) else "domains"
    blocklists.import_file(path, name, by="ann", why=why, force=True, format=layout)


def indexes(folder: Path) -> list[str]:
    return sorted(each.name for each in (folder / "indexes").glob("*.hosts"))


def why(blocklists: Blocklists, host: str) -> str | None:
    entry = blocklists.load().find(host)
    return None if entry is None else f"{entry.list}: {entry.why}"


def by_hand(blocklists: Blocklists, _folder: Path) -> None:
    blocklists.add(["a.example"], why="x", by="ann")


def by_import(blocklists: Blocklists, folder: Path) -> None:
    imported(blocklists, folder, "a.example")


@pytest.mark.parametrize("change", [by_hand, by_import])
def test_an_index_is_there_before_its_revision_counts(
    tmp_path: Path,
    records: Records,
    blocklists: Blocklists,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Blocklists, Path], None],
) -> None:
    found: list[tuple[list[str], int]] = []
    append = records.ledger.append

    def looks(*arguments: Any, **named: Any) -> Any:
        epoch = records.epoch
        (file,) = (tmp_path / "indexes").glob("*.hosts")
        found.append(([*open_trie(file, named["body"]["digest"])], epoch))
        return append(*arguments, **named)

    monkeypatch.setattr(records.ledger, "append", looks)
    before = records.epoch
    change(blocklists, tmp_path)
    assert found == [(["a.example"], before)]
    assert records.epoch == before + 1


def test_to_load_an_imported_list_no_row_of_it_is_read(
    tmp_path: Path, records: Records, blocklists: Blocklists
) -> None:
    imported(blocklists, tmp_path, "a.example", "b.example")
    with records.db.write() as conn:
        conn.execute(delete(host_entry))
    assert why(blocklists, "www.b.example") == "ut1: x"


def missing(path: Path) -> None:
    path.unlink()


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def changed(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


def empty(path: Path) -> None:
    path.write_bytes(b"")


DAMAGES = [missing, cut, changed, empty]


@pytest.mark.parametrize("damage", DAMAGES)
def test_an_index_that_is_broken_is_built_anew(
    tmp_path: Path, blocklists: Blocklists, damage: Callable[[Path], None]
) -> None:
    imported(blocklists, tmp_path, "a.example")
    damage(tmp_path / "indexes" / "ut1@1.hosts")
    assert why(blocklists, "a.example") == "ut1: x"
    assert indexes(tmp_path) == ["ut1@1.hosts"]


@pytest.mark.parametrize("damage", DAMAGES)
def test_no_index_is_built_of_rows_that_are_not_as_recorded(
    tmp_path: Path, records: Records, blocklists: Blocklists, damage: Callable[[Path], None]
) -> None:
    imported(blocklists, tmp_path, "a.example", "b.example")
    with records.db.write() as conn:
        conn.execute(delete(host_entry).where(host_entry.c.host == "a.example"))
    damage(tmp_path / "indexes" / "ut1@1.hosts")
    with pytest.raises(CorruptList, match="ut1@1"):
        blocklists.load()
    assert load_material(records.db, (), False, timedelta(hours=1)).hosts is None


def test_without_room_for_an_index_the_lists_are_not_ready(
    tmp_path: Path, records: Records, blocklists: Blocklists
) -> None:
    imported(blocklists, tmp_path, "a.example")
    for each in (tmp_path / "indexes").iterdir():
        each.unlink()
    (tmp_path / "indexes").rmdir()
    (tmp_path / "indexes").write_text("a file where the folder was")
    with pytest.raises(IndexNotWritten):
        blocklists.load()
    assert load_material(records.db, (), False, timedelta(hours=1)).hosts is None
    before = records.epoch, blocklists.list()
    with pytest.raises(IndexNotWritten):
        imported(blocklists, tmp_path, "b.example")
    with pytest.raises(IndexNotWritten):
        blocklists.add(["b.example"], why="x", by="ann")
    assert (records.epoch, blocklists.list()) == before


def test_an_entry_that_could_never_be_found_makes_the_lists_not_ready(
    tmp_path: Path, records: Records, blocklists: Blocklists
) -> None:
    imported(blocklists, tmp_path, "a.example")
    with records.db.write() as conn:
        conn.execute(update(host_entry).values(host="NOT canonical"))
        digest = "7a" * 32
        conn.execute(update(revision).values(digest=digest))
    with pytest.raises(CorruptList):
        blocklists.load()


def test_each_entry_keeps_the_reason_it_came_with(tmp_path: Path, blocklists: Blocklists) -> None:
    imported(blocklists, tmp_path, "a.example", why="the first reason")
    imported(blocklists, tmp_path, "a.example", "b.example", why="the second reason")
    imported(blocklists, tmp_path, "a.example", "b.example", name="other", why="of another list")
    assert [why(blocklists, host) for host in ("a.example", "b.example")] == [
        "other: of another list",
        "other: of another list",
    ]
    blocklists.remove_list("other", why="x", by="ann")
    assert [why(blocklists, host) for host in ("a.example", "b.example")] == [
        "ut1: the first reason",
        "ut1: the second reason",
    ]


def test_an_entry_that_comes_back_has_its_new_reason(blocklists: Blocklists) -> None:
    blocklists.add(["a.example"], why="the first reason", by="ann")
    blocklists.remove(["a.example"], why="x", by="ann")
    blocklists.add(["a.example"], why="the second reason", by="ann")
    assert why(blocklists, "a.example") == "operator: the second reason"


def test_indexes_that_nothing_counts_by_go_and_a_run_that_maps_one_goes_on(
    tmp_path: Path, records: Records, blocklists: Blocklists
) -> None:
    imported(blocklists, tmp_path, "a.example", "b.example")
    blocklists.add(["c.example"], why="x", by="ann")
    blocklists.add(["d.example"], why="x", by="ann")
    run = blocklists.load()
    imported(blocklists, tmp_path, "e.example")
    assert indexes(tmp_path) == ["operator@2.hosts", "ut1@2.hosts"]
    assert [run.find(host) is not None for host in ("a.example", "e.example")] == [True, False]


def test_an_index_that_is_just_being_built_is_not_taken_away(
    tmp_path: Path, records: Records, blocklists: Blocklists
) -> None:
    blocklists.add(["a.example"], why="x", by="ann")
    coming = tmp_path / "indexes" / "ut1@1.hosts"
    with HostIndexes(records.db.folder).at_work():
        coming.write_bytes(b"")
        tidy_indexes(records.db)
        assert coming.exists()
    tidy_indexes(records.db)
    assert indexes(tmp_path) == ["operator@1.hosts"]


def overwritten(path: Path) -> None:
    path.write_bytes(path.with_name("other@1.hosts").read_bytes())


def cut_in_place(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(100)


@pytest.mark.parametrize("damage", [overwritten, cut_in_place])
def test_an_index_that_is_written_to_while_a_run_maps_it_is_not_asked_and_opened_anew(
    tmp_path: Path, blocklists: Blocklists, damage: Callable[[Path], None]
) -> None:
    imported(blocklists, tmp_path, "a.example", "b.example")
    imported(blocklists, tmp_path, "c.example", name="other")
    floor = blocklists.load()
    imported(blocklists, tmp_path, "b.example")
    used = blocklists.load(floor)
    assert [used.find(each) is None for each in ("a.example", "b.example")] == [False, False]
    damage(tmp_path / "indexes" / "ut1@2.hosts")
    assert not used.is_whole
    assert DomainBlocklist(used).judge_address("https://d.example/", Where.PAGE).reason == ListReason.NOT_READY
    again = blocklists.load(used)
    assert again.is_whole
    assert [again.find(each) is None for each in ("a.example", "b.example", "d.example")] == [False, False, True]


@pytest.mark.parametrize("most", [0, 1, 100])
def test_a_run_is_never_loosened_however_much_is_ended(
    tmp_path: Path, blocklists: Blocklists, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(blocked_hosts, "_MOST_COPIED", most)
    imported(blocklists, tmp_path, "a.example", "b.example", "c.example", why="x")
    floor = blocklists.load()
    for left in (["b.example", "c.example", "d.example"], ["c.example", "e.example"], ["a.example"]):
        imported(blocklists, tmp_path, *left)
        floor = blocklists.load(floor=floor)
        blocklists.add([f"{left[0]}.org"], why="x", by="ann")
    found = {name: floor.find(f"{name}.example") for name in "abcdef"}
    assert {name: entry and f"{entry.list}@{entry.number}" for name, entry in found.items()} == {
        "a": "ut1@4",
        "b": "ut1@2",
        "c": "ut1@3",
        "d": "ut1@2",
        "e": "ut1@3",
        "f": None,
    }


def test_an_exception_that_comes_while_a_run_goes_on_does_not_count_yet(tmp_path: Path, blocklists: Blocklists) -> None:
    imported(blocklists, tmp_path, "||a.example^", "||b.example^")
    start = blocklists.load()
    imported(blocklists, tmp_path, "||a.example^", "||b.example^", "@@||b.example^")
    assert blocklists.load().find("b.example") is None
    now = blocklists.load(floor=start)
    assert [now.find(host) is not None for host in ("a.example", "b.example")] == [True, True]


def test_an_exception_lifts_entries_of_its_own_list_only(tmp_path: Path, blocklists: Blocklists) -> None:
    imported(blocklists, tmp_path, "||a.example^", "||b.example^", "@@||b.example^")
    assert [each.blocked for each in blocklists.test(["a.example", "b.example"])] == [True, False]
    blocklists.add(["b.example"], why="x", by="ann")
    assert why(blocklists, "b.example") == "operator: x"


def test_what_a_list_no_longer_excepts_is_blocked_in_a_run_at_once(tmp_path: Path, blocklists: Blocklists) -> None:
    imported(blocklists, tmp_path, "||a.example^", "||b.example^", "@@||b.example^")
    start = blocklists.load()
    imported(blocklists, tmp_path, "||a.example^", "||b.example^")
    assert blocklists.load(floor=start).find("b.example") is not None
