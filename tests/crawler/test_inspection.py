"""What a worker says counts only for the bytes that it was sent."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from crawler.inspection import Inspection
from crawler.items import Downloaded
from crawler.pictures import Picture
from crawler.stopping import StopSign
from filters.decision import Lineup
from filters.facts import Facts, Flaw
from filters.measure.digests import measure_digests
from tests.crawler.pairs import candidate, fetched

BODY = b"the bytes of a picture"


class Worker:
    """Answers what it is told to."""

    def __init__(self, answer: Facts) -> None:
        self._answer = answer

    async def run(self, request: object) -> Facts:
        return self._answer


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
