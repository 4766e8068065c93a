"""Claims about batches of pictures that models score, and about what a worker may say of them."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from crawler.scoring import Scoring
from crawler.worker_frames import PageFlaw, PageRefused
from crawler.worker_tasks import Asked, Said, Scored, ScoreRequest
from crawler.workers import WorkerDied, WorkerNotStarted, WorkerTooSlow
from filters.facts import Score
from filters.measure.glimpse import Glimpse
from filters.models import ModelCard, Models

SAFE = ModelCard(name="safe", revision="1" * 32, unit="probability")
FIT = ModelCard(name="fit", revision="2" * 32, unit="log-odds")
ENGLISH = ModelCard(name="english", revision="3" * 32, unit="cosine", languages=("en",))
MODELS = Models(safety=(SAFE,), fit=(FIT, ENGLISH))
BAD = "a caption that kills"


def asked(caption: str | None = "a caption", *, language: str | None = "en", safety: bool = True) -> Asked:
    return Asked(
        glimpse=Glimpse(width_px=1, height_px=1, rgb=b"\0\0\0"), safety=safety, caption=caption, language=language
    )


def given(card: ModelCard, value: float = 0.5) -> Score:
    return Score(model=card.name, revision=card.revision, value=value)


def all_of_it(request: ScoreRequest) -> tuple[Said, ...]:
    return tuple(
        Said(
            safety=(given(SAFE),) if each.safety else None,
            fit=None if each.caption is None else tuple(given(card) for card in (FIT, ENGLISH)),
        )
        for each in request.asked
    )


class Workers:
    """Answer as they are told, once `open` is set, and note how large each batch was."""

    def __init__(self, answer: Callable[[ScoreRequest], tuple[Said, ...]] = all_of_it, *, size: int = 1) -> None:
        self.size = size
        self.batches: list[int] = []
        self._answer = answer

    async def run(self, request: ScoreRequest) -> Scored:
        self.batches.append(len(request.asked))
        for _ in range(3):
            await asyncio.sleep(0)  # others come while it works
        return Scored(models=MODELS, side_px=64, said=self._answer(request))


def ask(workers: Workers, *wanted: Asked, batch: int = 4) -> list[Said]:
    async def all_at_once() -> list[Said]:
        scoring = Scoring(workers, MODELS, side_px=64, batch=batch)
        async with asyncio.timeout(5):
            return await asyncio.gather(*map(scoring.ask, wanted))

    return asyncio.run(all_at_once())


def failures(scores: Sequence[Score] | None) -> list[str | None]:
    assert scores is not None
    assert all((each.value is None) == (each.failure is not None) for each in scores)
    return [each.failure for each in scores]


def test_what_waits_is_one_batch_of_at_most_so_many() -> None:
    workers = Workers()
    assert len(ask(workers, *[asked()] * 11)) == 11
    assert workers.batches == [4, 4, 3]


def test_idle_workers_share_what_waits() -> None:
    workers = Workers(size=2)
    ask(workers, *[asked()] * 6)
    assert workers.batches == [4, 2]


def test_scores_of_every_model_that_is_asked_come_back() -> None:
    assert ask(Workers(), asked()) == [Said(safety=(given(SAFE),), fit=(given(FIT), given(ENGLISH)))]
    assert ask(Workers(), asked(None)) == [Said(safety=(given(SAFE),), fit=None)]
    assert ask(Workers(), asked(language="de", safety=False)) == [Said(safety=None, fit=(given(FIT),))]
    assert ask(Workers(), asked(language=None, safety=False)) == [Said(safety=None, fit=(given(FIT),))]


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        (WorkerDied("it died"), "crashed"),
        (PageRefused(PageFlaw.TOO_DEEP), "crashed"),
        (WorkerTooSlow("it was ended"), "too-slow"),
        (WorkerNotStarted("a model was altered"), "not-ready"),
        (ValueError("no caption that can be sent"), "crashed"),
    ],
    ids=lambda each: type(each).__name__,
)
def test_only_what_ends_its_worker_goes_without_a_score(trouble: Exception, code: str) -> None:
    def answer(request: ScoreRequest) -> tuple[Said, ...]:
        if any(each.caption == BAD for each in request.asked):
            raise trouble
        return all_of_it(request)

    workers = Workers(answer)
    first, bad, last = ask(workers, asked(), asked(BAD), asked())
    assert workers.batches == [3, 1, 1, 1]
    assert failures(bad.safety) == [code]
    assert failures(bad.fit) == [code, code]
    assert first == last == all_of_it(ScoreRequest(asked=(asked(),)))[0]


def test_a_worker_that_was_killed_by_somebody_costs_no_score() -> None:
    def killed_once(request: ScoreRequest) -> tuple[Said, ...]:
        if len(workers.batches) == 1:
            raise WorkerDied("it was killed")
        return all_of_it(request)

    workers = Workers(killed_once)
    assert ask(workers, asked()) == list(all_of_it(ScoreRequest(asked=(asked(),))))
    assert workers.batches == [1, 1]


@pytest.mark.parametrize(
    ("trouble", "times"), [(WorkerDied("it died"), 2), (WorkerTooSlow("it was ended"), 1)], ids=["dies", "hangs"]
)
def test_what_ends_every_worker_is_given_up(trouble: Exception, times: int) -> None:
    def answer(request: ScoreRequest) -> tuple[Said, ...]:
        raise trouble

    workers = Workers(answer)
    [said] = ask(workers, asked(None))
    assert failures(said.safety) != [None]
    assert workers.batches == [1] * times


@pytest.mark.parametrize(
    ("score", "failure"),
    [
        (replace(given(SAFE), revision="9" * 32), "not-ready"),
        (replace(given(SAFE), model="other"), "not-ready"),
        (replace(given(SAFE), value=float("nan")), "not-ready"),
        (replace(given(SAFE), value=float("inf")), "not-ready"),
        (replace(given(SAFE), failure="crashed"), "not-ready"),
        (replace(given(SAFE), value=None), "not-ready"),
        (replace(given(SAFE), value=None, failure="a caption of " + "x" * 20), "not-ready"),
        (replace(given(SAFE), value=None, failure="not-a-number"), "not-a-number"),
        (replace(given(SAFE), value=None, failure="crashed"), "crashed"),
    ],
)
def test_only_numbers_of_the_models_of_the_run_count(score: Score, failure: str) -> None:
    [said] = ask(Workers(lambda request: (Said(safety=(score,)),)), asked(None))
    assert failures(said.safety) == [failure]
    assert said.safety is not None
    assert (said.safety[0].model, said.safety[0].revision) == (SAFE.name, SAFE.revision)


@pytest.mark.parametrize("said", [(), (Said(safety=(given(SAFE),)),) * 3])
def test_an_answer_of_another_length_counts_for_nothing(said: tuple[Said, ...]) -> None:
    for each in ask(Workers(lambda request: said), asked(None), asked(None)):
        assert failures(each.safety) == ["crashed"]


def test_an_answer_that_leaves_out_what_was_asked_counts_for_nothing() -> None:
    [said] = ask(Workers(lambda request: (Said(),)), asked())
    assert failures(said.safety) == ["crashed"]
    assert failures(said.fit) == ["crashed", "crashed"]


def test_who_waits_for_workers_that_are_ended_is_told() -> None:
    def ended(request: ScoreRequest) -> tuple[Said, ...]:
        raise asyncio.CancelledError

    async def waiting() -> list[Said | BaseException]:
        scoring = Scoring(Workers(ended), MODELS, side_px=64, batch=2)
        return await asyncio.gather(*[scoring.ask(asked()) for _ in range(3)], return_exceptions=True)

    assert [type(each) for each in asyncio.run(waiting())] == [asyncio.CancelledError] * 3


def test_who_has_given_up_is_not_asked_for() -> None:
    async def giving_up(workers: Workers) -> Said:
        scoring = Scoring(workers, MODELS, side_px=64, batch=8)
        gone = asyncio.ensure_future(scoring.ask(asked()))
        await asyncio.sleep(0)
        gone.cancel()
        return await scoring.ask(asked())

    workers = Workers()
    assert asyncio.run(giving_up(workers)).fit is not None
    assert sum(workers.batches) <= 2


def test_who_asks_while_the_last_worker_leaves_is_answered_too() -> None:
    """The worker has seen that nobody waits, and what it did has not yet ended, when the second asks."""

    async def one_after_the_other() -> Said:
        leaving = asyncio.Event()

        class Leaving(Workers):
            async def run(self, request: ScoreRequest) -> Scored:
                scored = await super().run(request)
                leaving.set()
                return scored

        scoring = Scoring(Leaving(), MODELS, side_px=64, batch=4)
        first = asyncio.create_task(scoring.ask(asked()))
        await leaving.wait()
        async with asyncio.timeout(5):
            second = await scoring.ask(asked())
        assert await first == second
        return second

    assert asyncio.run(one_after_the_other()).fit is not None
