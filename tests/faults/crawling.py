"""Crawl pages that nobody has to fetch, through the product's own page book, desk, shelf and recorder."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, cast

from crawler.consent_documents import ConsentDocuments
from crawler.desk import RunDesk
from crawler.lineup_watch import LineupWatch
from crawler.object_shelf import ObjectShelf
from crawler.page_book import PageBook
from crawler.page_queue import PageQueue, QueueLimits
from crawler.run_counts import RunCounts
from crawler.suspension import Suspension
from filters.candidate import Candidate
from filters.decision import CleanPair, Decision
from storage.frontier import Frontier, FrontierPage, NewPage
from storage.gate import epoch
from storage.recorder import Recorder
from storage.runs import Run, Runs, RunState
from storage.shares import Result
from storage.sweep import sweep
from tests.faults.place import Installation
from tests.storage import held_again, samples

SEED = "https://pages.example/faults"
WITHDRAWN = 9
"""A picture that was held and is withdrawn: it is put, and given up again."""
TAKEN_BACK = 5
"""A picture that a page keeps, and that is known material on a later one."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What is found in one place of a page: a clean pair, a refusal, or a match."""

    number: int
    text: str = ""
    kind: str = "clean"


PAGES: tuple[tuple[Told, ...], ...] = (
    (Told(number=1), Told(number=2), Told(number=500, kind="refused")),
    (Told(number=1, text="the same picture under another text"), Told(number=3), Told(number=4)),
    (Told(number=WITHDRAWN), Told(number=6), Told(number=TAKEN_BACK)),
    (Told(number=1), Told(number=7), Told(number=501, kind="failed")),
    (Told(number=TAKEN_BACK, kind="match"), Told(number=8, kind="refused")),
    (Told(number=3, text="a third text"), Told(number=10), Told(number=11)),
)


async def crawl(place: Installation, stored: Callable[[str], None]) -> None:
    """Begin a run, or go on with the one that was cut off, as `crawler.opening` and `crawler.run_extension` do."""
    runs = Runs(place.db, place.ledger)
    with ThreadPoolExecutor(4) as threads:
        sweep(place.db, place.objects)
        run = _begin(runs)
        if run is None:
            return
        recorder = _recorder(place, run)
        frontier = Frontier(place.db, run.run_id)
        frontier.release_leases()
        shelf = ObjectShelf(place.objects, place.db, threads, recorder, attempts=2)
        await asyncio.wrap_future(recorder.submit_pages(_pages()))
        broken: list[BaseException] = []
        book = PageBook(_desk(recorder, shelf, runs, run, broken), hold_bytes=1 << 20, hold_entries=100)
        try:
            await _read_pages(place, recorder, book, stored, broken)
        finally:
            await book.close()
            await asyncio.to_thread(recorder.close)
        if broken:
            raise broken[0]
        frontier.release_leases()
        runs.finish(run.run_id, RunState.FINISHED)
        shelf.sweep()


def _begin(runs: Runs) -> Run | None:
    ours = [each for each in runs.list() if each.operator == "driver"]
    if ours:
        return None if ours[0].state is RunState.FINISHED else runs.reopen(ours[0].run_id)
    return runs.start(
        spider="pages",
        arguments={"seeds": [SEED]},
        operator="driver",
        contact=None,
        settings={"ALT_MIN_CHARACTERS": 5},
        revisions={"alt-text": "1"},
        code_version="0.1.0",
        provisional=False,
    )


def _recorder(place: Installation, run: Run) -> Recorder:
    return Recorder(
        place.db,
        place.ledger,
        place.checkpoints,
        place.keys,
        run,
        incident_public_key=held_again.PUBLIC,
        objects=place.objects,
    )


def _pages() -> list[NewPage]:
    return [NewPage(url=f"{SEED}/{number}", depth=0, seed=SEED) for number in range(len(PAGES))]


def _desk(recorder: Recorder, shelf: ObjectShelf, runs: Runs, run: Run, broken: list[BaseException]) -> RunDesk:
    suspension = Suspension(recorder, 0)
    return RunDesk(
        recorder=recorder,
        documents=ConsentDocuments(),
        shelf=shelf,
        watch=cast("LineupWatch", None),  # no list changes while it runs
        judging=cast("ThreadPoolExecutor", None),
        queue=PageQueue(recorder, QueueLimits(max_open=2), pending=0, handed_out=0, leaves_out=suspension.leaves_out),
        counts=RunCounts(runs.show(run.run_id)),
        suspension=suspension,
        broke_off=broken.append,
    )


async def _read_pages(
    place: Installation,
    recorder: Recorder,
    book: PageBook,
    stored: Callable[[str], None],
    broken: list[BaseException],
) -> None:
    with place.db.read() as conn:
        now = epoch(conn)
    while not broken and (pages := await asyncio.wrap_future(recorder.lease_pages(len(PAGES)))):
        for page in sorted(pages, key=lambda each: each.url):  # one by one: which share comes when is always the same
            await _read_page(book, page, now, stored)


async def _read_page(book: PageBook, page: FrontierPage, now: int, stored: Callable[[str], None]) -> None:
    found = [(told, _candidate(page, told)) for told in PAGES[int(page.url.rpartition("/")[2])]]
    ended = book.open(page.page_id, [candidate for _, candidate in found])
    await asyncio.gather(*(_decide(book, told, each, now, stored) for told, each in found), return_exceptions=False)
    await ended


def _candidate(page: FrontierPage, told: Told) -> Candidate:
    found = samples.candidate(page.page_id, told.number, text=told.text or None)
    return replace(found, visit=replace(found.visit, url=page.url, final_url=page.url))


def _decide(
    book: PageBook, told: Told, candidate: Candidate, now: int, stored: Callable[[str], None]
) -> Coroutine[Any, Any, None]:
    fetched, facts = samples.fetched(candidate.image_url), held_again.facts(told.number)

    async def decided() -> None:
        match told.kind:
            case "refused":
                book.refuse(candidate, None, samples.decided("alt-text", "alt.too-short", epoch=now))
            case "failed":
                book.fail(candidate, "fetch.failed", {"status": 404}, ())
            case "match":
                book.match(candidate, fetched, facts, samples.decided("exact-hash", "hash.on-list", epoch=now))
            case _:
                decision: Decision = samples.accepting(now)
                pair = CleanPair(candidate=candidate, fetched=fetched, facts=facts, decision=decision)
                if await book.keep(pair, samples.bytes_of(told.number)) is Result.STORED:
                    stored(pair.pair_id)

    return decided()
