from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from filters.indexes.hosts import HostEntry
from storage.blocklists import OPERATOR_LIST, Blocklists
from storage.hash_lists import HashLists
from storage.list_lines import BadList
from storage.list_revisions import CorruptList, ListMismatch, Revision
from storage.listed_hosts import ListedHost
from storage.tables import host_entry, revision
from tests.storage.records import Records, opened


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with opened(tmp_path) as records:
        yield records


@pytest.fixture
def blocklists(records: Records) -> Blocklists:
    return Blocklists(records.db, records.ledger)


def file_of(folder: Path, *lines: str, name: str = "list.txt") -> Path:
    path = folder / name
    path.write_text("".join(f"{each}\n" for each in lines))
    return path


def blocked(blocklists: Blocklists, *hosts: str) -> list[bool]:
    return [each.blocked for each in blocklists.test(hosts)]


def test_an_added_host_is_blocked_with_its_subdomains(blocklists: Blocklists) -> None:
    changed = blocklists.add(["Example.ORG.", "https://bücher.example/"], why="adult", by="ann")
    assert [(each.host, each.changed) for each in changed.hosts] == [
        ("example.org", True),
        ("xn--bcher-kva.example", True),
    ]
    assert changed.revision is not None
    assert changed.revision.label == "operator@1"
    assert (changed.revision.entries, changed.revision.added, changed.revision.by) == (2, 2, "ann")
    urls = ["http://a.EXAMPLE.org/x", "notexample.org", "bücher.example"]
    assert blocked(blocklists, *urls) == [True, False, True]


def test_what_is_tested_is_answered_with_list_entry_and_reason(blocklists: Blocklists) -> None:
    blocklists.add(["example.org"], why="adult", by="ann")
    (tested,) = blocklists.test(["http://a.example.org/x"])
    assert tested.entry == HostEntry(list="operator", number=1, host="example.org", why="adult")
    assert tested.host == "a.example.org"


def test_what_is_no_host_is_neither_clean_nor_an_error(blocklists: Blocklists) -> None:
    (tested,) = blocklists.test(["http://"])
    assert (tested.host, tested.entry) == (None, None)


def test_adding_what_is_there_changes_nothing_and_says_so(records: Records, blocklists: Blocklists) -> None:
    blocklists.add(["example.org"], why="adult", by="ann")
    before = records.epoch, records.acts
    changed = blocklists.add(["EXAMPLE.org"], why="again", by="bob")
    assert changed.revision is None
    assert [(each.changed, each.note) for each in changed.hosts] == [(False, "was blocked already")]
    assert (records.epoch, records.acts) == before


def test_every_change_raises_the_epoch_once_and_is_recorded_with_who_and_why(
    records: Records, blocklists: Blocklists
) -> None:
    before = records.epoch
    blocklists.add(["one.example", "two.example"], why="because", by="ann")
    blocklists.allow(["one.example"], why="a mistake", by="bob")
    blocklists.remove(["two.example"], why="gone", by="cy")
    assert (records.epoch, records.acts) == (before + 3, 3)
    assert all(each in records.ledger_text for each in ("because", "a mistake", "gone", "ann", "bob", "cy"))
    assert [(r.number, r.entries, r.added, r.removed) for r in blocklists.history(OPERATOR_LIST)] == [
        (1, 2, 2, 0),
        (2, 2, 1, 1),
        (3, 1, 0, 1),
    ]


def test_removing_a_host_that_is_not_there_is_a_no_and_not_an_error(records: Records, blocklists: Blocklists) -> None:
    changed = blocklists.remove(["example.org"], why="no longer", by="ann")
    assert changed.revision is None
    assert [(each.changed, each.note) for each in changed.hosts] == [(False, "is not on list operator")]
    assert records.acts == 0


def test_removing_by_hand_what_an_imported_list_blocks_says_how_to_lift_it(
    tmp_path: Path, blocklists: Blocklists
) -> None:
    blocklists.import_file(file_of(tmp_path, "example.org"), "ut1", by="ann", why="adult")
    (host,) = blocklists.remove(["example.org"], why="wrong", by="ann").hosts
    assert not host.changed
    assert "on ut1" in host.note
    assert "blocklist allow example.org" in host.note


def test_a_removed_host_is_no_longer_blocked(blocklists: Blocklists) -> None:
    blocklists.add(["example.org"], why="adult", by="ann")
    assert blocklists.remove(["example.org"], why="sold", by="ann").hosts[0].changed
    assert blocked(blocklists, "example.org") == [False]


def test_an_override_lifts_an_imported_entry_and_is_named_as_the_reason(tmp_path: Path, blocklists: Blocklists) -> None:
    blocklists.import_file(file_of(tmp_path, "example.org"), "ut1", by="ann", why="adult")
    blocklists.allow(["example.org"], why="a museum", by="bob")
    tested = blocklists.test(["www.example.org", "other.example"])
    assert [(each.blocked, each.allowed) for each in tested] == [(False, "example.org"), (False, None)]


def test_blocking_by_hand_ends_an_override_by_hand(blocklists: Blocklists) -> None:
    blocklists.allow(["example.org"], why="a museum", by="bob")
    blocklists.add(["example.org"], why="closed", by="ann")
    assert blocked(blocklists, "example.org") == [True]


def test_removing_ends_an_override_too(tmp_path: Path, blocklists: Blocklists) -> None:
    blocklists.import_file(file_of(tmp_path, "example.org"), "ut1", by="ann", why="adult")
    blocklists.allow(["example.org"], why="a museum", by="bob")
    blocklists.remove(["example.org"], why="closed", by="ann")
    assert blocked(blocklists, "example.org") == [True]


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("com", "single label"),
        ("localhost", "single label"),
        ("*.example.org", "wildcard"),
        ("https://example.org:x/", "path"),
        ("example.org:8080", "port"),
        ("", "not a host"),
    ],
)
def test_what_would_block_more_than_was_typed_is_refused(blocklists: Blocklists, word: str, says: str) -> None:
    with pytest.raises(BadList, match=says):
        blocklists.add(["good.example", word], why="x", by="ann")
    assert blocklists.list() == ()


@pytest.mark.parametrize("address", ["192.0.2.7", "2001:db8::1"])
def test_an_address_can_be_blocked(blocklists: Blocklists, address: str) -> None:
    blocklists.add([address], why="x", by="ann")
    assert blocked(blocklists, address) == [True]


@pytest.mark.parametrize(("why", "by"), [("", "ann"), ("  ", "ann"), ("x", "")])
def test_no_change_without_a_reason_and_a_name(records: Records, blocklists: Blocklists, why: str, by: str) -> None:
    with pytest.raises(ListMismatch):
        blocklists.add(["example.org"], why=why, by=by)
    assert records.acts == 0


def test_an_import_replaces_what_the_list_held(tmp_path: Path, blocklists: Blocklists) -> None:
    first = blocklists.import_file(file_of(tmp_path, "a.example", "b.example", "c.example"), "ut1", by="ann", why="x")
    path = file_of(tmp_path, "d.example", "b.example", "d.example")
    second = blocklists.import_file(path, "ut1", by="bob", why="y", force=True)
    assert (first.number, first.added, first.removed, first.entries) == (1, 3, 0, 3)
    assert (second.number, second.added, second.removed, second.entries) == (2, 1, 2, 2)
    assert second.source == "list.txt (domains)"
    assert blocked(blocklists, "a.example", "b.example", "c.example", "d.example") == [False, True, False, True]


def test_any_earlier_revision_can_be_shown(tmp_path: Path, blocklists: Blocklists) -> None:
    for hosts in (["a.example", "b.example"], ["b.example"], ["a.example", "c.example"]):
        blocklists.import_file(file_of(tmp_path, *hosts), "ut1", by="ann", why="x", max_shrink=1)
    shown = [[each.host for each in blocklists.entries_at("ut1", number)] for number in (1, 2, 3)]
    assert shown == [["a.example", "b.example"], ["b.example"], ["a.example", "c.example"]]
    assert list(blocklists.entries_at("ut1", 2)) == [ListedHost(host="b.example", action="block", why="x")]


def test_the_digest_names_the_contents_and_not_the_order(tmp_path: Path, blocklists: Blocklists) -> None:
    path = file_of(tmp_path, "a.example", "b.example")
    first = blocklists.import_file(path, "one", by="ann", why="x")
    other = blocklists.import_file(file_of(tmp_path, "b.example", "a.example"), "two", by="bob", why="y")
    third = blocklists.import_file(file_of(tmp_path, "a.example"), "two", by="bob", why="y", force=True)
    assert first.digest == other.digest != third.digest


def test_an_import_says_what_it_rejected(tmp_path: Path, blocklists: Blocklists) -> None:
    path = file_of(tmp_path, "a.example", "b*d", "b.example", "localnet")
    done = blocklists.import_file(path, "ut1", by="ann", why="x")
    assert (done.entries, done.rejected) == (2, 2)
    assert [(each.reason, each.count, each.lines) for each in done.rejections] == [
        ("not-a-host", 1, (2,)),
        ("single-label", 1, (4,)),
    ]
    assert blocklists.list()[0].rejected == 2


def test_a_hosts_file_is_recognised(tmp_path: Path, blocklists: Blocklists) -> None:
    path = file_of(tmp_path, "127.0.0.1 localhost", "0.0.0.0 a.example b.example # both")
    done = blocklists.import_file(path, "hosts", by="ann", why="x")
    assert (done.entries, done.rejected, done.source) == (2, 0, "list.txt (hosts)")


@pytest.mark.parametrize("lines", [[], ["# only a comment"], ["a.example", "<p>", "<html>"]])
def test_a_file_that_is_no_list_changes_nothing(
    tmp_path: Path, records: Records, blocklists: Blocklists, lines: list[str]
) -> None:
    blocklists.import_file(file_of(tmp_path, "a.example"), "ut1", by="ann", why="x")
    before = records.epoch, records.acts, blocklists.list()
    with pytest.raises(BadList):
        blocklists.import_file(file_of(tmp_path, *lines), "ut1", by="ann", why="x")
    assert (records.epoch, records.acts, blocklists.list()) == before


@pytest.mark.parametrize("name", ["", "UT1", "a@b", "a,b", "a b", "x" * 81])
def test_a_list_has_a_name_that_fits_into_evidence(tmp_path: Path, blocklists: Blocklists, name: str) -> None:
    with pytest.raises(ListMismatch):
        blocklists.import_file(file_of(tmp_path, "a.example"), name, by="ann", why="x")


def test_an_import_never_ends_what_was_added_by_hand(tmp_path: Path, blocklists: Blocklists) -> None:
    blocklists.add(["example.org"], why="adult", by="ann")
    with pytest.raises(ListMismatch, match="by-hand"):
        blocklists.import_file(file_of(tmp_path, "a.example"), OPERATOR_LIST, by="ann", why="x")
    assert blocked(blocklists, "example.org") == [True]


def test_a_list_of_hashes_takes_no_hosts(tmp_path: Path, records: Records, blocklists: Blocklists) -> None:
    HashLists(records.db, records.ledger).add("0123456789abcdef" * 2, "md5", "known", why="x", by="ann")
    with pytest.raises(ListMismatch, match="list of hashes"):
        blocklists.import_file(file_of(tmp_path, "a.example"), "known", by="ann", why="x")
    assert blocklists.list() == ()


def test_an_unknown_format_is_refused_with_those_that_are_known(tmp_path: Path, blocklists: Blocklists) -> None:
    with pytest.raises(ListMismatch, match="domains, wildcard, hosts"):
        blocklists.import_file(file_of(tmp_path, "a.example"), "ut1", by="ann", why="x", format="csv")


def test_lists_whose_entries_are_not_as_recorded_are_not_loaded(records: Records, blocklists: Blocklists) -> None:
    blocklists.add(["a.example", "b.example"], why="x", by="ann")
    with records.db.write() as conn:
        conn.execute(delete(host_entry).where(host_entry.c.host == "a.example"))
    with pytest.raises(CorruptList, match="operator@1"):
        blocklists.load()


def test_a_run_is_tightened_at_once_and_never_loosened(tmp_path: Path, blocklists: Blocklists) -> None:
    blocklists.add(["by-hand.example", "stays.example"], why="x", by="ann")
    blocklists.allow(["museum.example"], why="x", by="ann")
    blocklists.import_file(file_of(tmp_path, "a.example", "b.example", "museum.example"), "ut1", by="ann", why="x")
    start = blocklists.load()
    blocklists.remove(["by-hand.example"], why="x", by="ann")
    blocklists.allow(["stays.example"], why="x", by="ann")
    blocklists.add(["new.example", "museum.example"], why="x", by="ann")
    blocklists.import_file(file_of(tmp_path, "b.example", "c.example"), "ut1", by="ann", why="x", force=True)
    now = blocklists.load(floor=start)
    labels = {
        host: None if (entry := now.find(host)) is None else f"{entry.list}@{entry.number}"
        for host in ("by-hand.example", "stays.example", "a.example", "b.example", "c.example", "new.example")
    }
    assert labels == {
        "by-hand.example": "operator@2",
        "stays.example": "operator@2",
        "a.example": "ut1@1",
        "b.example": "ut1@2",
        "c.example": "ut1@2",
        "new.example": "operator@5",
    }
    assert now.find("museum.example") is not None
    assert now.revision != start.revision
    blocklists.remove(["new.example"], why="x", by="ann")
    assert blocklists.load(floor=now).find("new.example") is not None
    assert blocklists.load().find("new.example") is None


def test_an_override_of_the_start_goes_on_counting(tmp_path: Path, blocklists: Blocklists) -> None:
    blocklists.import_file(file_of(tmp_path, "museum.example", "a.example"), "ut1", by="ann", why="x")
    blocklists.allow(["museum.example"], why="x", by="ann")
    start = blocklists.load()
    blocklists.allow(["a.example"], why="x", by="ann")
    now = blocklists.load(floor=start)
    assert (now.find("museum.example"), now.find("a.example") is None) == (None, False)


def test_a_list_that_has_not_changed_is_not_read_again(tmp_path: Path, blocklists: Blocklists) -> None:
    blocklists.import_file(file_of(tmp_path, "a.example"), "ut1", by="ann", why="x")
    start = blocklists.load()
    blocklists.add(["b.example"], why="x", by="ann")
    now = blocklists.load(floor=start)
    assert next(each for each in now.lists if each.name == "ut1") is start.lists[0]


def test_a_failed_change_leaves_nothing_behind(
    records: Records, blocklists: Blocklists, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocklists.add(["a.example"], why="x", by="ann")
    before = records.epoch

    def breaks(*_args: object, **_more: object) -> None:
        raise RuntimeError("the machine stopped")

    monkeypatch.setattr(records.ledger, "append", breaks)
    with pytest.raises(RuntimeError):
        blocklists.add(["b.example"], why="x", by="ann")
    with records.db.read() as conn:
        assert conn.execute(select(host_entry.c.host)).scalars().all() == ["a.example"]
        assert conn.execute(select(revision.c.number)).scalars().all() == [1]
    assert records.epoch == before


def test_a_revision_sealed_with_other_counts_is_noticed(records: Records, blocklists: Blocklists) -> None:
    blocklists.add(["a.example"], why="x", by="ann")
    with records.db.write() as conn:
        conn.execute(update(revision).values(digest="0" * 64))
    with pytest.raises(CorruptList):
        blocklists.load()


def test_a_hundred_thousand_lines_are_imported(tmp_path: Path, blocklists: Blocklists) -> None:
    lines = [f"0.0.0.0 host{n}.example{n % 977}.org" for n in range(100_000)]
    done = blocklists.import_file(file_of(tmp_path, *lines), "big", by="ann", why="x")
    assert done.entries == 100_000


def ship(blocklists: Blocklists, *hosts: str) -> Revision | None:
    whys = {host: f"{host} reserves its pictures" for host in hosts}
    return blocklists.ship("starter", whys, by="ann", why="came with it", source="Altsieve 1")


def test_a_list_that_comes_with_altsieve_changes_only_with_it(blocklists: Blocklists) -> None:
    first = ship(blocklists, "a.example", "b.example")
    assert first is not None
    assert (first.label, first.origin, first.source, first.entries) == ("starter@1", "shipped", "Altsieve 1", 2)
    assert ship(blocklists, "b.example", "a.example") is None
    second = ship(blocklists, "b.example", "c.example", "d.example")
    assert second is not None
    assert (second.label, second.added, second.removed) == ("starter@2", 2, 1)
    assert blocked(blocklists, "a.example", "b.example") == [False, True]
    entries = [blocklists.load().find(host) for host in ("b.example", "c.example")]
    assert [entry and entry.why for entry in entries] == [
        "b.example reserves its pictures",
        "c.example reserves its pictures",
    ]


def test_a_list_of_that_name_that_somebody_made_is_left_alone(tmp_path: Path, blocklists: Blocklists) -> None:
    blocklists.import_file(file_of(tmp_path, "b.example"), "starter", by="ann", why="x")
    assert ship(blocklists, "a.example") is None
    assert blocked(blocklists, "a.example", "b.example") == [False, True]


def test_a_shipped_list_that_was_taken_off_stays_off(records: Records, blocklists: Blocklists) -> None:
    ship(blocklists, "a.example")
    taken_off = blocklists.remove_list("starter", why="we have our own", by="bob")
    assert taken_off is not None
    assert (taken_off.entries, taken_off.removed, taken_off.by) == (0, 1, "bob")
    assert "we have our own" in records.ledger_text
    assert ship(blocklists, "a.example", "b.example") is None
    assert blocked(blocklists, "a.example") == [False]


def test_a_list_holds_again_what_it_held_before_its_last_change(
    tmp_path: Path, records: Records, blocklists: Blocklists
) -> None:
    ship(blocklists, "a.example", "b.example")
    blocklists.remove_list("starter", why="we have our own", by="bob")
    running = blocklists.load()
    back = blocklists.restore("starter", why="wanted after all", by="cid")
    assert (back.label, back.origin, back.entries, back.source, back.by) == (
        "starter@3",
        "shipped",
        2,
        "Altsieve 1",
        "cid",
    )
    assert "blocklist.restore" in records.ledger_text
    entries = [blocklists.load(running).find(host) for host in ("a.example", "b.example")]
    assert [entry and entry.why for entry in entries] == [
        "a.example reserves its pictures",
        "b.example reserves its pictures",
    ]
    assert ship(blocklists, "a.example", "c.example") is not None
    first = blocklists.import_file(file_of(tmp_path, "d.example"), "ut1", by="ann", why="x", licence="CC-BY-SA-4.0")
    blocklists.import_file(file_of(tmp_path, "e.example"), "ut1", by="ann", why="x", force=True)
    restored = blocklists.restore("ut1", why="a mistake", by="ann")
    assert (restored.digest, restored.licence, restored.file_digest) == (
        first.digest,
        first.licence,
        first.file_digest,
    )
    assert blocked(blocklists, "d.example", "e.example") == [True, False]


@pytest.mark.parametrize(("name", "says"), [("nowhere", "there is no blocklist"), ("operator", "changed once only")])
def test_a_list_without_an_earlier_state_is_not_restored(blocklists: Blocklists, name: str, says: str) -> None:
    blocklists.add(["a.example"], why="x", by="ann")
    with pytest.raises(ListMismatch, match=says):
        blocklists.restore(name, why="x", by="ann")
    assert blocked(blocklists, "a.example") == [True]


def test_nobody_writes_to_a_shipped_list(tmp_path: Path, blocklists: Blocklists) -> None:
    ship(blocklists, "a.example")
    with pytest.raises(ListMismatch, match="comes with Altsieve"):
        blocklists.import_file(file_of(tmp_path, "b.example"), "starter", by="ann", why="x", force=True)
    for change in (blocklists.add, blocklists.allow, blocklists.remove):
        with pytest.raises(ListMismatch, match="comes with Altsieve"):
            change(["b.example" if change != blocklists.remove else "a.example"], why="x", by="ann", list="starter")
    assert blocked(blocklists, "a.example") == [True]


@pytest.mark.parametrize("name", ["nowhere", "known"])
def test_only_a_blocklist_that_holds_something_is_taken_off(
    records: Records, blocklists: Blocklists, name: str
) -> None:
    HashLists(records.db, records.ledger).add("0123456789abcdef" * 2, "md5", "known", why="x", by="ann")
    before = records.epoch
    assert blocklists.remove_list(name, why="x", by="ann") is None
    assert records.epoch == before


def test_an_import_says_where_it_comes_from(tmp_path: Path, blocklists: Blocklists) -> None:
    path = file_of(tmp_path, "a.example")
    licence, source = "CC-BY-SA-4.0", "https://lists.example/"
    first = blocklists.import_file(path, "ut1", by="ann", why="x", licence=licence, source=source)
    assert (first.licence, first.source) == ("CC-BY-SA-4.0", "https://lists.example/")
    second = blocklists.import_file(path, "ut1", by="ann", why="x")
    assert (second.licence, second.source, second.file_digest) == (None, "list.txt (domains)", first.file_digest)


@pytest.mark.parametrize(
    ("matches", "covered"),
    [
        (None, [True, True]),
        ("suffix", [True, True]),
        ("exact", [True, False]),
        ("subdomains", [False, True]),
    ],
)
def test_what_a_bare_host_covers_can_be_declared(
    tmp_path: Path, blocklists: Blocklists, matches: str | None, covered: list[bool]
) -> None:
    blocklists.import_file(file_of(tmp_path, "a.example"), "ut1", by="ann", why="x", matches=matches)
    assert blocked(blocklists, "a.example", "www.a.example") == covered


@pytest.mark.parametrize(("format", "matches"), [(None, "some"), ("hosts", None)])
def test_a_meaning_that_there_is_not_is_refused(
    tmp_path: Path, blocklists: Blocklists, format: str | None, matches: str | None
) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(ListMismatch):
        blocklists.import_file(tmp_path / "folder", "ut1", by="ann", why="x", format=format, matches=matches)


def test_the_digest_of_a_directory_changes_with_each_of_its_files(tmp_path: Path, blocklists: Blocklists) -> None:
    folder = tmp_path / "adult"
    folder.mkdir()
    (folder / "domains").write_text("a.example\n")
    first = blocklists.import_file(folder, "ut1", by="ann", why="x")
    (folder / "usage").write_text("black\n")
    second = blocklists.import_file(folder, "ut1", by="ann", why="x")
    assert first.digest == second.digest
    assert first.file_digest != second.file_digest
