"""Hold back what was decided on a page until all of it is, so that nothing beside a match can point to it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from crawler.page_share import Decided, Desk, Held, beside_match, commit, leave_open
from filters.candidate import Candidate, Hop
from filters.decision import CleanPair, Decision
from filters.facts import Facts, Fetched
from filters.verdict import Evidence
from storage.shares import BesideMatch, Entry, Failed, Match, Refused, Result


class Unbooked(RuntimeError):
    """A candidate was decided twice, or on a page that is not open: a defect in the program."""


class BrokeOff(RuntimeError):
    """A share could not be committed, so nothing more of this run will be."""


@dataclass(slots=True, eq=False)
class _Page:
    """`undecided` is keyed by identity: two equal candidates on a page are two."""

    undecided: dict[int, Candidate]
    decided: Decided
    ended: asyncio.Future[None]
    held_bytes: int = 0
    matched: bool = False
    ending: bool = False
    put_off: list[Entry] = field(default_factory=list)
    """A match, and what stands beside it, that was found before the page ended."""
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class PageBook:
    """The open pages of a run. Each candidate ends exactly once: refused, failed, match, kept or abandoned.

    A page is committed in one share when its last candidate is decided. If it has a match, the share holds the match
    and, for every other candidate, only that it stood beside one. A page that holds back more than `hold_bytes` or
    `hold_entries` commits early what is decided by then: a match found later takes that back, but for what headers of
    the ledger say.
    A page with an abandoned candidate stays unfinished, unless it has a match, and nothing more of it is recorded: what
    was left open may turn out to be a match when the page is read again.
    """

    def __init__(self, desk: Desk, *, hold_bytes: int, hold_entries: int) -> None:
        self._desk = desk
        self._hold_bytes = hold_bytes
        self._hold_entries = hold_entries
        self._pages: dict[str, _Page] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._broken = False
        self._hurried = False

    @property
    def open_pages(self) -> frozenset[str]:
        return frozenset(self._pages)

    def open(self, page_id: str, candidates: Sequence[Candidate]) -> asyncio.Future[None]:
        """Return what is done when nothing of the page is held any more."""
        if page_id in self._pages:
            raise Unbooked(f"page {page_id} is open already")
        ended = asyncio.get_running_loop().create_future()
        if self._broken:
            ended.set_result(None)
            return ended
        page = _Page({id(each): each for each in candidates}, Decided(page_id), ended)
        self._pages[page_id] = page
        self._advance(page)
        return ended

    def refuse(
        self,
        candidate: Candidate,
        fetched: Fetched | None,
        decision: Decision,
        *,
        facts: Facts | None = None,
        shadow: tuple[str, ...] | None = None,
    ) -> None:
        """`facts`, once the bytes came, link what is held already to the pair it repeats, and are retained.

        `shadow` names the filters that would not have kept it either, if it was sampled for that.
        """
        refused = Refused(candidate=candidate, fetched=fetched, decision=decision, facts=facts, shadow=shadow)
        self._note(candidate, refused)

    def fail(self, candidate: Candidate, reason: str, evidence: Evidence, hops: tuple[Hop, ...]) -> None:
        self._note(candidate, Failed(candidate=candidate, reason=reason, evidence=evidence, hops=hops))

    def match(self, candidate: Candidate, fetched: Fetched | None, facts: Facts | None, decision: Decision) -> None:
        """`fetched` and `facts` are None if the picture was never asked for."""
        page = self._take(candidate)
        page.matched = True
        beside_match(page.decided)
        page.decided.noted.append(Match(candidate=candidate, fetched=fetched, facts=facts, decision=decision))
        self._advance(page)

    def hold_back(self, candidate: Candidate) -> None:
        """Note that its host is left out of the run: its page is treated like one with a match."""
        page = self._take(candidate)
        page.matched = True
        beside_match(page.decided)
        page.decided.noted.append(BesideMatch(candidate=candidate))
        self._advance(page)

    def abandon(self, candidate: Candidate) -> None:
        """Leave a candidate undecided for good; its page is read again when the run is resumed."""
        if self._broken:
            return
        page = self._take(candidate)
        page.decided.noted.append(BesideMatch(candidate=candidate))
        leave_open(page.decided)
        self._advance(page)

    async def keep(self, pair: CleanPair, body: bytes | None) -> Result:
        """Return what became of a clean pair, once its share is committed; only STORED means that it is kept."""
        page = self._take(pair.candidate)
        held = Held(pair, body, asyncio.get_running_loop().create_future())
        page.decided.held.append(held)
        page.held_bytes += len(body or b"")
        if page.matched:
            beside_match(page.decided)
        elif not page.decided.complete:
            leave_open(page.decided)
        self._advance(page)
        return await held.result

    def hurry(self) -> None:
        """Commit clean pairs as they come from now on, and those that wait, whatever else their pages may hold."""
        self._hurried = True
        for page in self._pages.values():
            self._advance(page)

    def break_off(self) -> None:
        """Record nothing more, and let everybody go who waits: what is open stays for the resumption."""
        self._broken = True
        for page in self._pages.values():
            if not page.ended.done():
                page.ended.set_result(None)
            for held in page.decided.held:
                held.fail(BrokeOff("the run broke off"))

    async def close(self) -> None:
        """Wait until every page whose candidates are decided is committed."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def _note(self, candidate: Candidate, entry: Entry) -> None:
        page = self._take(candidate)
        page.decided.noted.append(entry)
        self._advance(page)

    def _take(self, candidate: Candidate) -> _Page:
        if self._broken:
            raise BrokeOff("nothing more of this run is recorded")
        page = self._pages.get(candidate.visit.page_id)
        if page is None or page.undecided.pop(id(candidate), None) is None:
            raise Unbooked(f"{candidate!r} is not open")
        return page

    def _advance(self, page: _Page) -> None:
        if not page.undecided and not page.ending:
            page.ending = True
            self._start(page, last=True)
        elif page.undecided and self._holds_too_much(page):
            self._start(page, last=False)

    def _holds_too_much(self, page: _Page) -> bool:
        entries = len(page.decided.held) + len(page.decided.noted)
        too_much = page.held_bytes > self._hold_bytes or entries > self._hold_entries
        may_commit = page.decided.complete and not page.matched
        return may_commit and (too_much or (self._hurried and bool(page.decided.held)))

    def _start(self, page: _Page, *, last: bool) -> None:
        now = page.decided
        now.last = last
        page.held_bytes = 0
        page.decided = Decided(now.page_id, complete=now.complete)
        task = asyncio.get_running_loop().create_task(self._commit(page, now))
        self._tasks.add(task)
        task.add_done_callback(lambda ended: self._committed(ended, now))

    async def _commit(self, page: _Page, now: Decided) -> None:
        async with page.turn:  # shares of one page in their order: the one that ends it comes last
            if page.matched:
                now.noted.extend(page.put_off)
                page.put_off.clear()  # a share that does not end the page puts all of it off once more
                beside_match(now)
            if now.complete or now.matched:
                await commit(self._desk, now)
            if now.matched and not now.last:  # by a list that came while the page was read
                page.matched = True
                page.put_off.extend(now.noted)
        if now.last:
            del self._pages[now.page_id]
            if not page.ended.done():  # it is, if the run broke off meanwhile
                page.ended.set_result(None)
            self._desk.page_ended(now.page_id)

    def _committed(self, task: asyncio.Task[None], now: Decided) -> None:
        self._tasks.discard(task)
        if task.cancelled() or (reason := task.exception()) is None:
            return
        for held in now.held:
            held.fail(BrokeOff("a share could not be recorded"))
        self.break_off()
        self._desk.broke_off(reason)
