"""Ask models in worker processes about pictures and captions; what waits when a worker is free is its batch."""

import asyncio
import math
from collections import deque
from collections.abc import Sequence
from typing import Final, Protocol, TypeAlias

from crawler.worker_tasks import Asked, Said, Scored, ScoreRequest
from crawler.workers import WorkerDied, WorkerTooSlow
from filters.facts import Score
from filters.models import ModelCard, Models

CRASHED: Final = "crashed"
TOO_SLOW: Final = "too-slow"
NOT_READY: Final = "not-ready"
"""The models cannot be loaded any more, or are others than those of the run."""

_Waiting: TypeAlias = tuple[Asked, "asyncio.Future[Said]"]


class ScoreWorkers(Protocol):
    """What is asked of the worker processes that hold the models."""

    @property
    def size(self) -> int: ...

    async def run(self, request: ScoreRequest) -> Scored: ...


class Scoring:
    """The models of a run. `side_px` is how long the shorter side of a glimpse should be for all of them."""

    def __init__(self, workers: ScoreWorkers, models: Models, *, side_px: int, batch: int) -> None:
        self.models = models
        self.side_px = side_px
        self._workers = workers
        self._batch = max(1, batch)
        self._waiting: deque[_Waiting] = deque()
        self._at_work: set[asyncio.Task[None]] = set()

    async def ask(self, asked: Asked) -> Said:
        """Return a score for each model of what is asked; its value is None if the model gave none that counts.

        CancelledError is raised once the workers were ended.
        """
        turn: asyncio.Future[Said] = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, turn))
        if len(self._at_work) < self._workers.size:
            self._at_work.add(asyncio.get_running_loop().create_task(self._work()))
        return await turn

    def failed(self, asked: Asked, why: str) -> Said:
        """Return what counts as no answer."""
        return self._checked(asked, Said(), why)

    async def _work(self) -> None:
        """It leaves in the same moment in which it sees that nobody waits: who comes later must not rely on it."""
        try:
            while self._waiting:
                batch = [each for each in self._next() if not each[1].done()]
                if batch:
                    await self._score(batch)
        finally:
            self._at_work = {each for each in self._at_work if each is not asyncio.current_task()}

    def _next(self) -> list[_Waiting]:
        """Leave to workers that are idle their part of it."""
        idle = self._workers.size - len(self._at_work)
        part = math.ceil(len(self._waiting) / (idle + 1))
        return [self._waiting.popleft() for _ in range(min(part, self._batch))]

    async def _score(self, batch: Sequence[_Waiting], *, alone: bool = False) -> None:
        """What was with a worker that ended is asked again one by one: it need not be what ended it."""
        try:
            scored = await self._workers.run(ScoreRequest(asked=tuple(asked for asked, _ in batch)))
        except asyncio.CancelledError:
            for _, turn in batch:
                turn.cancel()
            return
        except Exception as trouble:  # noqa: BLE001  whatever it is, nobody may wait for ever
            if len(batch) == 1 and (alone or not isinstance(trouble, WorkerDied)):
                _tell(batch[0], self.failed(batch[0][0], _code(trouble)))
                return
            for each in batch:
                await self._score([each], alone=True)
            return
        for number, each in enumerate(batch):
            whole = len(scored.said) == len(batch)
            _tell(each, self._checked(each[0], scored.said[number] if whole else Said(), CRASHED))

    def _checked(self, asked: Asked, said: Said, why: str) -> Said:
        """Return a score of each model of the run, and of no other: a worker that was taken over can say anything."""
        fit = [each for each in self.models.fit if each.measures(asked.language)]
        return Said(
            safety=_of(self.models.safety, said.safety, why) if asked.safety else None,
            fit=None if asked.caption is None else _of(fit, said.fit, why),
        )


def _of(cards: Sequence[ModelCard], scores: Sequence[Score] | None, why: str) -> tuple[Score, ...]:
    said = {each.model: each for each in scores or ()}
    return tuple(_one(card, said.get(card.name), why if scores is None else NOT_READY) for card in cards)


def _one(card: ModelCard, score: Score | None, why: str) -> Score:
    if score is not None and score.revision == card.revision and _counts(score):
        return score
    return Score(model=card.name, revision=card.revision, value=None, failure=why)


def _counts(score: Score) -> bool:
    if score.value is None:
        return score.failure is not None and len(score.failure) <= _MOST_CHARACTERS
    return math.isfinite(score.value) and score.failure is None


_MOST_CHARACTERS: Final = 20


def _code(trouble: BaseException) -> str:
    if isinstance(trouble, WorkerTooSlow):
        return TOO_SLOW
    return NOT_READY if isinstance(trouble, RuntimeError) else CRASHED


def _tell(waiting: _Waiting, said: Said) -> None:
    if not waiting[1].done():
        waiting[1].set_result(said)
