"""An import is written in many transactions, and counts in one."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from filters.indexes.known_material import ListState
from storage import list_imports
from storage.blocklists import Blocklists
from storage.hash_lists import HashLists
from storage.list_entries import add_entries, end_entries
from storage.list_imports import ListShrinks
from storage.list_kinds import HOSTS
from storage.list_locks import ListIsHeld, alone_with
from storage.list_revisions import Change, ListMismatch
from storage.staging import Key, Staging
from storage.tables import hash_entry, host_entry, list_, revision
from storage.verify_lists import check_lists
from tests.storage.records import Records, opened


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with opened(tmp_path) as records:
        yield records


@pytest.fixture
def blocklists(records: Records, monkeypatch: pytest.MonkeyPatch) -> Blocklists:
    """Return the blocklists; an import writes two entries at a time."""
    monkeypatch.setattr(list_imports, "BATCH_ROWS", 2)
    return Blocklists(records.db, records.ledger)


def imported(blocklists: Blocklists, folder: Path, *hosts: str, force: bool = True) -> None:
    path = folder / "list.txt"
    path.write_text("".join(f"{each}\n" for each in hosts))
    blocklists.import_file(path, "ut1", by="ann", why="x", force=force)


def hosts_of(blocklists: Blocklists, number: int) -> list[str]:
    return [each.host for each in blocklists.entries_at("ut1", number)]


class Stopped(Exception):
    pass


def stopping(after: int, does: Callable[..., None]) -> Callable[..., None]:
    calls = 0

    def stops(*arguments: object, **named: object) -> None:
        nonlocal calls
        calls += 1
        if calls > after:
            raise Stopped
        does(*arguments, **named)

    return stops


def at_the_second_batch(patch: pytest.MonkeyPatch, _records: Records) -> None:
    patch.setattr(list_imports, "add_entries", stopping(1, add_entries))


def while_entries_end(patch: pytest.MonkeyPatch, _records: Records) -> None:
    patch.setattr(list_imports, "end_entries", stopping(1, end_entries))


def at_the_seal(patch: pytest.MonkeyPatch, records: Records) -> None:
    patch.setattr(records.ledger, "append", stopping(0, at_the_second_batch))


OLD = ("a.example", "b.example", "c.example", "d.example")
NEW = ("d.example", "e.example", "f.example", "g.example", "h.example", "i.example")


@pytest.mark.parametrize("stop", [at_the_second_batch, while_entries_end, at_the_seal])
def test_an_import_that_is_killed_changes_nothing_and_the_next_one_works(
    tmp_path: Path,
    records: Records,
    blocklists: Blocklists,
    monkeypatch: pytest.MonkeyPatch,
    stop: Callable[[pytest.MonkeyPatch, Records], None],
) -> None:
    imported(blocklists, tmp_path, *OLD)
    before = records.epoch, records.acts, blocklists.list(), blocklists.history("ut1"), hosts_of(blocklists, 1)
    with monkeypatch.context() as patch:
        stop(patch, records)
        with pytest.raises(Stopped):
            imported(blocklists, tmp_path, *NEW)
    after = records.epoch, records.acts, blocklists.list(), blocklists.history("ut1"), hosts_of(blocklists, 1)
    assert after == before
    assert [each.blocked for each in blocklists.test([*OLD, "e.example"])] == [True, True, True, True, False]
    imported(blocklists, tmp_path, *NEW)
    assert hosts_of(blocklists, 1) == list(OLD)
    assert hosts_of(blocklists, 2) == list(NEW)
    with records.db.read() as conn:
        assert conn.execute(select(func.count()).select_from(host_entry)).scalar_one() == len({*OLD, *NEW})


def test_a_killed_first_import_leaves_no_list_and_its_name_is_free(
    tmp_path: Path, records: Records, blocklists: Blocklists, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        at_the_second_batch(patch, records)
        with pytest.raises(Stopped):
            imported(blocklists, tmp_path, *NEW)
    assert blocklists.list() == blocklists.history("ut1") == ()
    assert not blocklists.test(NEW)[0].blocked
    HashLists(records.db, records.ledger).add("5e" * 16, "md5", "ut1", why="x", by="ann")
    with records.db.read() as conn:
        assert conn.execute(select(host_entry)).all() == []
        assert conn.execute(select(list_.c.kind, list_.c.number)).all() == [("hashes", 1)]
        assert conn.execute(select(revision.c.number)).scalars().all() == [1]


def test_a_killed_import_of_hashes_changes_nothing(
    tmp_path: Path, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_imports, "BATCH_ROWS", 1)
    lists = HashLists(records.db, records.ledger)
    path = tmp_path / "hashes.txt"
    path.write_text("5e" * 16 + "\n" + "5f" * 16 + "\n")
    with monkeypatch.context() as patch:
        at_the_second_batch(patch, records)
        with pytest.raises(Stopped):
            lists.import_file(path, "known", type="md5", by="ann", why="x")
    assert lists.list() == ()
    assert lists.import_file(path, "known", type="md5", by="ann", why="x").entries == 2
    with records.db.read() as conn:
        assert conn.execute(select(func.count()).select_from(hash_entry)).scalar_one() == 2


def test_others_read_and_write_while_an_import_goes_on(
    tmp_path: Path, records: Records, blocklists: Blocklists, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[int, bool]] = []
    hash_lists = HashLists(records.db, records.ledger)
    batches = Staging.new_keys

    def between(self: Staging, most: int) -> Iterator[list[Key]]:
        for number, batch in enumerate(batches(self, most)):
            hash_lists.add(f"{number:02}" + "5e" * 15, "md5", "known", why="x", by="bob")
            seen.append((records.epoch, blocklists.test(["e.example"])[0].blocked))
            yield batch

    monkeypatch.setattr(Staging, "new_keys", between)
    began_at = records.epoch
    imported(blocklists, tmp_path, *NEW)
    assert seen == [(began_at + 1, False), (began_at + 2, False), (began_at + 3, False)]
    assert blocklists.test(["e.example"])[0].blocked


def test_one_list_is_imported_by_one_process_at_a_time(
    tmp_path: Path, records: Records, blocklists: Blocklists
) -> None:
    with alone_with(records.db, "ut1"):
        with pytest.raises(ListIsHeld, match="ut1"):
            imported(blocklists, tmp_path, *NEW)
        blocklists.add(["other.example"], why="another list is not held", by="ann")
    imported(blocklists, tmp_path, *NEW)


def test_a_change_by_hand_waits_for_its_turn_and_not_for_ever(records: Records) -> None:
    change = Change(kind=HOSTS, name="operator", origin=None, verb="add", by="ann", why="x")
    with (
        alone_with(records.db, "operator"),
        pytest.raises(ListIsHeld),
        list_imports.changing(records.db, change, wait_s=0),
    ):
        raise AssertionError("it is held")


@pytest.mark.only("postgresql", why="the lock of a file cannot be lost")
@pytest.mark.parametrize("another_comes", [False, True])
def test_an_import_whose_lock_is_lost_writes_nothing_more(
    tmp_path: Path, records: Records, blocklists: Blocklists, monkeypatch: pytest.MonkeyPatch, another_comes: bool
) -> None:
    """The session that held the lock ends after the first batch, and perhaps another machine imports the list then."""
    imported(blocklists, tmp_path, *OLD)
    new_keys = Staging.new_keys

    def losing(keys: Staging, size: int) -> Iterator[list[Key]]:
        batches = new_keys(keys, size)
        yield next(batches)
        monkeypatch.setattr(Staging, "new_keys", new_keys)
        end_sessions_with_locks(records)
        if another_comes:
            with opened(tmp_path) as other:
                imported(Blocklists(other.db, other.ledger), tmp_path, "other.example")
        yield from batches

    monkeypatch.setattr(Staging, "new_keys", losing)
    with pytest.raises(ListIsHeld, match="broke"):
        imported(blocklists, tmp_path, *NEW)
    newest = max(each.number for each in blocklists.history("ut1"))
    assert hosts_of(blocklists, newest) == (["other.example"] if another_comes else list(OLD))
    imported(blocklists, tmp_path, *NEW)
    assert hosts_of(blocklists, newest + 1) == list(NEW)
    with records.db.read() as conn:
        assert list(check_lists(conn)) == []


def end_sessions_with_locks(records: Records) -> None:
    """Of this test's database alone: other tests have theirs on the same server."""
    ended = text(
        "SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database "
        "WHERE locktype = 'advisory' AND datname = current_database() AND pid <> pg_backend_pid()"
    )
    with records.db.read() as conn:
        assert conn.execute(ended).scalars().all() == [True]


@pytest.mark.parametrize("name", ["../operator", "a/b", ""])
def test_the_lock_of_a_list_lies_beside_the_database_whatever_its_name(
    tmp_path: Path, blocklists: Blocklists, name: str
) -> None:
    with pytest.raises(ListMismatch, match="made of"):
        blocklists.add(["a.example"], why="x", by="ann", list=name)
    assert list(tmp_path.glob("**/list-*")) == []


@pytest.mark.parametrize(("left", "refused"), [(8, False), (7, True), (1, True)])
def test_an_import_that_takes_more_than_a_share_off_a_list_is_refused_with_numbers(
    tmp_path: Path, records: Records, blocklists: Blocklists, left: int, refused: bool
) -> None:
    hosts = [f"host{number}.example" for number in range(10)]
    imported(blocklists, tmp_path, *hosts)
    before = records.epoch, blocklists.list()
    if not refused:
        imported(blocklists, tmp_path, *hosts[:left], force=False)
        assert blocklists.list()[0].entries == left
        return
    with pytest.raises(ListShrinks, match=f"{10 - left} of 10 entries"):
        imported(blocklists, tmp_path, *hosts[:left], "new.example", force=False)
    assert (records.epoch, blocklists.list()) == before


def test_the_ledger_says_that_an_import_was_forced_and_of_which_file(
    tmp_path: Path, records: Records, blocklists: Blocklists
) -> None:
    imported(blocklists, tmp_path, *OLD, force=False)
    assert '"forced"' not in records.ledger_text
    imported(blocklists, tmp_path, "a.example", force=True)
    assert '"forced":true' in records.ledger_text
    assert str(blocklists.list()[0].file_digest) in records.ledger_text


@pytest.mark.parametrize("stop", [at_the_second_batch, while_entries_end, at_the_seal])
def test_lists_of_hashes_are_loaded_as_they_were_after_an_import_that_was_killed(
    tmp_path: Path,
    records: Records,
    monkeypatch: pytest.MonkeyPatch,
    stop: Callable[[pytest.MonkeyPatch, Records], None],
) -> None:
    monkeypatch.setattr(list_imports, "BATCH_ROWS", 1)
    lists = HashLists(records.db, records.ledger)
    path = tmp_path / "hashes.txt"
    path.write_text("5a" * 16 + "\n" + "5b" * 16 + "\n")
    lists.import_file(path, "known", type="md5", by="ann", why="x")
    before = lists.load((), provisional=False, max_age=timedelta(hours=1))
    path.write_text("5e" * 16 + "\n" + "5f" * 16 + "\n")
    with monkeypatch.context() as patch:
        stop(patch, records)
        with pytest.raises(Stopped):
            lists.import_file(path, "known", type="md5", by="ann", why="x")
    after = lists.load((), provisional=False, max_age=timedelta(hours=1))
    assert (after.ready, after.count) == (ListState.READY, 2)
    listed = [{each.value for of in known.lists for each in of.entries()} for known in (before, after)]
    assert listed == [{"5a" * 16, "5b" * 16}] * 2
    assert after.revision == before.revision


def test_what_an_import_has_left_undone_is_on_no_list(
    tmp_path: Path, records: Records, blocklists: Blocklists, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        at_the_second_batch(patch, records)
        with pytest.raises(Stopped):
            imported(blocklists, tmp_path, *NEW)
    (host,) = blocklists.remove(["d.example"], why="x", by="ann").hosts
    assert host.note == "is not on list operator"
