"""What a worker says counts only for the bytes that it was sent; others are asked only about what is clean here."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from crawler.inspection import Inspection
from crawler.items import Downloaded
from crawler.pictures import Picture
from crawler.stopping import StopSign
from crawler.worker_tasks import Inspected
from filters.decision import Lineup
from filters.exact_hash import ExactHash
from filters.facts import Facts, Fetched, Flaw, RemoteAnswer, RemoteSays
from filters.facts import Picture as Seen
from filters.image_shape import ImageShape
from filters.measure.digests import measure_digests
from filters.near_hash import NearHash
from filters.remote_match import RemoteMatch
from filters.verdict import Verdict
from tests.crawler.pairs import candidate, fetched
from tests.filters.known_lists import Listed, known, known_hash, known_pdq
from tests.filters.subjects import AT
from tests.filters.subjects import picture as seen

BODY = b"the bytes of a picture"


class Worker:
    """Answers what it is told to."""

    def __init__(self, answer: Facts) -> None:
        self._answer = answer

    async def run(self, request: object) -> Inspected:
        return Inspected(facts=self._answer)


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
