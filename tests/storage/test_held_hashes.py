"""The file of held hashes says what the database says, whatever happened to either."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from storage.database import Database
from storage.held_file import BrokenFile, HeldFile, Kind, Row
from storage.held_hashes import FILE, HeldHashes, rows_of
from storage.rescan_entries import NewEntry
from storage.tables import measurement, picture, unindexed
from storage.withdrawal import Target, TargetKind, Withdrawals
from tests.places import Place
from tests.storage import samples
from tests.storage.held_again import Collection, collection, digest_of, facts, hash_of


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Collection]:
    with collection(tmp_path) as found:
        found.list_()
        yield found


def hashes_of(held: Collection) -> HeldHashes:
    return HeldHashes(held.crawl.records.db, block_rows=16)  # so that a picture's rows lie in two blocks


def path_of(held: Collection) -> Path:
    return held.crawl.records.db.folder / FILE


def named(hashes: HeldHashes, *values: str) -> set[str]:
    return hashes.nominated([NewEntry(type="pdq", value=each, distance_bits=31) for each in values])


def test_what_was_kept_or_measured_since_is_in_it_after_a_refresh(held: Collection) -> None:
    hashes = hashes_of(held)
    held.see(1, 2)
    assert hashes.refresh() == 2
    held.see(3, text="x")
    held.see(4)
    assert hashes.refresh() == 4
    assert hashes.digests() == {digest_of(each) for each in (1, 2, 3, 4)}
    assert named(hashes, hash_of(1, 1), hash_of(3, 0, 7), hash_of(4, 0)) == {digest_of(each) for each in (1, 3, 4)}
    assert held.crawl.rows(unindexed) == []


def test_what_was_seen_better_later_replaces_what_was_measured(held: Collection) -> None:
    hashes = hashes_of(held)
    held.see(facts(2, views=1), text="x")
    hashes.refresh()
    held.see(facts(2), text="y")
    assert hashes.refresh() == 1
    assert named(hashes, hash_of(2, 1)) == {digest_of(2)}


def test_what_is_gone_is_neither_named_nor_left_in_it(held: Collection) -> None:
    hashes = hashes_of(held)
    held.see(1, 2, text="x")
    hashes.refresh()
    with held.crawl.records.db.write() as conn:
        conn.execute(delete(measurement).where(measurement.c.sha256 == digest_of(2)))
    assert hashes.refresh() == 1
    assert (hashes.digests(), named(hashes, hash_of(2, 0))) == ({digest_of(1)}, set())
    word = int(hash_of(2, 0)[:8], 16)
    assert not any((block.words == word).any() for block in HeldFile.open(path_of(held)).blocks())


def test_what_is_to_be_forgotten_is_blank_at_once(held: Collection) -> None:
    hashes = hashes_of(held)
    held.see(1, 2)
    hashes.refresh()
    hashes.forget([digest_of(1), digest_of(9)])
    assert (hashes.digests(), named(hashes, hash_of(1, 0))) == ({digest_of(2)}, set())


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-200])


def _of_another_form(path: Path) -> None:
    path.write_bytes(b"{}".ljust(4096))


@pytest.mark.parametrize("damage", [Path.unlink, _cut, _of_another_form, lambda path: path.write_bytes(b"\xff" * 9000)])
def test_a_file_that_is_missing_or_broken_is_built_anew(held: Collection, damage: Callable[[Path], None]) -> None:
    hashes = hashes_of(held)
    held.see(1, 2)
    hashes.refresh()
    damage(path_of(held))
    with pytest.raises(BrokenFile):
        HeldFile.open(path_of(held))
    hashes.forget([digest_of(9)])
    assert hashes.refresh() == 2
    assert named(hashes, hash_of(2, 0)) == {digest_of(2)}


@pytest.fixture
def there(held: Collection, tmp_path: Path) -> Iterator[HeldHashes]:
    """The file of another machine, which has a state folder of its own."""
    db = Database.open(Place.of(held.crawl.records.db.folder).database_url, tmp_path / "there")
    yield HeldHashes(db, block_rows=16)
    db.close()


def test_what_the_file_of_another_machine_took_in_is_not_missing_here(held: Collection, there: HeldHashes) -> None:
    """Here the same number of pictures is held as was, so that no count tells of it."""
    here = hashes_of(held)
    held.see(1, 2, text="x")
    assert here.refresh() == 2
    with held.crawl.records.db.write() as conn:
        conn.execute(delete(measurement).where(measurement.c.sha256 == digest_of(2)))
    held.see(3, text="x")
    assert there.refresh() == 2
    assert held.crawl.rows(unindexed) == []
    assert here.refresh() == 2
    assert (here.digests(), there.digests()) == ({digest_of(1), digest_of(3)},) * 2
    assert there.refresh() == 2


def test_a_file_that_was_brought_back_from_a_backup_is_built_anew(held: Collection) -> None:
    hashes = hashes_of(held)
    held.see(facts(2, views=1), text="x")
    hashes.refresh()
    backup = path_of(held).read_bytes()
    held.see(facts(2), text="y")
    hashes.refresh()
    path_of(held).write_bytes(backup)
    assert hashes.refresh() == 1
    assert named(hashes, hash_of(2, 1)) == {digest_of(2)}


def test_what_another_file_takes_in_at_the_same_time_is_not_missed(
    held: Collection, there: HeldHashes, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, mark = hashes_of(held), HeldFile.mark
    held.see(1)
    here.refresh()
    held.see(2)

    def marked(file: HeldFile, *tokens: str) -> None:
        """Between what this file has read and what it says of it, the other one takes in more."""
        monkeypatch.setattr(HeldFile, "mark", mark)
        mark(file, *tokens)
        held.see(3)
        assert there.refresh() == 3

    monkeypatch.setattr(HeldFile, "mark", marked)
    assert here.refresh() == 3
    assert here.digests() == {digest_of(each) for each in (1, 2, 3)}


def test_a_file_whose_rows_were_not_noted_before_a_crash_is_not_built_anew(
    held: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashes = hashes_of(held)
    held.see(1)
    hashes.refresh()
    held.see(2)
    HeldFile.open(path_of(held)).mark(*HeldFile.open(path_of(held)).tokens[-1:], "ff" * 16)
    monkeypatch.setattr(HeldFile, "create", None)
    assert hashes.refresh() == 2


def test_a_refresh_that_was_cut_off_is_done_again_without_harm(held: Collection) -> None:
    hashes = hashes_of(held)
    held.see(1)
    hashes.refresh()
    held.see(2)
    with held.crawl.records.db.read() as conn:
        stored = conn.execute(select(picture.c.facts).where(picture.c.sha256 == digest_of(2))).scalar_one()
    HeldFile.open(path_of(held)).append([rows_of(stored)])
    assert hashes.refresh() == 2


def test_hashers_are_counted_by_version(held: Collection) -> None:
    hashes = hashes_of(held)
    held.see(1, 2)
    hashes.refresh()
    assert hashes.hashers() == {"2": 2}


def test_nothing_shows_a_hash() -> None:
    assert repr(Row(kind=Kind.PDQ, value=b"s" * 32)) == "<Row PDQ>"
    assert repr(NewEntry(type="pdq", value="5e" * 32, distance_bits=31)) == "<NewEntry pdq>"


def test_a_withdrawal_blanks_what_no_pair_has_any_more(held: Collection) -> None:
    hashes = hashes_of(held)
    held.see(1, 2)
    hashes.refresh()
    records = held.crawl.records
    target = Target(kind=TargetKind.IMAGE, value=digest_of(2))
    Withdrawals(records.db, records.ledger, held.crawl.objects).withdraw(target, by="ada", why="asked for")
    assert hashes.digests() == {digest_of(1)}


def left(held: Collection) -> list[str]:
    return [each.code for each in held.crawl.verify() if "hashes" in each.code]


def test_a_match_that_a_crawl_finds_blanks_what_was_held_of_it_at_once(held: Collection) -> None:
    hashes = hashes_of(held)
    held.see(1)
    held.see(2)
    hashes.refresh()
    page_id = held.crawl.new_page("match")
    known = replace(samples.match(page_id, 2), facts=facts(2))
    receipt = held.crawl.record(page_id, known)
    held.crawl.end()
    assert receipt.left_hashes == {digest_of(2)}
    assert digest_of(2) not in repr(receipt)
    assert hashes.digests() == {digest_of(1)}


@pytest.mark.parametrize("again", ["withdraw", "rescan"])
def test_hashes_that_a_crash_left_are_found_and_forgotten(held: Collection, again: str) -> None:
    hashes = hashes_of(held)
    held.see(1, 2)
    hashes.refresh()
    records = held.crawl.records
    target = Target(kind=TargetKind.IMAGE, value=digest_of(2))
    withdrawals = Withdrawals(records.db, records.ledger, held.crawl.objects)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(HeldHashes, "forget_gone", lambda *given: None)
        withdrawals.withdraw(target, by="ada", why="asked for")
    assert left(held) == ["withdrawn.hashes-left"]
    if again == "withdraw":
        withdrawals.withdraw(target, by="ada", why="asked for")
    else:
        held.rescan()
    assert left(held) == []


def test_a_file_that_is_broken_has_nothing_left_to_tell(held: Collection) -> None:
    hashes = hashes_of(held)
    held.see(1)
    hashes.refresh()
    path_of(held).write_bytes(b"\xff" * 9000)
    assert left(held) == []
