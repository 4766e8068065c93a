"""Score labelled pairs: pictures in worker processes as a crawl does, pairs that are held from what is stored."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Final, TypeAlias

from console.configuration import Configuration
from console.held_models import model_limits
from console.labelled import LabelledPair, LeftOut
from crawler.model_pool import ready_scoring, score_pool
from crawler.worker_tasks import Asked, Inspected, InspectRequest, ScoreRequest
from crawler.workers import WorkerDied, WorkerPool, WorkerTooSlow
from filters.facts import Flaw, Score
from filters.measure.language import measure_language
from filters.models import Models
from storage.database import Database
from storage.held_scores import HeldScores, held_scores

_AT_ONCE: Final = 4
"""Rows that are worked on at once for each process: so many pictures are in memory at most."""
_NONE_HELD: Final = "no pair of this id is held"


@dataclass(frozen=True, kw_only=True, slots=True)
class ScoredPair:
    """A labelled pair with what each model said that measures its language; `picture` is the digest of its bytes."""

    row: int
    fits: bool
    picture: str
    language: str | None
    scores: tuple[Score, ...]
    held: bool
    """Whether they were read from what is stored."""


Result: TypeAlias = ScoredPair | LeftOut


class PictureScorer:
    """Worker processes that decode, and worker processes that score, under the limits of a crawl. Close it.

    Raises `NotReady` if a model is not what its files say, or cannot be loaded.
    """

    def __init__(self, configuration: Configuration, models: Models) -> None:
        self._configuration = configuration
        limits = model_limits(configuration)
        size = limits.processes
        self._at_once = _AT_ONCE * size
        self._runner = asyncio.Runner()
        self._inspectors: WorkerPool[InspectRequest, Inspected] = WorkerPool(
            "inspect",
            size=size,
            timeout_s=configuration.number("INSPECTION_TIMEOUT_S"),
            memory_bytes=configuration.whole("WORKER_MEMORY_BYTES"),
        )
        entries = sorted(set(configuration.names("CONSISTENCY_MODELS")))
        self._workers = score_pool(limits, safety=[], fit=entries)
        try:
            told = self._workers.ask_each(ScoreRequest())
            self._scoring = ready_scoring(self._workers, told, models, batch=limits.batch)
        except BaseException:
            self.close()
            raise

    def score(self, pairs: Iterable[LabelledPair]) -> Iterator[Result]:
        """Yield a result for each, in their order, some at a time."""
        remaining = iter(pairs)
        while some := list(islice(remaining, self._at_once)):
            yield from self._runner.run(self._all(some))

    def close(self) -> None:
        self._inspectors.close()
        self._workers.close()
        self._runner.close()

    async def _all(self, pairs: Sequence[LabelledPair]) -> Sequence[Result]:
        results = await asyncio.gather(*map(self._one, pairs))
        return [_named(*each) for each in zip(pairs, results, strict=True)]

    async def _one(self, pair: LabelledPair) -> Result:
        body = _read(pair.picture, self._configuration.whole("IMAGE_MAX_BYTES"))
        if isinstance(body, str):
            return LeftOut(row=pair.row, why=body)
        inspected = await self._inspect(body)
        if isinstance(inspected, Flaw):
            return LeftOut(row=pair.row, why=f"its picture cannot be used ({inspected})")
        if inspected.glimpse is None:
            flaw = inspected.facts.flaw or Flaw.UNDECODABLE
            return LeftOut(row=pair.row, why=f"its picture cannot be used ({flaw})")
        language = pair.language or _detected(pair.caption, self._configuration)
        asked = Asked(glimpse=inspected.glimpse, safety=False, caption=pair.caption, language=language)
        said = await self._scoring.ask(asked)
        return _checked(pair, inspected.facts.digests.sha256, language, said.fit or ())

    async def _inspect(self, body: bytes) -> Inspected | Flaw:
        request = InspectRequest(
            body=body,
            max_pixels=self._configuration.whole("IMAGE_MAX_PIXELS"),
            max_frames=self._configuration.whole("IMAGE_MAX_FRAMES"),
            glimpse_px=self._scoring.side_px,
        )
        try:
            return await self._inspectors.run(request)
        except WorkerTooSlow:
            return Flaw.INSPECTION_TOO_SLOW
        except WorkerDied:
            return Flaw.INSPECTION_CRASHED


def score_held(pairs: Sequence[LabelledPair], database: Database, models: Models) -> Iterator[Result]:
    """Yield a result for each, in their order; what another revision of a model gave does not count."""
    found = {each.pair_id: each for each in held_scores(database, {str(pair.pair_id) for pair in pairs})}
    revisions = {each.name: each.revision for each in models.fit}
    for pair in pairs:
        held = found.get(str(pair.pair_id))
        yield LeftOut(row=pair.row, why=_NONE_HELD) if held is None else _of_today(pair, held, revisions)


def _of_today(pair: LabelledPair, held: HeldScores, revisions: Mapping[str, str]) -> Result:
    """What was scored by other models than those of today says nothing of these."""
    scores = tuple(each for each in held.fit if revisions.get(each.model) == each.revision)
    if held.fit and not scores:
        return LeftOut(row=pair.row, why="it was scored by other models than today's; type: altsieve rescan --measure")
    return _checked(pair, held.sha256, held.language, scores)


def _checked(pair: LabelledPair, picture: str, language: str | None, scores: Sequence[Score]) -> Result:
    for each in scores:
        if each.value is None:
            return LeftOut(row=pair.row, why=f"{each.model} gave no number ({each.failure})")
    return ScoredPair(
        row=pair.row,
        fits=pair.fits,
        picture=picture,
        language=language,
        scores=tuple(scores),
        held=pair.pair_id is not None,
    )


def _named(pair: LabelledPair, result: Result) -> Result:
    """In folders nobody counts rows: who left something out says which file."""
    if isinstance(result, ScoredPair) or pair.picture is None:
        return result
    return replace(result, picture=pair.picture.name)


def _read(path: Path | None, most_bytes: int) -> bytes | str:
    """Return the bytes, or what is the matter with the file."""
    try:
        if path is None or not path.is_file():
            return "its picture is not there"
        if path.stat().st_size > most_bytes:
            return f"its picture has more than IMAGE_MAX_BYTES ({most_bytes})"
        return path.read_bytes()
    except OSError as error:
        return f"its picture cannot be read ({type(error).__name__})"


def _detected(caption: str, configuration: Configuration) -> str | None:
    found = measure_language(caption, configuration.names("LANGUAGE_DETECTORS"))
    return None if found is None else found.label
