"""Measure how many pairs a core judges in a second, with models and without, and which part takes how long.

    .venv/bin/python -m benchmarks.judge [--count N] [--rounds N]

Pictures of about 60 kB go through what a crawl does with them between download and storage: digests, one decode in a
worker, the full lineup, models in workers of their own that take what waits as a batch. Network, pages, database and
objects are not in it: `make bench` has those.
"""

import argparse
import asyncio
import json
import os
import platform
import resource
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

from benchmarks import site
from benchmarks.record import record
from crawler.scoring import Scoring
from crawler.worker_link import FRUGAL
from crawler.worker_tasks import Asked, Inspected, InspectRequest, Scored, ScoreRequest
from crawler.workers import WorkerPool, cores
from filters.candidate import Candidate, Language
from filters.decision import Lineup, Needs, Subject, decide
from filters.facts import Facts, Score
from filters.indexes.hosts import BlockedHosts
from filters.lineup import Material, Thresholds, build_lineup
from filters.measure.digests import measure_digests
from filters.measure.models.shelf import Loaded, describe, load
from filters.measure.picture import Limits, inspect_and_glimpse
from filters.models import NO_MODELS, ModelCard, Models
from settings import base
from tests.filters.graves import NOTHING
from tests.filters.known_lists import known
from tests.filters.subjects import candidate, fetched
from tests.filters.test_duplicates import HeldInMemory

ROOT = Path(__file__).parent.parent
WORK = ROOT / ".bench" / "pictures"
WITHOUT_MODELS: Final = [each for each in base.LINEUP if each not in ("safety", "consistency")]
AT_ONCE: Final = 16
TO_REACH: Final = 40
WARM_UP: Final = base.MODEL_BATCH


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    body: bytes
    candidate: Candidate


@dataclass(frozen=True, kw_only=True, slots=True)
class Timing:
    """Of all processes together; what starting them cost is taken off."""

    wall_s: float
    cpu_s: float
    pairs: int

    @property
    def a_second(self) -> float:
        return self.pairs / self.wall_s

    @property
    def cpu_ms_a_pair(self) -> float:
        return self.cpu_s / self.pairs * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    site.make_pictures(WORK, options.count)
    pairs = [_pair(number) for number in range(options.count)]
    os.environ.update(FRUGAL)  # as workers have it
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
        shares = alone.submit(_shares, pairs[: min(100, options.count)]).result()
    rounds = [(_judged(pairs, models=False), _judged(pairs, models=True)) for _ in range(options.rounds)]
    report = _report(pairs, shares, rounds)
    print(report)
    record(report, "python -m benchmarks.judge")


def _pair(number: int) -> Pair:
    english = Language(label="en", confidence=0.99, detector="none, so that it is not measured here")
    said = candidate(text=site.caption(number), language=english, image_url=f"https://pictures.test/{number}.jpg")
    return Pair(body=(WORK / f"picture-{number:05}.jpg").read_bytes(), candidate=said)


class _Clock:
    """CPU time by part."""

    def __init__(self) -> None:
        self.spent_s: dict[str, float] = {}

    @contextmanager
    def on(self, part: str) -> Iterator[None]:
        began = time.process_time()
        yield
        self.spent_s[part] = self.spent_s.get(part, 0.0) + time.process_time() - began


def _shares(pairs: Sequence[Pair]) -> dict[str, float]:
    """Return CPU milliseconds a pair by part, in batches as workers take them; the first batch is not counted."""
    loaded = load(safety=base.SAFETY_MODELS, fit=base.CONSISTENCY_MODELS)
    _by_part(pairs[:WARM_UP], loaded, _Clock())
    clock, counted = _Clock(), pairs[WARM_UP:]
    for start in range(0, len(counted), base.MODEL_BATCH):
        _by_part(counted[start : start + base.MODEL_BATCH], loaded, clock)
    return {part: cpu_s / len(counted) * 1000 for part, cpu_s in clock.spent_s.items()}


def _by_part(batch: Sequence[Pair], loaded: Loaded, clock: _Clock) -> None:
    side_px = max(each.side_px for each in (*loaded.safety, *loaded.fit))
    with clock.on("digests"):
        for pair in batch:
            measure_digests(pair.body)
    with clock.on("decode, perceptual hashes, glimpse"):
        seen = [inspect_and_glimpse(pair.body, Limits(), side_px) for pair in batch]
    glimpses = [glimpse for _, glimpse in seen if glimpse is not None]
    asked = list(zip(glimpses, (pair.candidate.text for pair in batch), strict=True))  # each is a whole picture
    scores: dict[str, list[Score]] = {}
    for looking in loaded.safety:
        with clock.on(looking.card.name):
            scores[looking.card.name] = _scores(looking.card, looking.score(glimpses))
    for fitting in loaded.fit:
        with clock.on(fitting.card.name):
            scores[fitting.card.name] = _scores(fitting.card, fitting.score(asked))
    lineup = _lineup(base.LINEUP, loaded.cards)
    with clock.on("all filters"):
        for number, (pair, (facts, _)) in enumerate(zip(batch, seen, strict=True)):
            safety, fit = (
                tuple(scores[each.card.name][number] for each in models) for models in (loaded.safety, loaded.fit)
            )
            decide(lineup, _subject(pair, replace(facts, safety=safety, fit=fit)))


def _scores(card: ModelCard, values: Sequence[float]) -> list[Score]:
    return [Score(model=card.name, revision=card.revision, value=value) for value in values]


def _judged(pairs: Sequence[Pair], *, models: bool) -> Timing:
    """Judge them in workers; a run over none of them tells what starting and ending costs."""
    nothing, all_of_them = _run([], models=models), _run(pairs, models=models)
    return replace(all_of_them, cpu_s=all_of_them.cpu_s - nothing.cpu_s)


def _run(pairs: Sequence[Pair], *, models: bool) -> Timing:
    before = _cpu_s()
    wall_s = asyncio.run(_Judge(models=models).all(pairs))
    return Timing(wall_s=wall_s, cpu_s=_cpu_s() - before, pairs=len(pairs))


class _Judge:
    """The parts of a crawl that judge, as many workers of each kind as there are cores."""

    def __init__(self, *, models: bool) -> None:
        size = cores()
        limits: Any = {"size": size, "timeout_s": 60, "memory_bytes": 4 << 30}
        given = json.dumps([base.SAFETY_MODELS, base.CONSISTENCY_MODELS, "cpu"])
        self._cards = describe(safety=base.SAFETY_MODELS, fit=base.CONSISTENCY_MODELS) if models else NO_MODELS
        self._lineup = _lineup(base.LINEUP if models else WITHOUT_MODELS, self._cards)
        self._inspecting: WorkerPool[InspectRequest, Inspected] = WorkerPool("inspect", **limits)
        self._workers: WorkerPool[ScoreRequest, Scored] | None = None
        if models:
            self._workers = WorkerPool("score", given=given, is_renewed=False, **limits)

    async def all(self, pairs: Sequence[Pair]) -> float:
        """Return seconds from the first to the last, after everything has started."""
        await self._inspecting.warm_up()
        scoring = await self._scoring()
        turns, began = asyncio.Semaphore(AT_ONCE), time.monotonic()
        kept = await asyncio.gather(*(self._one(each, scoring, turns) for each in pairs))
        took_s = time.monotonic() - began
        self._inspecting.close()
        if self._workers is not None:
            self._workers.close()
        print(f"{sum(kept)} of {len(kept)} kept in {took_s:.1f} s")
        return took_s

    async def _scoring(self) -> Scoring | None:
        if self._workers is None:
            return None
        answers = [await asyncio.wrap_future(each) for each in self._workers.ask_each(ScoreRequest())]
        return Scoring(self._workers, self._cards, side_px=answers[0].side_px, batch=base.MODEL_BATCH)

    async def _one(self, pair: Pair, scoring: Scoring | None, turns: asyncio.Semaphore) -> bool:
        async with turns:
            measure_digests(pair.body)
            glimpse_px = 0 if scoring is None else scoring.side_px
            found = await self._inspecting.run(InspectRequest(body=pair.body, glimpse_px=glimpse_px))
            so_far = decide(self._lineup, _subject(pair, found.facts), Needs.PICTURE)
            if scoring is not None and found.glimpse is not None:
                asked = Asked(glimpse=found.glimpse, safety=True, caption=pair.candidate.text, language="en")
                said = await scoring.ask(asked)
                found = replace(found, facts=replace(found.facts, safety=said.safety, fit=said.fit))
            return decide(self._lineup, _subject(pair, found.facts), so_far=so_far).accepting


def _lineup(names: Sequence[str], models: Models) -> Lineup:
    """Without models the floor is not whole: such a lineup is for measuring alone, and no pair can be made of it."""
    material = Material(
        epoch=1, hosts=BlockedHosts(()), known=known(), held=HeldInMemory(), withdrawn=NOTHING, models=models
    )
    whole = build_lineup(base.LINEUP, Thresholds(), material)
    return replace(whole, filters=tuple(each for each in whole.filters if each.name in names))


def _subject(pair: Pair, facts: Facts) -> Subject:
    return Subject(candidate=pair.candidate, fetched=fetched(), facts=facts)


def _cpu_s() -> float:
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in both)


def _report(pairs: Sequence[Pair], shares: dict[str, float], rounds: Sequence[tuple[Timing, Timing]]) -> str:
    mean_kb, size = sum(len(each.body) for each in pairs) / len(pairs) / 1000, cores()
    whole = sum(shares.values())
    machine = (
        f"{size} cores, Python {platform.python_version()}; load of the machine at the end {os.getloadavg()[0]:.1f}"
    )
    by_cpu = size * 1000 / min(each.cpu_ms_a_pair for _, each in rounds)
    by_clock = max(each.a_second for _, each in rounds)
    return "\n".join(
        [
            f"{len(pairs)} JPEGs of {mean_kb:.0f} kB on average, {machine}.",
            "",
            "| round | without models: pairs/s | CPU ms a pair | with: pairs/s | CPU ms a pair | with : without |",
            "|---|---|---|---|---|---|",
            *(_row(number, *each) for number, each in enumerate(rounds, 1)),
            "",
            f"| part, in one process, {base.MODEL_BATCH} pairs at once | CPU ms a pair | share |",
            "|---|---|---|",
            *(f"| {part} | {spent:.1f} | {spent / whole:.0%} |" for part, spent in shares.items()),
            f"| all | {whole:.1f} | 100% |",
            "",
            f"With models, pairs a second, best round: **{by_clock:.0f}** by the clock, {by_cpu:.0f} by CPU time.",
            f"To reach: {TO_REACH} on two cores.",
        ]
    )


def _row(number: int, without: Timing, together: Timing) -> str:
    cells = (without.a_second, without.cpu_ms_a_pair, together.a_second, together.cpu_ms_a_pair)
    return f"| {number} | {' | '.join(f'{each:.1f}' for each in cells)} | {together.wall_s / without.wall_s:.2f} |"


if __name__ == "__main__":
    main()
