"""Commit what was decided on a page in one share, and judge again what the gate epoch overtook."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from random import SystemRandom
from typing import Protocol

from filters.candidate import Candidate
from filters.decision import CleanPair, Decision
from filters.facts import Fetched
from filters.lineup import MATCH_REASONS
from storage.shares import BesideMatch, Entry, Kept, Match, Receipt, Refused, Result, Share


class Desk(Protocol):
    """What is done by others."""

    async def put(self, pair: CleanPair, body: bytes | None) -> str:
        """Store the bytes and return their object key."""

    async def done_with(self, object_key: str, *, kept: bool) -> None:
        """Be told once for each `put`; bytes that nothing keeps are removed again."""

    async def record(self, share: Share) -> Receipt:
        """Commit a share in one transaction."""

    def is_suspended(self, candidate: Candidate, fetched: Fetched | None) -> bool:
        """Say whether it is on a host that the run leaves out: nothing of its page is kept."""

    async def judge_again(self, pair: CleanPair) -> Decision:
        """Ask the lineup of the epoch that has begun since."""

    async def look_up_again(self, refused: Refused) -> Refused | Match:
        """Ask the lists of known material of the epoch that has begun since, and nothing else."""

    def page_ended(self, page_id: str) -> None:
        """Be told that nothing of this page is held any more."""

    def broke_off(self, reason: BaseException) -> None:
        """Be told that a share could not be committed."""


@dataclass(slots=True, eq=False)
class Held:
    """A clean pair that waits with its bytes for the rest of its page."""

    pair: CleanPair
    body: bytes | None
    result: asyncio.Future[Result]
    object_key: str | None = None

    @property
    def provisional(self) -> bool:
        return any(each.evidence.get("provisional") is True for each in self.pair.decision.verdicts)

    def settle(self, result: Result) -> None:
        if not self.result.done():
            self.result.set_result(result)

    def fail(self, reason: Exception) -> None:
        if not self.result.done():
            self.result.set_exception(reason)


@dataclass(slots=True, eq=False)
class Decided:
    """What of a page is to be committed. `last`: nothing of it will follow; `complete`: nothing was abandoned."""

    page_id: str
    noted: list[Entry] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    matched: bool = False
    last: bool = False
    complete: bool = True


async def commit(desk: Desk, decided: Decided) -> None:
    """Put the objects, then record; only what is STORED is kept, and everybody who waits is told.

    If it turns out to have a match and the page goes on, nothing is recorded: a match ends its page.
    """
    if _is_suspended(desk, decided):
        beside_match(decided)
    while decided.last or not decided.matched:
        await _put_objects(desk, decided.held)
        share = _share_of(decided)
        receipt = await desk.record(share)
        if Result.EPOCH_MOVED not in receipt.results:
            results = receipt.results[len(share.entries) - len(decided.held) :]
            await _settle(desk, decided.held, results, receipt.held_keys)
            return
        await _keep_what_moved(desk, decided, share, receipt)
        await _let_go_of_lost(desk, decided.held, receipt.lost_keys)
        await _judge_again(desk, decided)


def beside_match(decided: Decided) -> None:
    """Let go of every clean pair: beside a match none is kept, and its bytes are not needed any more."""
    decided.matched = True
    _keep_none(decided, Result.RECORDED)


def leave_open(decided: Decided) -> None:
    """Let go of every clean pair: were it kept now, it could point to a match that the page's next reading finds."""
    decided.complete = False
    _keep_none(decided, Result.ABANDONED)


def _keep_none(decided: Decided, result: Result) -> None:
    """Note what waits as `BesideMatch`, which is what it becomes if the page has a match, and else nothing."""
    for each in decided.held:
        decided.noted.append(BesideMatch(candidate=each.pair.candidate))
        each.settle(result)
    decided.held = []


def _is_suspended(desk: Desk, decided: Decided) -> bool:
    held = any(desk.is_suspended(each.pair.candidate, each.pair.fetched) for each in decided.held)
    return held or any(desk.is_suspended(each.candidate, _fetched(each)) for each in decided.noted)


def _fetched(entry: Entry) -> Fetched | None:
    return entry.fetched if isinstance(entry, Refused | Match) else None


def _share_of(decided: Decided) -> Share:
    if decided.matched:
        return Share(page_id=decided.page_id, entries=_all_beside(decided.noted), last=decided.last)
    kept = [_as_kept(each) for each in decided.held]
    return Share(page_id=decided.page_id, entries=(*decided.noted, *kept), last=decided.last)


def _all_beside(noted: list[Entry]) -> tuple[Entry, ...]:
    """In an order that says nothing: it becomes the order of events."""
    entries = [each if isinstance(each, Match) else BesideMatch(candidate=each.candidate) for each in noted]
    SystemRandom().shuffle(entries)
    return tuple(entries)


def _as_kept(held: Held) -> Kept:
    if held.object_key is None:
        raise RuntimeError("a pair was to be recorded before its object was stored")
    return Kept(pair=held.pair, object_key=held.object_key, provisional=held.provisional)


async def _put_objects(desk: Desk, held: list[Held]) -> None:
    without = [each for each in held if each.object_key is None]
    keys = await asyncio.gather(*(desk.put(each.pair, each.body) for each in without))
    for each, key in zip(without, keys, strict=True):
        each.object_key = key


async def _settle(desk: Desk, held: list[Held], results: tuple[Result, ...], held_keys: Collection[str]) -> None:
    for each, result in zip(held, results, strict=True):
        await _let_go(desk, each, kept=each.object_key in held_keys)
        each.settle(result)


async def _keep_what_moved(desk: Desk, decided: Decided, share: Share, receipt: Receipt) -> None:
    results = dict(zip(map(id, share.entries), receipt.results, strict=True))
    moved = Result.EPOCH_MOVED
    of_held = receipt.results[len(share.entries) - len(decided.held) :]
    recorded = [(each, said) for each, said in zip(decided.held, of_held, strict=True) if said is not moved]
    await _settle(desk, [each for each, _ in recorded], tuple(said for _, said in recorded), receipt.held_keys)
    decided.held = [each for each, said in zip(decided.held, of_held, strict=True) if said is moved]
    decided.noted = [each for each in decided.noted if results.get(id(each), moved) is moved]


async def _let_go_of_lost(desk: Desk, held: list[Held], lost: Collection[str]) -> None:
    """Have the bytes put anew: somebody has deleted those that were put, or is about to."""
    for each in held:
        if each.object_key in lost:
            await _let_go(desk, each, kept=False)
            each.object_key = None


async def _let_go(desk: Desk, held: Held, *, kept: bool) -> None:
    if held.object_key is not None:
        await desk.done_with(held.object_key, kept=kept)


async def _judge_again(desk: Desk, decided: Decided) -> None:
    decided.noted = [await _looked_up(desk, each) for each in decided.noted]
    for each in [*decided.held]:  # who waits stays among them until it is settled: if this raises, all are told
        decision = await desk.judge_again(each.pair)
        if decision.accepting:
            each.pair = replace(each.pair, decision=decision)
            continue
        await _let_go(desk, each, kept=False)
        decided.held.remove(each)
        decided.noted.append(_no_longer_clean(each.pair, decision))
        each.settle(Result.RECORDED)
    if any(isinstance(each, Match) for each in decided.noted):
        for each in decided.held:
            await _let_go(desk, each, kept=False)
        beside_match(decided)


async def _looked_up(desk: Desk, entry: Entry) -> Entry:
    if isinstance(entry, Refused) and entry.facts is not None:
        return await desk.look_up_again(entry)
    return entry


def _no_longer_clean(pair: CleanPair, decision: Decision) -> Refused | Match:
    if is_match(decision):
        return Match(candidate=pair.candidate, fetched=pair.fetched, facts=pair.facts, decision=decision)
    return Refused(candidate=pair.candidate, fetched=pair.fetched, decision=decision, facts=pair.facts)


def is_match(decision: Decision) -> bool:
    """Say whether a decision names known material, or a minor beside sexual content."""
    decisive = decision.decisive
    return decisive is not None and decisive.reason in MATCH_REASONS
