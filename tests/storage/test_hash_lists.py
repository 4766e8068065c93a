import hashlib
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from filters.indexes.known import KnownHash
from filters.indexes.known_material import KnownMaterial, ListState
from storage.blocklists import Blocklists
from storage.hash_formats import ListedHash
from storage.hash_lists import HashLists
from storage.list_lines import BadList
from storage.list_revisions import ListMismatch
from storage.tables import hash_entry, revision
from tests.storage.records import Records, opened

MAX_AGE = timedelta(hours=48)
PDQ = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22"
HEADER = "signal_type,signal_str,collab,category,tags"


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with opened(tmp_path) as records:
        yield records


@pytest.fixture
def lists(records: Records) -> HashLists:
    return HashLists(records.db, records.ledger)


def md5(word: str) -> str:
    return hashlib.md5(word.encode(), usedforsecurity=False).hexdigest()


def file_of(folder: Path, *lines: str) -> Path:
    path = folder / "list.txt"
    path.write_text("".join(f"{each}\n" for each in lines))
    return path


def pdq(word: str) -> str:
    """Return a made-up hash with as many bits set as a genuine one has, far from that of any other word."""
    half = hashlib.md5(word.encode(), usedforsecurity=False).hexdigest()
    return half + f"{int(half, 16) ^ ((1 << 128) - 1):032x}"


def hashes_of(known: KnownMaterial) -> list[KnownHash]:
    return [each for of in known.lists for each in of.entries()]


def imported(lists: HashLists, folder: Path, *words: str, name: str = "real", synthetic: bool = False) -> str:
    path = file_of(folder, *map(pdq, words))
    return lists.import_file(path, name, by="ann", why="x", type="pdq", synthetic=synthetic).label


def without_indexes(folder: Path) -> None:
    """Leave rows alone to tell what a list holds, as when a database came back from a backup."""
    for each in (folder / "indexes").glob("*.hashes"):
        each.unlink()


def load(lists: HashLists, floor: KnownMaterial | None = None) -> KnownMaterial:
    return lists.load(("127.0.0.0/8",), provisional=False, max_age=MAX_AGE, floor=floor)


def age(records: Records, name: str, by: timedelta) -> None:
    with records.db.write() as conn:
        conn.execute(update(revision).where(revision.c.list == name).values(at=datetime.now(UTC) - by))


def test_an_imported_list_is_known_material(tmp_path: Path, lists: HashLists) -> None:
    imported(lists, tmp_path, "one", "two")
    known = load(lists)
    assert sorted((each.list, each.number, each.type, each.value) for each in hashes_of(known)) == sorted(
        [("real", 1, "pdq", pdq("one")), ("real", 1, "pdq", pdq("two"))]
    )
    assert (known.ready, known.production, known.problem) == (ListState.READY, True, None)
    assert known.networks == ("127.0.0.0/8",)


@pytest.mark.parametrize("type_name", ["md5", "sha1", "sha256", "pdq", "phash16"])
def test_how_far_a_match_may_be_is_left_to_the_policy(tmp_path: Path, lists: HashLists, type_name: str) -> None:
    value = {"md5": PDQ[:32], "sha1": PDQ[:40]}.get(type_name, PDQ)
    lists.import_file(file_of(tmp_path, value), "real", by="ann", why="x", type=type_name)
    (known,) = hashes_of(load(lists))
    assert (known.type, known.value, known.distance_bits) == (type_name, value, None)


def test_what_is_known_to_be_good_is_kept_but_does_not_block(tmp_path: Path, lists: HashLists) -> None:
    categories = ["NEGATIVE_CLASS", "INVESTIGATION_SEED", "POSITIVE_CLASS", "DISPUTED"]
    rows = [f"md5,{md5(each)},x,{each}," for each in categories]
    done = lists.import_file(file_of(tmp_path, HEADER, *rows), "real", by="ann", why="x")
    assert (done.entries, done.source) == (4, "list.txt (threatexchange-csv)")
    assert {each.category for each in hashes_of(load(lists))} == set(categories) - {"POSITIVE_CLASS"}


def test_a_list_of_nothing_but_good_files_is_no_production_list(tmp_path: Path, lists: HashLists) -> None:
    path = file_of(tmp_path, HEADER, f"md5,{md5('good')},x,POSITIVE_CLASS,")
    lists.import_file(path, "real", by="ann", why="x")
    assert not load(lists).production


def test_a_synthetic_list_never_makes_production(tmp_path: Path, lists: HashLists) -> None:
    imported(lists, tmp_path, "one", synthetic=True)
    known = load(lists)
    assert (known.ready, known.production) == (ListState.READY, False)
    assert known.problem is not None
    assert "altsieve hashlist import" in known.problem
    assert [each.synthetic for each in known.lists] == [True]


def test_a_synthetic_list_never_becomes_a_real_one(tmp_path: Path, lists: HashLists) -> None:
    imported(lists, tmp_path, "one", synthetic=True)
    with pytest.raises(ListMismatch, match="synthetic"):
        imported(lists, tmp_path, "one")


def test_a_hash_added_by_hand_blocks_but_makes_no_production(records: Records, lists: HashLists) -> None:
    before = records.epoch
    done = lists.add(PDQ.upper(), "pdq", "ours", why="seen", by="ann")
    assert done is not None
    assert (done.label, done.entries, records.epoch) == ("ours@1", 1, before + 1)
    known = load(lists)
    assert ([each.value for each in hashes_of(known)], known.production) == ([PDQ], False)


def test_adding_a_hash_that_is_there_changes_nothing(records: Records, lists: HashLists) -> None:
    lists.add(PDQ, "pdq", "ours", why="seen", by="ann")
    before = records.epoch
    assert lists.add(PDQ.upper(), "pdq", "ours", why="again", by="ann") is None
    assert records.epoch == before


def test_nothing_is_added_by_hand_to_an_imported_list(tmp_path: Path, lists: HashLists) -> None:
    imported(lists, tmp_path, "one")
    with pytest.raises(ListMismatch, match="imported"):
        lists.add(PDQ, "pdq", "real", why="x", by="ann")


@pytest.mark.parametrize(
    ("value", "type_name", "says"),
    [
        (md5("one"), "sha1", "long"),
        ("z" * 32, "md5", "hex"),
        (md5("one"), "md4", "type"),
        ("d41d8cd98f00b204e9800998ecf8427e", "md5", "innocent"),
    ],
)
def test_what_is_no_usable_hash_is_refused_without_showing_it(
    lists: HashLists, value: str, type_name: str, says: str
) -> None:
    with pytest.raises(BadList, match=says) as refused:
        lists.add(value, type_name, "ours", why="x", by="ann")
    assert value not in str(refused.value)
    assert lists.list() == ()


def test_removing_a_list_ends_every_entry_and_its_past_can_still_be_shown(
    tmp_path: Path, records: Records, lists: HashLists
) -> None:
    imported(lists, tmp_path, "one", "two")
    before = records.epoch
    ended = lists.remove("real", why="withdrawn by its source", by="ann")
    assert ended is not None
    assert (ended.label, ended.entries, ended.removed, records.epoch) == ("real@2", 0, 2, before + 1)
    known = load(lists)
    assert (known.count, known.production) == (0, False)
    assert [len(list(lists.entries_at("real", number))) for number in (1, 2)] == [2, 0]


def test_removing_a_list_that_is_not_there_is_a_no(records: Records, lists: HashLists) -> None:
    assert lists.remove("real", why="x", by="ann") is None
    assert records.acts == 0


def test_a_blocklist_cannot_be_removed_as_a_hash_list(records: Records, lists: HashLists) -> None:
    Blocklists(records.db, records.ledger).add(["example.org"], why="x", by="ann")
    assert lists.remove("operator", why="x", by="ann") is None


def test_an_import_replaces_and_every_revision_can_be_shown(tmp_path: Path, lists: HashLists) -> None:
    imported(lists, tmp_path, "one", "two")
    imported(lists, tmp_path, "two", "three")
    assert [(each.added, each.removed) for each in lists.history("real")] == [(2, 0), (1, 1)]
    shown = [{each.value for each in lists.entries_at("real", number)} for number in (1, 2)]
    assert shown == [{pdq("one"), pdq("two")}, {pdq("two"), pdq("three")}]
    assert ListedHash(type="pdq", value=pdq("two")) in lists.entries_at("real", 2)


@pytest.mark.parametrize(("hours", "production"), [(0, True), (47.9, True), (48.1, False), (10_000, False)])
def test_only_a_fresh_list_makes_production(
    tmp_path: Path, records: Records, lists: HashLists, hours: float, production: bool
) -> None:
    imported(lists, tmp_path, "one")
    age(records, "real", timedelta(hours=hours))
    known = load(lists)
    assert (known.production, known.problem is None) == (production, production)
    assert known.count == 1


def test_importing_the_same_file_again_makes_a_list_fresh(tmp_path: Path, records: Records, lists: HashLists) -> None:
    imported(lists, tmp_path, "one")
    age(records, "real", timedelta(hours=100))
    assert imported(lists, tmp_path, "one") == "real@2"
    assert load(lists).production


def test_one_fresh_list_among_stale_ones_is_enough(tmp_path: Path, records: Records, lists: HashLists) -> None:
    imported(lists, tmp_path, "one", name="old")
    age(records, "old", timedelta(hours=100))
    assert "old@1" in str(load(lists).problem)
    imported(lists, tmp_path, "two", name="new")
    assert load(lists).production


def test_without_any_list_there_is_no_production_and_the_problem_says_what_to_type(lists: HashLists) -> None:
    known = load(lists)
    assert (known.count, known.ready, known.production) == (0, ListState.READY, False)
    assert "altsieve hashlist import" in str(known.problem)


def test_a_list_that_is_not_as_recorded_is_broken_and_what_is_left_of_it_goes_on_matching(
    tmp_path: Path, records: Records, lists: HashLists
) -> None:
    imported(lists, tmp_path, "one", "two")
    with records.db.write() as conn:
        conn.execute(delete(hash_entry).where(hash_entry.c.value == pdq("one")))
    without_indexes(tmp_path)
    known = load(lists)
    assert (known.ready, known.production) == (ListState.BROKEN, False)
    assert [each.value for each in hashes_of(known)] == [pdq("two")]
    assert "real@1" in str(known.problem)
    assert load(lists, floor=known).ready is ListState.BROKEN


def test_what_is_no_hash_any_more_in_a_broken_list_does_not_keep_the_rest_from_matching(
    tmp_path: Path, records: Records, lists: HashLists
) -> None:
    imported(lists, tmp_path, "one", "two")
    with records.db.write() as conn:
        conn.execute(update(hash_entry).where(hash_entry.c.value == pdq("one")).values(value="no hash"))
    without_indexes(tmp_path)
    known = load(lists)
    assert known.ready is ListState.BROKEN
    assert [each.value for each in hashes_of(known)] == [pdq("two")]


def test_a_run_is_tightened_at_once_and_never_loosened(tmp_path: Path, lists: HashLists) -> None:
    imported(lists, tmp_path, "one", "two")
    start = load(lists)
    imported(lists, tmp_path, "two", "three")
    now = load(lists, floor=start)
    assert sorted((each.value, each.number) for each in hashes_of(now)) == sorted(
        [(pdq("one"), 1), (pdq("two"), 2), (pdq("three"), 2)]
    )
    assert now.revision not in (start.revision, load(lists).revision)
    lists.remove("real", why="x", by="ann")
    ended = load(lists, floor=now)
    assert {each.value for each in hashes_of(ended)} == {each.value for each in hashes_of(now)}
    assert load(lists).count == 0


def test_ending_a_list_during_a_run_does_not_make_it_fresh(tmp_path: Path, records: Records, lists: HashLists) -> None:
    imported(lists, tmp_path, "one")
    age(records, "real", timedelta(hours=100))
    start = load(lists)
    lists.remove("real", why="x", by="ann")
    now = load(lists, floor=start)
    assert (now.count, now.production) == (1, False)


def test_a_list_broken_during_a_run_is_noticed_although_the_run_holds_an_earlier_revision(
    tmp_path: Path, records: Records, lists: HashLists
) -> None:
    imported(lists, tmp_path, "one")
    start = load(lists)
    imported(lists, tmp_path, "one", "two")
    with records.db.write() as conn:
        conn.execute(delete(hash_entry).where(hash_entry.c.value == pdq("two")))
    without_indexes(tmp_path)
    assert load(lists, floor=start).ready is ListState.BROKEN


def test_a_list_that_has_not_changed_is_not_read_again(tmp_path: Path, lists: HashLists) -> None:
    imported(lists, tmp_path, "one")
    start = load(lists)
    lists.add(PDQ, "pdq", "ours", why="x", by="ann")
    now = load(lists, floor=start)
    assert now.count == 2
    assert any(each is start.lists[0] for each in now.lists)
    assert now.production


def test_the_format_can_be_given(tmp_path: Path, lists: HashLists) -> None:
    path = file_of(tmp_path, md5("one"))
    assert lists.import_file(path, "real", by="ann", why="x", type="md5", format="hex").entries == 1
    with pytest.raises(BadList, match="signal_type"):
        lists.import_file(path, "real", by="ann", why="x", format="threatexchange-csv")
    with pytest.raises(ListMismatch, match="--format is one of hex, "):
        lists.import_file(path, "real", by="ann", why="x", format="tmk")


def test_the_revision_names_the_set_of_lists(tmp_path: Path, lists: HashLists) -> None:
    imported(lists, tmp_path, "one")
    one = load(lists)
    assert load(lists).revision == one.revision
    imported(lists, tmp_path, "one", name="other")
    assert load(lists).revision != one.revision


def test_no_hash_gets_into_the_ledger_or_a_log(
    tmp_path: Path, records: Records, lists: HashLists, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        imported(lists, tmp_path, "one", "two")
        lists.add(PDQ, "pdq", "ours", why="x", by="ann")
        load(lists)
        lists.remove("real", why="x", by="ann")
    for text in (records.ledger_text, caplog.text, repr(load(lists))):
        assert not any(each in text for each in (pdq("one"), pdq("two"), PDQ))


@pytest.mark.parametrize("line", ["zz", "# nothing", "d41d8cd98f00b204e9800998ecf8427e"])
def test_a_file_that_is_no_list_changes_nothing(tmp_path: Path, records: Records, lists: HashLists, line: str) -> None:
    imported(lists, tmp_path, "one")
    before = records.epoch, lists.list()
    with pytest.raises(BadList):
        lists.import_file(file_of(tmp_path, line), "real", by="ann", why="x", type="md5")
    assert (records.epoch, lists.list()) == before


def test_a_hundred_thousand_hashes_are_imported(tmp_path: Path, lists: HashLists) -> None:
    imported(lists, tmp_path, *map(str, range(100_000)))
    assert load(lists).count == 100_000
