"""What a worker says counts only for the bytes that it was sent; others are asked only about what is clean here."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from crawler.byte_budget import ByteBudget
from crawler.inspection import Inspection
from crawler.items import Downloaded
from crawler.pictures import Picture
from crawler.stopping import Stopped, StopSign
from crawler.worker_tasks import Asked, Inspected, InspectRequest, Said
from filters.consistency import Consistency
from filters.decision import Decision, Lineup
from filters.exact_hash import ExactHash
from filters.facts import Facts, Fetched, Flaw, RemoteAnswer, RemoteSays, Score
from filters.facts import Picture as Seen
from filters.image_shape import ImageShape
from filters.indexes.terms import load_terms
from filters.measure.digests import measure_digests
from filters.measure.glimpse import Glimpse
from filters.measure.private_metadata.patches import Patch
from filters.models import ModelCard
from filters.near_hash import NearHash
from filters.remote_match import RemoteMatch
from filters.safety import Safety
from filters.verdict import Verdict
from tests.crawler.pairs import candidate, fetched
from tests.filters.known_lists import Listed, known, known_hash, known_pdq
from tests.filters.subjects import AT, MODELS
from tests.filters.subjects import picture as seen

BODY = b"the bytes of a picture"


class Worker:
    """Answers what it is told to; with a glimpse if one is asked for."""

    def __init__(self, answer: Facts, glimpse: Glimpse | None = None) -> None:
        self._answer = answer
        self._glimpse = glimpse

    async def run(self, request: InspectRequest) -> Inspected:
        return Inspected(facts=self._answer, glimpse=self._glimpse if request.glimpse_px else None)


class Services:
    """Answer about every picture, and count."""

    def __init__(self, *names: str, says: RemoteSays = RemoteSays.NO_MATCH) -> None:
        self.names = names
        self.says = says
        self.times = 0

    async def ask(self, body: bytes, picture: Seen) -> tuple[RemoteAnswer, ...]:
        self.times += 1
        return tuple(RemoteAnswer(matcher=each, version="1", says=self.says, asked_at=AT) for each in self.names)


def judged_by(worker: Worker) -> Facts:
    async def judge() -> Facts:
        outcome: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        picture = Picture(outcome, body=BODY)  # type: ignore[arg-type]  # nobody waits for it here
        with ThreadPoolExecutor(1) as judging:
            inspection = Inspection(
                lambda: Lineup(filters=(), epoch=1),
                worker,
                judging,
                StopSign(),
                Services(),
                max_pixels=1,
                max_frames=1,
            )
            found = await inspection.judge(Downloaded(candidate=candidate(), fetched=fetched(), picture=picture))
        assert found is not None
        return found[1]

    return asyncio.run(judge())


def test_facts_of_other_bytes_count_as_a_crash() -> None:
    true = measure_digests(BODY)
    assert judged_by(Worker(Facts(digests=true, flaw=Flaw.BOMB))) == Facts(digests=true, flaw=Flaw.BOMB)
    lie = Facts(digests=replace(true, sha256="0" * 64))
    assert judged_by(Worker(lie)) == Facts(digests=true, flaw=Flaw.INSPECTION_CRASHED)


def test_candidates_of_one_picture_share_what_is_stored_and_it_counts_among_the_bytes_held() -> None:
    """A page may show one large picture under hundreds of captions."""

    async def stored() -> tuple[list[bytes | None], int]:
        budget = ByteBudget(1000)
        held = Picture(
            asyncio.get_running_loop().create_future(), body=BODY, patches=(Patch(offset=4, replacement=b"BYTES"),)
        )
        held.ticket, held.holders = await budget.reserve(len(BODY)), 1
        with ThreadPoolExecutor(1) as judging:
            worker = Worker(Facts(digests=measure_digests(BODY)))
            inspection = Inspection(lineup, worker, judging, StopSign(), Services(), max_pixels=1, max_frames=1)
            found = await asyncio.gather(*(inspection.stored_bytes(held) for _ in range(3)))
        used = budget.used_bytes
        held.let_go()
        assert (held.stored, budget.used_bytes) == (None, 0)
        return found, used

    found, used = asyncio.run(stored())
    assert set(found) == {b"the BYTES of a picture"}
    assert len(set(map(id, found))) == 1
    assert used == 2 * len(BODY)


def lineup() -> Lineup:
    return Lineup(filters=(ImageShape(min_bytes=1), RemoteMatch(["hma@a"])), epoch=1)


async def judged(
    services: Services, shown: Seen, *, times: int = 1, by: Callable[[], Lineup] = lineup
) -> list[str | None]:
    outcome: asyncio.Future[Fetched] = asyncio.get_running_loop().create_future()
    held = Picture(outcome, body=BODY)  # type: ignore[arg-type]  # nobody waits for it here
    worker = Worker(Facts(digests=measure_digests(BODY), picture=shown))
    with ThreadPoolExecutor(1) as judging:
        inspection = Inspection(by, worker, judging, StopSign(), services, max_pixels=1, max_frames=1)
        item = Downloaded(candidate=candidate(), fetched=fetched(), picture=held)
        found = [await inspection.judge(item) for _ in range(times)]
    said = ["bytes gone" if each is None else each[0].decisive for each in found]
    return [each.reason if isinstance(each, Verdict) else each for each in said]


def test_services_are_asked_once_for_all_candidates_of_a_picture() -> None:
    services = Services("hma@a")
    assert asyncio.run(judged(services, seen(), times=3)) == [None] * 3
    assert services.times == 1


def test_services_are_asked_about_nothing_that_is_not_clean_here() -> None:
    services = Services("hma@a")
    assert asyncio.run(judged(services, seen(width_px=9))) == ["image.too-small"]
    assert services.times == 0


def test_what_a_service_knows_is_a_match() -> None:
    assert asyncio.run(judged(Services("hma@a", says=RemoteSays.MATCH), seen())) == ["hash.remote-match"]


def test_what_a_service_did_not_answer_is_unsure_for_every_candidate() -> None:
    services = Services("hma@a", says=RemoteSays.FAILED)
    assert asyncio.run(judged(services, seen(), times=2)) == ["remote.not-ready"] * 2
    assert services.times == 1


def test_with_no_service_configured_but_one_wanted_nothing_is_clean() -> None:
    assert asyncio.run(judged(Services(), seen())) == ["remote.not-ready"]


def test_bytes_that_are_gone_are_fetched_again_before_a_service_is_asked() -> None:
    async def without_bytes() -> object:
        outcome: asyncio.Future[Fetched] = asyncio.get_running_loop().create_future()
        known = Facts(digests=measure_digests(BODY), picture=seen())
        held = Picture(outcome, facts=known)  # type: ignore[arg-type]  # nobody waits for it here
        with ThreadPoolExecutor(1) as judging:
            worker = Worker(known)
            inspection = Inspection(lineup, worker, judging, StopSign(), Services("hma@a"), max_pixels=1, max_frames=1)
            return await inspection.judge(Downloaded(candidate=candidate(), fetched=fetched(), picture=held))

    assert asyncio.run(without_bytes()) is None


@pytest.mark.parametrize(("near", "reason"), [((known_pdq(),), "hash.near-list"), ((), "hash.suspect")])
def test_what_is_suspected_by_its_digest_is_measured_for_a_confirmed_entry_may_be_near(
    near: tuple[Listed, ...], reason: str
) -> None:
    material = known(known_hash(measure_digests(BODY).sha256, category="DISPUTED"), *near)
    by = Lineup(filters=(ExactHash(material), NearHash(material)), epoch=1)
    assert asyncio.run(judged(Services(), seen(), by=lambda: by)) == [reason]


GLIMPSE = Glimpse(width_px=1, height_px=1, rgb=b"\1\2\3")


class Models:
    """Give each picture one safety score and each caption one that it fits, and note what was asked."""

    models = MODELS
    side_px = 64

    def __init__(self, *, safety: float = 0.01, ended: bool = False, dead: bool = False) -> None:
        self.asked: list[Asked] = []
        self._dead = dead
        self._safety = safety
        self._ended = ended

    async def ask(self, asked: Asked) -> Said:
        if self._ended:
            raise asyncio.CancelledError
        self.asked.append(asked)
        return self.failed(asked, "crashed") if self._dead else self._said(asked, self._safety, 1.5, None)

    def failed(self, asked: Asked, why: str) -> Said:
        return self._said(asked, None, None, why)

    def _said(self, asked: Asked, safety: float | None, fit: float | None, why: str | None) -> Said:
        return Said(
            safety=tuple(_score(each, safety, why) for each in MODELS.safety) if asked.safety else None,
            fit=tuple(_score(each, fit, why) for each in MODELS.fit),
        )


def _score(card: ModelCard, value: float | None, why: str | None) -> Score:
    return Score(model=card.name, revision=card.revision, value=value, failure=why)


def with_models() -> Lineup:
    """Name thresholds that the scores of `Models` pass."""
    terms = load_terms()
    at = {"opennsfw": 0.8}
    safety = Safety(MODELS.safety, drop=at, hold=at, drop_with_minor=at, terms=terms)
    fits = Consistency(MODELS.fit, {"label-consistency": 1.0}, allow_unmeasured=False)
    return Lineup(filters=(ImageShape(min_bytes=1), safety, fits, RemoteMatch(["hma@a"])), epoch=1)


async def scored(
    models: Models,
    *captions: str,
    shown: Seen | None = None,
    picture: Picture | None = None,
    glimpse: Glimpse | None = GLIMPSE,
    services: Services | None = None,
    stop: StopSign | None = None,
) -> list[tuple[Decision, Facts] | None]:
    """Judge one picture under each caption."""
    outcome: asyncio.Future[Fetched] = asyncio.get_running_loop().create_future()
    held = picture or Picture(outcome, body=BODY)  # type: ignore[arg-type]  # nobody waits for it here
    worker = Worker(Facts(digests=measure_digests(BODY), picture=shown or seen()), glimpse)
    services = services or Services("hma@a")
    with ThreadPoolExecutor(1) as judging:
        inspection = Inspection(
            with_models, worker, judging, stop or StopSign(), services, models, max_pixels=1, max_frames=1
        )
        items = [
            Downloaded(candidate=replace(candidate(), text=each), fetched=fetched(), picture=held) for each in captions
        ]
        return [await inspection.judge(item) for item in items]


def reasons(found: list[tuple[Decision, Facts] | None]) -> list[str | None]:
    said = [None if each is None else each[0].decisive for each in found]
    return [None if each is None else each.reason for each in said]


def test_safety_is_asked_once_for_a_picture_and_fit_for_each_caption() -> None:
    models, services = Models(), Services("hma@a")
    found = asyncio.run(scored(models, "one caption", "another", services=services))
    assert [(each.safety, each.caption) for each in models.asked] == [(True, "one caption"), (False, "another")]
    assert reasons(found) == [None, None]
    assert services.times == 1
    for each in found:
        assert each is not None
        assert each[1].remote is not None
        assert [score.value for score in (*(each[1].safety or ()), *(each[1].fit or ()))] == [0.01, 1.5]


def test_the_fit_of_one_caption_is_no_fact_about_the_picture() -> None:
    async def judging() -> Facts | None:
        held = Picture(asyncio.get_running_loop().create_future(), body=BODY)
        await scored(Models(), "one caption", picture=held)
        return held.facts

    kept = asyncio.run(judging())
    assert kept is not None
    assert (kept.fit, kept.safety is None, kept.remote is None) == (None, False, False)


def test_models_are_asked_about_nothing_that_is_not_clean_before() -> None:
    models = Models()
    assert reasons(asyncio.run(scored(models, "a caption", shown=seen(width_px=9)))) == ["image.too-small"]
    assert models.asked == []


def test_services_are_asked_about_nothing_that_a_model_finds_unsafe() -> None:
    services = Services("hma@a")
    assert reasons(asyncio.run(scored(Models(safety=0.9), "a caption", services=services))) == ["safety.nsfw"]
    assert services.times == 0


def test_without_a_glimpse_nothing_is_clean() -> None:
    models = Models()
    assert reasons(asyncio.run(scored(models, "a caption", glimpse=None))) == ["model.not-ready"]
    assert models.asked == []


def test_a_picture_whose_glimpse_is_gone_is_fetched_again() -> None:
    async def judging() -> list[tuple[Decision, Facts] | None]:
        known = Facts(digests=measure_digests(BODY), picture=seen())
        held = Picture(asyncio.get_running_loop().create_future(), facts=known)
        return await scored(Models(), "a caption", picture=held)

    assert asyncio.run(judging()) == [None]


def test_a_run_that_stops_leaves_what_was_to_be_scored() -> None:
    stop = StopSign()
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(scored(Models(ended=True), "a caption", stop=stop))
    stop.raise_it("stopped")
    with pytest.raises(Stopped):
        asyncio.run(scored(Models(ended=True), "a caption", stop=stop))


def test_what_was_being_scored_when_the_workers_were_ended_is_left_for_the_resumption() -> None:
    stop = StopSign()
    assert reasons(asyncio.run(scored(Models(dead=True), "a caption", stop=stop))) == ["model.not-ready"]
    stop.raise_it("stopped")
    assert reasons(asyncio.run(scored(Models(), "a caption", stop=stop))) == [None]
    with pytest.raises(Stopped):
        asyncio.run(scored(Models(dead=True), "a caption", stop=stop))


def test_scores_that_come_with_what_was_measured_count_for_nothing() -> None:
    measured = Facts(digests=measure_digests(BODY), picture=seen(), safety=())
    assert judged_by(Worker(measured)) == Facts(digests=measure_digests(BODY), flaw=Flaw.INSPECTION_CRASHED)
