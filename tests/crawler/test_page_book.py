"""Each candidate of a page ends exactly once, and nothing beside a match points to it."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from crawler.page_book import BrokeOff, PageBook, Unbooked
from filters.candidate import Candidate
from filters.decision import CleanPair, Decision
from filters.facts import Fetched
from storage.shares import BesideMatch, Failed, Kept, Match, Receipt, Refused, Result, Share
from tests.crawler.pairs import accepting, candidate, clean, facts, fetched, refusing

NAMES = ("harbour", "mountain", "river", "lantern")


@dataclass
class Desk:
    """Stands in for storage: records shares in memory, and answers as it is told to."""

    epoch: int = 1
    answers: dict[str, Result] = field(default_factory=dict)
    new_decisions: dict[str, Decision] = field(default_factory=dict)
    fails: bool = False
    all_or_none: bool = True
    lost: bool = False
    """Whether somebody has given up what was put, so that it has to be put anew."""
    shares: list[Share] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    objects: dict[str, bytes] = field(default_factory=dict)
    ended: list[str] = field(default_factory=list)
    suspended: set[str] = field(default_factory=set)
    broken: list[BaseException] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.gate.set()

    async def put(self, pair: CleanPair, body: bytes | None) -> str:
        await asyncio.sleep(0)
        key = pair.facts.digests.sha256
        self.objects[key] = body or b""
        self.log.append("put")
        return key

    async def done_with(self, object_key: str, *, kept: bool) -> None:
        if not kept:
            del self.objects[object_key]

    async def record(self, share: Share) -> Receipt:
        await self.gate.wait()
        if self.fails:
            raise OSError("no space left")
        self.log.append("record")
        results = [self._result(each) for each in share.entries]
        if self.all_or_none and Result.EPOCH_MOVED in results:
            results = [Result.EPOCH_MOVED] * len(results)
        else:
            recorded = [
                each for each, said in zip(share.entries, results, strict=True) if said is not Result.EPOCH_MOVED
            ]
            self.shares.append(replace(share, entries=tuple(recorded)))
        done = share.last and Result.EPOCH_MOVED not in results
        held = {Result.STORED, Result.DUPLICATE, Result.FLOODED}
        kept = [(each, said) for each, said in zip(share.entries, results, strict=True) if isinstance(each, Kept)]
        return Receipt(
            results=tuple(results),
            epoch=self.epoch,
            page_done=done,
            held_keys=frozenset(each.object_key for each, said in kept if said in held),
            lost_keys=frozenset(each.object_key for each, _ in kept) if self.lost else frozenset(),
        )

    def is_suspended(self, candidate: Candidate, fetched: Fetched | None) -> bool:
        return bool(self.suspended & {candidate.image_url, "" if fetched is None else fetched.final_url})

    async def judge_again(self, pair: CleanPair) -> Decision:
        return self.new_decisions.get(pair.candidate.text, accepting(self.epoch))

    async def look_up_again(self, refused: Refused) -> Refused | Match:
        decision = self.new_decisions.get(refused.candidate.text)
        if decision is None or refused.facts is None:
            return replace(refused, looked_up_at=self.epoch)
        return Match(candidate=refused.candidate, fetched=fetched(), facts=refused.facts, decision=decision)

    def page_ended(self, page_id: str) -> None:
        self.ended.append(page_id)

    def broke_off(self, reason: BaseException) -> None:
        self.broken.append(reason)

    def _result(self, entry: Kept | Refused | Failed | Match | BesideMatch) -> Result:
        if isinstance(entry, Refused) and entry.facts is not None:
            looked_up_at = entry.decision.epoch if entry.looked_up_at is None else entry.looked_up_at
            return Result.RECORDED if looked_up_at == self.epoch else Result.EPOCH_MOVED
        if not isinstance(entry, Kept):
            return Result.RECORDED
        if entry.pair.decision.epoch != self.epoch:
            return Result.EPOCH_MOVED
        return self.answers.get(entry.candidate.text, Result.STORED)


@dataclass
class Opened:
    """One page with the four candidates, open in a book."""

    desk: Desk
    book: PageBook
    of: list[Candidate]

    def keep(self, number: int, body: bytes = b"abc", epoch: int = 1) -> "asyncio.Task[Result]":
        return asyncio.ensure_future(self.book.keep(clean(self.of[number], epoch), body))

    def refuse(self, number: int) -> None:
        self.book.refuse(self.of[number], None, refusing())

    def match(self, number: int) -> None:
        self.book.match(self.of[number], fetched(), facts(), refusing("hash.on-list"))


def opened(desk: Desk | None = None, hold_bytes: int = 1000, hold_entries: int = 100) -> Opened:
    desk = desk or Desk()
    book = PageBook(desk, hold_bytes=hold_bytes, hold_entries=hold_entries)
    of = [candidate(name) for name in NAMES]
    book.open("page", of)
    return Opened(desk, book, of)


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(asyncio.wait_for(test(), 5))


async def settle(book: PageBook, *tasks: Awaitable[Any]) -> list[Any]:
    results = await asyncio.gather(*tasks, return_exceptions=True)
    await book.close()
    return results


async def steps() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def kinds(share: Share) -> list[str]:
    return sorted(type(each).__name__ for each in share.entries)


def test_nothing_is_recorded_before_the_last_candidate_is_decided() -> None:
    async def test() -> None:
        page = opened()
        page.refuse(0)
        kept = [page.keep(1), page.keep(2)]
        await steps()
        assert page.desk.shares == []
        page.book.fail(page.of[3], "fetch.failed", {"status": 404}, ())
        assert await settle(page.book, *kept) == [Result.STORED] * 2
        assert [kinds(each) for each in page.desk.shares] == [["Failed", "Kept", "Kept", "Refused"]]
        assert page.desk.shares[0].last
        assert page.desk.ended == ["page"]
        assert page.book.open_pages == frozenset()

    run(test)


def test_a_page_on_a_host_that_is_left_out_meanwhile_keeps_nothing() -> None:
    async def test() -> None:
        page = opened()
        page.refuse(0)
        kept = [page.keep(1), page.keep(2)]
        await steps()
        page.desk.suspended.add(page.of[1].image_url)
        page.book.fail(page.of[3], "fetch.failed", {"status": 404}, ())
        assert await settle(page.book, *kept) == [Result.RECORDED] * 2
        assert [kinds(each) for each in page.desk.shares] == [["BesideMatch"] * 4]
        assert page.desk.objects == {}

    run(test)


def test_what_is_held_back_takes_its_page_with_it() -> None:
    async def test() -> None:
        page = opened()
        kept = [page.keep(1), page.keep(2)]
        page.book.hold_back(page.of[0])
        page.refuse(3)
        assert await settle(page.book, *kept) == [Result.RECORDED] * 2
        assert [kinds(each) for each in page.desk.shares] == [["BesideMatch"] * 4]
        assert page.desk.shares[0].last

    run(test)


def test_objects_are_durable_before_they_are_recorded() -> None:
    async def test() -> None:
        page = opened()
        await settle(page.book, *(page.keep(number) for number in range(4)))
        assert page.desk.log == ["put"] * 4 + ["record"]

    run(test)


def test_a_page_without_candidates_is_done_at_once() -> None:
    async def test() -> None:
        desk = Desk()
        book = PageBook(desk, hold_bytes=1, hold_entries=1)
        await book.open("empty", [])
        assert desk.shares == [Share(page_id="empty", entries=(), last=True)]
        assert desk.ended == ["empty"]

    run(test)


@pytest.mark.parametrize("position", range(4))
def test_beside_a_match_nothing_is_kept_whenever_it_is_found(position: int) -> None:
    async def test() -> None:
        page = opened()
        tasks = []
        for number in range(4):
            if number == position:
                page.match(number)
            elif number == (position + 1) % 4:
                page.refuse(number)
            else:
                tasks.append(page.keep(number))
        assert await settle(page.book, *tasks) == [Result.RECORDED] * 2
        assert [kinds(each) for each in page.desk.shares] == [["BesideMatch"] * 3 + ["Match"]]
        assert page.desk.objects == {}

    run(test)


def test_beside_a_match_bytes_are_let_go_at_once() -> None:
    async def test() -> None:
        page = opened()
        waiting = page.keep(0)
        await steps()
        page.match(1)
        assert await waiting is Result.RECORDED
        assert page.desk.shares == []
        page.refuse(2)
        page.refuse(3)
        await page.book.close()

    run(test)


def test_the_order_of_events_does_not_tell_which_was_the_match() -> None:
    async def test() -> None:
        positions = set()
        for _ in range(40):
            page = opened()
            page.match(0)
            for number in (1, 2, 3):
                page.refuse(number)
            await page.book.close()
            positions.add([isinstance(each, Match) for each in page.desk.shares[0].entries].index(True))
        assert len(positions) > 1

    run(test)


def test_two_equal_candidates_are_two() -> None:
    async def test() -> None:
        desk = Desk()
        book = PageBook(desk, hold_bytes=1000, hold_entries=100)
        twins = [candidate(), candidate()]
        book.open("page", twins)
        book.refuse(twins[0], None, refusing())
        await steps()
        assert desk.shares == []
        book.refuse(twins[1], None, refusing())
        await book.close()
        assert kinds(desk.shares[0]) == ["Refused", "Refused"]

    run(test)


def test_deciding_a_candidate_twice_is_a_defect() -> None:
    async def test() -> None:
        page = opened()
        page.refuse(0)
        with pytest.raises(Unbooked):
            page.refuse(0)
        with pytest.raises(Unbooked):
            page.book.refuse(candidate("stranger"), None, refusing())
        with pytest.raises(Unbooked):
            page.book.open("page", [])

    run(test)


@pytest.mark.parametrize(("hold_bytes", "hold_entries"), [(5, 100), (1000, 1)], ids=["bytes", "entries"])
def test_a_page_that_holds_too_much_commits_early(hold_bytes: int, hold_entries: int) -> None:
    async def test() -> None:
        page = opened(hold_bytes=hold_bytes, hold_entries=hold_entries)
        early = [page.keep(0), page.keep(1)]
        assert await asyncio.gather(*early) == [Result.STORED] * 2
        assert [each.last for each in page.desk.shares] == [False]
        assert page.desk.ended == []
        page.refuse(2)
        page.refuse(3)
        await page.book.close()
        assert [each.last for each in page.desk.shares][-1]
        assert page.desk.ended == ["page"]

    run(test)


def test_after_an_early_share_a_match_still_covers_the_rest() -> None:
    async def test() -> None:
        page = opened(hold_entries=1)
        await asyncio.gather(page.keep(0), page.keep(1))
        page.match(2)
        page.refuse(3)
        await page.book.close()
        assert [kinds(each) for each in page.desk.shares] == [["Kept", "Kept"], ["BesideMatch", "Match"]]

    run(test)


@pytest.mark.parametrize("first", ["decided", "abandoned"])
def test_of_a_page_with_an_abandoned_candidate_nothing_is_recorded(first: str) -> None:
    async def test() -> None:
        page = opened(hold_entries=2)  # what would be committed early is held back too
        if first == "abandoned":
            page.book.abandon(page.of[2])
        page.refuse(1)
        kept = page.keep(0)
        await steps()
        if first == "decided":
            page.book.abandon(page.of[2])
        assert await kept is Result.ABANDONED  # nobody waits for the rest of the page
        page.book.fail(page.of[3], "fetch.failed", {}, ())
        await page.book.close()
        assert page.desk.shares == []
        assert page.desk.log == []
        assert page.desk.ended == ["page"]

    run(test)


def test_what_hurries_is_not_recorded_on_a_page_with_an_abandoned_candidate() -> None:
    async def test() -> None:
        page = opened()
        page.book.hurry()
        page.book.abandon(page.of[0])
        assert await page.keep(1) is Result.ABANDONED
        page.refuse(2)
        page.refuse(3)
        await page.book.close()
        assert page.desk.log == []

    run(test)


def test_what_was_committed_early_stays_though_its_page_is_left_open() -> None:
    async def test() -> None:
        page = opened(hold_entries=1)
        await asyncio.gather(page.keep(0), page.keep(1))
        page.book.abandon(page.of[2])
        page.refuse(3)
        await page.book.close()
        assert [(kinds(each), each.last) for each in page.desk.shares] == [(["Kept", "Kept"], False)]
        assert len(page.desk.objects) == 2

    run(test)


def test_a_match_on_a_page_that_was_to_be_left_open_covers_what_was_let_go() -> None:
    async def test() -> None:
        page = opened()
        kept = page.keep(0)
        await steps()
        page.book.abandon(page.of[1])
        assert await kept is Result.ABANDONED
        page.refuse(2)
        page.match(3)
        await page.book.close()
        assert [kinds(each) for each in page.desk.shares] == [["BesideMatch"] * 3 + ["Match"]]
        assert page.desk.shares[0].last
        assert page.desk.objects == {}

    run(test)


def test_a_page_that_was_wholly_abandoned_records_nothing() -> None:
    async def test() -> None:
        page = opened()
        for each in page.of:
            page.book.abandon(each)
        await page.book.close()
        assert page.desk.shares == []
        assert page.desk.ended == ["page"]

    run(test)


def test_a_page_with_a_match_is_completed_though_candidates_were_abandoned() -> None:
    async def test() -> None:
        page = opened()
        page.book.abandon(page.of[0])
        page.match(1)
        page.refuse(2)
        page.book.abandon(page.of[3])
        await page.book.close()
        assert [kinds(each) for each in page.desk.shares] == [["BesideMatch"] * 3 + ["Match"]]
        assert page.desk.shares[0].last

    run(test)


@pytest.mark.parametrize("all_or_none", [True, False])
def test_what_the_epoch_overtook_is_judged_again_and_then_stored(all_or_none: bool) -> None:
    async def test() -> None:
        page = opened(Desk(epoch=2, all_or_none=all_or_none))
        page.refuse(0)
        tasks = [page.keep(1, epoch=2), page.keep(2, epoch=1), page.keep(3, epoch=1)]
        assert await settle(page.book, *tasks) == [Result.STORED] * 3
        recorded = [each for share in page.desk.shares for each in share.entries]
        assert sorted(type(each).__name__ for each in recorded) == ["Kept"] * 3 + ["Refused"]
        assert {each.pair.decision.epoch for each in recorded if isinstance(each, Kept)} == {2}
        assert page.desk.shares[-1].last
        assert len(page.desk.objects) == 3

    run(test)


def test_what_is_no_longer_clean_is_refused_and_its_object_taken_back() -> None:
    async def test() -> None:
        page = opened(Desk(epoch=2))
        page.desk.new_decisions[page.of[0].text] = refusing("domain.blocked", 2)
        tasks = [page.keep(0), page.keep(1)]
        page.refuse(2)
        page.refuse(3)
        assert await settle(page.book, *tasks) == [Result.RECORDED, Result.STORED]
        assert kinds(page.desk.shares[-1]) == ["Kept", "Refused", "Refused", "Refused"]
        assert list(page.desk.objects) == [clean(page.of[1]).facts.digests.sha256]

    run(test)


def test_a_match_that_a_new_list_brings_covers_the_whole_page() -> None:
    async def test() -> None:
        page = opened(Desk(epoch=2))
        page.desk.new_decisions[page.of[0].text] = refusing("hash.near-list", 2)
        tasks = [page.keep(0), page.keep(1)]
        page.refuse(2)
        page.refuse(3)
        assert await settle(page.book, *tasks) == [Result.RECORDED] * 2
        assert [kinds(each) for each in page.desk.shares] == [["BesideMatch"] * 3 + ["Match"]]
        assert page.desk.objects == {}

    run(test)


@pytest.mark.parametrize(
    ("new", "said"), [(None, ["Kept", "Refused"]), (refusing("hash.on-list", 2), ["BesideMatch", "Match"])]
)
def test_what_was_refused_and_measured_is_looked_up_again_too(new: Decision | None, said: list[str]) -> None:
    async def test() -> None:
        page = opened(Desk(epoch=2))
        page.desk.new_decisions |= {} if new is None else {page.of[0].text: new}
        page.book.refuse(page.of[0], fetched(), refusing("image.too-small"), facts=facts())
        task = page.keep(1, epoch=2)
        page.book.fail(page.of[2], "fetch.failed", {}, ())
        page.book.fail(page.of[3], "fetch.failed", {}, ())
        await settle(page.book, task)
        assert set(kinds(page.desk.shares[-1])) - {"Failed"} == set(said)

    run(test)


def test_a_match_that_a_new_list_brings_before_the_page_ends_waits_for_its_end() -> None:
    async def test() -> None:
        page = opened(Desk(epoch=2), hold_entries=1)
        page.desk.new_decisions[page.of[0].text] = refusing("hash.on-list", 2)
        assert await settle(page.book, page.keep(0), page.keep(1)) == [Result.RECORDED] * 2
        assert page.desk.shares == []
        page.refuse(2)
        page.refuse(3)
        await page.book.close()
        assert [kinds(each) for each in page.desk.shares] == [["BesideMatch"] * 3 + ["Match"]]

    run(test)


def test_what_waits_for_the_end_of_a_page_with_a_match_is_recorded_once() -> None:
    async def test() -> None:
        page = opened(hold_entries=0)
        page.desk.gate.clear()
        page.refuse(0)
        await steps()  # its share is being recorded
        page.refuse(1)
        page.refuse(2)
        page.match(3)
        page.desk.gate.set()
        await page.book.close()
        assert [kinds(each) for each in page.desk.shares] == [["Refused"], ["BesideMatch"] * 2 + ["Match"]]

    run(test)


def test_bytes_of_what_was_withdrawn_are_taken_back() -> None:
    async def test() -> None:
        page = opened()
        page.desk.answers = {page.of[0].text: Result.TOMBSTONED, page.of[1].text: Result.DUPLICATE}
        tasks = [page.keep(0), page.keep(1)]
        page.refuse(2)
        page.refuse(3)
        assert await settle(page.book, *tasks) == [Result.TOMBSTONED, Result.DUPLICATE]
        assert list(page.desk.objects) == [clean(page.of[1]).facts.digests.sha256]

    run(test)


def test_when_a_share_cannot_be_recorded_everybody_hears_and_nothing_follows() -> None:
    async def test() -> None:
        page = opened(Desk(fails=True))
        other = [candidate(name, "other") for name in NAMES]
        other_ended = page.book.open("other", other)
        waiting = asyncio.ensure_future(page.book.keep(clean(other[0]), b"abc"))
        await steps()
        results = await settle(page.book, *(page.keep(number) for number in range(4)), waiting)
        assert [type(each) for each in results] == [BrokeOff] * 5
        assert [type(each) for each in page.desk.broken] == [OSError]
        await other_ended
        with pytest.raises(BrokeOff):
            page.book.refuse(other[1], None, refusing())

    run(test)


class Unready(Desk):
    """Cannot judge again: the database is gone."""

    async def judge_again(self, pair: CleanPair) -> Decision:
        raise OSError("no database")


def test_when_nothing_can_be_judged_again_everybody_hears() -> None:
    async def test() -> None:
        page = opened(Unready(epoch=2))
        results = await settle(page.book, *(page.keep(number) for number in range(4)))
        assert [type(each) for each in results] == [BrokeOff] * 4
        assert [type(each) for each in page.desk.broken] == [OSError]

    run(test)


def test_when_the_run_breaks_off_nobody_waits_for_what_will_not_be_recorded() -> None:
    async def test() -> None:
        page = opened()
        ended = page.book.open("other", [candidate(NAMES[0], "other")])
        waiting = asyncio.ensure_future(page.keep(0))
        await steps()
        page.book.break_off()
        assert [type(each) for each in await settle(page.book, waiting)] == [BrokeOff]
        await ended
        await page.book.open("a page that comes too late", [candidate(NAMES[1], "late")])
        page.book.abandon(page.of[1])
        with pytest.raises(BrokeOff):
            page.refuse(2)
        assert page.desk.shares == []

    run(test)


def test_only_a_provisional_decision_marks_its_pair() -> None:
    async def test() -> None:
        page = opened()
        provisional = CleanPair(
            candidate=page.of[0], fetched=fetched(), facts=facts(), decision=accepting(provisional=True)
        )
        tasks = [asyncio.ensure_future(page.book.keep(provisional, b"abc")), page.keep(1)]
        page.refuse(2)
        page.refuse(3)
        await settle(page.book, *tasks)
        marks = [each.provisional for each in page.desk.shares[0].entries if isinstance(each, Kept)]
        assert marks == [True, False]

    run(test)
