"""A list is what its exchange said to the end; whatever breaks off leaves the last good revision as it is."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from storage.exchanges import Batch, Checkpoint, ExchangeKind, ExchangeTrouble
from storage.exchanges.ncmec import NcmecExchange
from storage.gate import epoch
from storage.hash_formats import ListedHash
from storage.hash_formats.updates import Update
from storage.hash_indexes import HashIndexes
from storage.hash_lists import HashLists
from storage.list_imports import ListShrinks
from storage.list_locks import ListIsHeld
from storage.list_revisions import ListMismatch, Revision
from storage.list_updates import ListUpdates
from storage.services import Credentials, Service
from storage.tables import list_
from tests.replayed_service import Answer, Asked, replayed
from tests.storage.exchanges.recorded import Ncmec, deleted, listed, md5, pdq
from tests.storage.records import Records, opened

URL = "https://lists.test/hashsharing"
WHO = Credentials.of("A", {"A_USER": "somebody", "A_PASSWORD": "word"})


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with opened(tmp_path) as records:
        yield records


@pytest.fixture
def updates(records: Records) -> ListUpdates:
    there = ListUpdates(records.db, records.ledger)
    there.connect("shared", ExchangeKind.NCMEC, URL, why="agreement of 2026", by="ann")
    return there


class Told:
    """An exchange that says what it is told to."""

    kind = ExchangeKind.NCMEC

    def __init__(self, *batches: Batch, breaks_off: bool = False) -> None:
        self._batches = batches
        self._breaks_off = breaks_off
        self.asked: list[Checkpoint | None] = []

    def fetch(self, checkpoint: Checkpoint | None) -> Iterator[Batch]:
        self.asked.append(checkpoint)
        yield from self._batches
        if self._breaks_off:
            raise ExchangeTrouble("the exchange could not be read to its end: it did not answer in time")


def said(*words: str, gone: tuple[str, ...] = (), to: int | None = 1) -> Batch:
    has = [Update(key=f"42/{each}", hashes=(one(each),)) for each in words]
    ended = [Update(key=f"42/{each}", hashes=None) for each in gone]
    return Batch(updates=(*has, *ended), checkpoint=None if to is None else {"to": to})


def one(word: str) -> ListedHash:
    return ListedHash(type="pdq", value=pdq(word), source_entry=f"42/{word}", severity="ncmec:A1")


def fetched(updates: ListUpdates, exchange: Told, **given: Any) -> Revision:
    return updates.fetch("shared", exchange, by="ann", max_shrink=given.pop("max_shrink", 1.0), **given)


def held(records: Records) -> set[str]:
    lists = HashLists(records.db, records.ledger)
    [newest] = lists.list()
    return {each.source_entry.removeprefix("42/") for each in lists.entries_at("shared", newest.number)}


def test_a_connected_list_holds_nothing_until_it_is_fetched(updates: ListUpdates, records: Records) -> None:
    [connected] = updates.connected()
    assert (connected.kind, connected.url, connected.trouble) == (ExchangeKind.NCMEC, URL, None)
    assert (connected.revision.label, connected.revision.entries, held(records)) == ("shared@1", 0, set())


def test_no_two_lists_are_fetched_with_the_same_credentials(updates: ListUpdates) -> None:
    updates.connect("a-b", ExchangeKind.NCMEC, URL, why="x", by="ann")
    updates.connect("a-b", ExchangeKind.STOPNCII, URL, why="it has moved", by="ann")
    with pytest.raises(ListMismatch, match="credentials of list a-b"):
        updates.connect("a.b", ExchangeKind.NCMEC, "https://other.example", why="x", by="ann")


def test_what_has_changed_is_added_and_what_was_deleted_ends(updates: ListUpdates, records: Records) -> None:
    first = fetched(updates, Told(said("a", "b", to=None), said("c")))
    assert (first.entries, first.added, first.checkpoint) == (
        3,
        3,
        {"exchange": {"kind": "ncmec", "url": URL}, "at": {"to": 1}},
    )
    exchange = Told(said("d", gone=("a",), to=2))
    second = fetched(updates, exchange)
    assert exchange.asked == [{"to": 1}]
    assert held(records) == {"b", "c", "d"}
    assert (second.added, second.removed) == (1, 1)


def test_an_entry_that_is_updated_loses_the_hashes_that_it_has_no_more(updates: ListUpdates, records: Records) -> None:
    fetched(updates, Told(said("a", "b")))
    changed = Update(key="42/a", hashes=(ListedHash(type="md5", value=md5("a"), source_entry="42/a"),))
    fetched(updates, Told(Batch(updates=(changed,), checkpoint={"to": 2})))
    lists = HashLists(records.db, records.ledger)
    assert sorted(each.type for each in lists.entries_at("shared", 3)) == ["md5", "pdq"]


def test_a_fetch_without_news_keeps_the_list_fresh(updates: ListUpdates) -> None:
    before = fetched(updates, Told(said("a")))
    again = fetched(updates, Told(said(to=2)))
    assert again.number == before.number + 1
    assert again.fresh_at > before.fresh_at
    assert again.digest == before.digest


def test_a_list_that_was_changed_meanwhile_is_fetched_again(updates: ListUpdates, records: Records) -> None:
    class Slow(Told):
        def fetch(self, checkpoint: Checkpoint | None) -> Iterator[Batch]:
            HashLists(records.db, records.ledger).set_policy("shared", {"action": "suspect"}, why="x", by="ann")
            yield from super().fetch(checkpoint)

    with pytest.raises(ListIsHeld, match="try again"):
        fetched(updates, Slow(said("a")))
    assert held(records) == set()
    fetched(updates, Told(said("a")))
    assert held(records) == {"a"}


def test_an_age_is_counted_from_when_the_fetch_began(updates: ListUpdates) -> None:
    began = datetime.now(UTC)
    result = fetched(updates, Told(said("a")))
    assert result.as_of is not None
    assert began <= result.as_of <= result.at


def test_to_connect_a_list_anew_makes_it_no_younger(updates: ListUpdates) -> None:
    before = fetched(updates, Told(said("a")))
    after = updates.connect("shared", ExchangeKind.NCMEC, URL + "/npo", why="moved", by="ann")
    assert (after.fresh_at, after.entries, after.digest) == (before.fresh_at, 1, before.digest)


@pytest.mark.parametrize(
    "broken",
    [
        Told(said("z", to=None), breaks_off=True),
        Told(said("z", to=None)),
        Told(),
        Told(said("z"), breaks_off=True),
    ],
)
def test_what_breaks_off_changes_nothing_and_is_said(updates: ListUpdates, records: Records, broken: Told) -> None:
    good = fetched(updates, Told(said("a", "b")))
    with records.db.read() as conn:
        before = epoch(conn)
    with pytest.raises(ExchangeTrouble):
        fetched(updates, broken)
    [connected] = updates.connected()
    assert connected.revision == good
    assert connected.trouble is not None
    assert "to its end" in connected.trouble
    assert held(records) == {"a", "b"}
    with records.db.read() as conn:
        assert epoch(conn) == before


def test_trouble_is_since_it_began_and_ends_with_a_whole_fetch(updates: ListUpdates, records: Records) -> None:
    def since() -> object:
        with records.db.read() as conn:
            return conn.execute(select(list_.c.trouble_at).where(list_.c.name == "shared")).scalar_one()

    for _ in range(2):
        with pytest.raises(ExchangeTrouble):
            fetched(updates, Told())
        began = since()
    assert began is not None
    with pytest.raises(ExchangeTrouble):
        fetched(updates, Told())
    assert since() == began
    fetched(updates, Told(said("a")))
    assert since() is None


def test_a_list_that_would_shrink_too_much_stays_as_it_is_unless_forced(updates: ListUpdates, records: Records) -> None:
    fetched(updates, Told(said(*"abcdefghij")))
    shrinking = Told(said(gone=("a", "b"), to=2))
    with pytest.raises(ListShrinks):
        fetched(updates, shrinking, max_shrink=0.1)
    [connected] = updates.connected()
    assert "2 of 10 entries" in (connected.trouble or "")
    assert len(held(records)) == 10
    fetched(updates, shrinking, max_shrink=0.1, force=True)
    assert len(held(records)) == 8


def test_an_exchange_that_suddenly_has_nothing_empties_no_list(updates: ListUpdates, records: Records) -> None:
    fetched(updates, Told(said("a", "b")))
    with pytest.raises(ListShrinks):
        fetched(updates, Told(said()), anew=True, max_shrink=0.1)
    assert held(records) == {"a", "b"}


def test_anew_takes_away_what_is_there_no_more_without_a_deletion(updates: ListUpdates, records: Records) -> None:
    fetched(updates, Told(said("a", "b", "c")))
    exchange = Told(said("b", "c", to=2))
    fetched(updates, exchange, anew=True)
    assert exchange.asked == [None]
    assert held(records) == {"b", "c"}


def test_after_another_exchange_or_another_hand_all_is_fetched_anew(updates: ListUpdates, records: Records) -> None:
    fetched(updates, Told(said("a")))
    updates.connect("shared", ExchangeKind.NCMEC, URL + "/npo", why="moved", by="ann")
    moved = Told(said("a", "b", to=2))
    fetched(updates, moved)
    HashLists(records.db, records.ledger).remove("shared", why="a mistake", by="ann")
    emptied = Told(said("a", "b", to=3))
    fetched(updates, emptied)
    assert (moved.asked, emptied.asked) == ([None], [None])
    assert held(records) == {"a", "b"}


def test_a_list_that_changes_under_a_fetch_is_not_written_over(updates: ListUpdates, records: Records) -> None:
    class Meanwhile(Told):
        def fetch(self, checkpoint: Checkpoint | None) -> Iterator[Batch]:
            updates.connect("shared", ExchangeKind.NCMEC, URL + "/npo", why="moved", by="ann")
            return super().fetch(checkpoint)

    with pytest.raises(ListIsHeld):
        fetched(updates, Meanwhile(said("a")))
    [connected] = updates.connected()
    assert (connected.revision.number, connected.url, held(records)) == (2, URL + "/npo", set())
    assert fetched(updates, Told(said("a"))).number == 3


def test_an_exchange_of_which_most_cannot_be_read_is_not_taken(updates: ListUpdates, records: Records) -> None:
    page = Ncmec().page(["".join(listed("a")).replace(pdq("a").upper(), "x").replace(md5("a").upper(), "y")] * 3, "")
    with replayed(lambda _: Answer(body=page.replace(b"<sha1>", b"<sha1>-"))) as there:
        exchange = NcmecExchange(Service(f"{there.url}/hashsharing", WHO))
        with pytest.raises(ExchangeTrouble, match="cannot be read"):
            updates.fetch("shared", exchange, by="ann", max_shrink=0.1)
    assert held(records) == set()


def test_an_index_is_built_before_a_revision_counts(updates: ListUpdates, monkeypatch: pytest.MonkeyPatch) -> None:
    built = []

    def build(self: HashIndexes, conn: Connection, name: str, number: int, digest: str) -> None:
        newest = conn.execute(select(list_.c.number).where(list_.c.name == name)).scalar_one()
        built.append((name, number, newest))
        whole(self, conn, name, number, digest)

    whole = HashIndexes.build
    monkeypatch.setattr(HashIndexes, "build", build)
    fetched(updates, Told(said("a", "b")))
    assert built == [("shared", 2, 1)]


def test_a_fetch_leaves_the_index_of_no_earlier_revision(updates: ListUpdates, records: Records) -> None:
    for word in "abc":
        fetched(updates, Told(said(word)))
    assert [each.name for each in records.db.folder.glob("indexes/*@*")] == ["shared@4.hashes"]


def test_a_list_that_is_not_connected_is_not_fetched(records: Records) -> None:
    updates = ListUpdates(records.db, records.ledger)
    with pytest.raises(ListMismatch, match="connected to no exchange"):
        fetched(updates, Told())
    HashLists(records.db, records.ledger).add(md5("own"), "md5", "own", why="case", by="ann")
    with pytest.raises(ListMismatch, match="by-hand"):
        updates.connect("own", ExchangeKind.NCMEC, URL, why="x", by="ann")
    with pytest.raises(ListMismatch, match="https"):
        updates.connect("shared", ExchangeKind.NCMEC, "http://elsewhere.test", why="x", by="ann")


def test_from_the_wire_to_the_list_and_no_hash_in_a_log(
    updates: ListUpdates, records: Records, caplog: pytest.LogCaptureFixture
) -> None:
    there = Ncmec([listed(each) for each in "abc"])
    answers: list[Any] = [there, Ncmec([deleted("a"), listed("b", member=7)])]

    def answer(asked: Asked) -> Answer:
        said: Answer = answers[0](asked)
        return said

    with caplog.at_level(logging.DEBUG), replayed(answer) as service:
        exchange = NcmecExchange(Service(f"{service.url}/hashsharing", WHO))
        first = updates.fetch("shared", exchange, by="ann", max_shrink=0.1)
        answers.pop(0)
        second = updates.fetch("shared", exchange, by="ann", max_shrink=0.5)
    assert (first.entries, first.rejected) == (9, 3)
    assert (second.added, second.removed, second.entries) == (3, 3, 9)
    lists = HashLists(records.db, records.ledger)
    assert {each.source_entry for each in lists.entries_at("shared", 3)} == {"42/b", "42/c", "7/b"}
    assert {each.severity for each in lists.entries_at("shared", 3)} == {"ncmec:A1"}
    assert pdq("a") not in caplog.text
    assert second.fresh_at - first.fresh_at < timedelta(minutes=5)
