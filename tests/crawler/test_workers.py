"""Claims about worker processes, made with workers that hang, die, grow and lie."""

import asyncio
import os
import resource
import time
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

import crawler.workers
from crawler.worker_frames import PageFlaw
from crawler.workers import PageRefused, WorkerDied, WorkerNotStarted, WorkerPool, WorkerTooSlow, cores
from tests.crawler.worker_tasks import Done, Order

GIB = 1 << 30
TASK = "tests.crawler.worker_tasks:misbehave"

Pool = WorkerPool[Any, Any]


@pytest.fixture
def pool() -> Iterator[Pool]:
    made: Pool = WorkerPool(TASK, size=1, timeout_s=20, memory_bytes=GIB)
    yield made
    made.close()


def ask(pool: Pool, do: str, **more: Any) -> Done:
    answer = asyncio.run(pool.run(Order(do=do, **more)))
    assert isinstance(answer, Done)
    return answer


def test_an_answer_comes_back_as_the_declared_type(pool: Pool) -> None:
    body = os.urandom(20_000_000)
    assert ask(pool, "answer", body=body).size == len(body)


def test_one_worker_does_many_jobs(pool: Pool) -> None:
    assert len({ask(pool, "answer").pid for _ in range(20)}) == 1


def test_a_worker_is_replaced_after_many_jobs(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crawler.workers, "JOBS_PER_WORKER", 2)
    assert len({ask(pool, "answer").pid for _ in range(6)}) == 3


@pytest.mark.parametrize(
    "order",
    [
        Order(do="abort"),
        Order(do="exit"),
        Order(do="grow", amount=2 * GIB),
        Order(do="crash"),
        Order(do="flood"),
        Order(do="lie", body=b""),
        Order(do="lie", body=b"\xc1"),
        Order(do="lie", body=msgspec.msgpack.encode({})),
        Order(do="lie", body=msgspec.msgpack.encode({"result": msgspec.msgpack.encode({"pid": "no number"})})),
        Order(do="lie", body=msgspec.msgpack.encode({"refused": "page.made-up"})),
        Order(do="lie", body=b"\x91" * 100_000),
    ],
    ids=lambda order: f"{order.do} {order.body[:20].hex()}",
)
def test_exactly_the_job_of_a_dead_or_lying_worker_fails(pool: Pool, order: Order) -> None:
    before = ask(pool, "answer").pid
    with pytest.raises(WorkerDied) as caught:
        asyncio.run(pool.run(order))
    assert "caption" not in str(caught.value)
    assert ask(pool, "answer").pid != before


def test_a_job_that_hangs_is_cut_and_the_pool_goes_on() -> None:
    pool: Pool = WorkerPool(TASK, size=1, timeout_s=0.5, memory_bytes=GIB)
    try:
        before = ask(pool, "answer").pid
        started = time.monotonic()
        with pytest.raises(WorkerTooSlow):
            ask(pool, "hang")
        assert time.monotonic() - started < 5
        assert ask(pool, "answer").pid != before
        assert not _alive(before)
    finally:
        pool.close()


def test_a_job_that_hangs_holds_up_no_other() -> None:
    async def scenario(pool: Pool) -> list[Any]:
        await pool.warm_up()
        orders = [Order(do=do) for do in ("hang", "answer", "abort", "answer", "answer")]
        return await asyncio.gather(*map(pool.run, orders), return_exceptions=True)

    pool: Pool = WorkerPool(TASK, size=2, timeout_s=3, memory_bytes=GIB)
    try:
        answers = asyncio.run(scenario(pool))
    finally:
        pool.close()
    assert [type(each) for each in answers] == [WorkerTooSlow, Done, WorkerDied, Done, Done]


def test_a_refused_page_comes_back_as_its_reason_and_its_worker_goes_on(pool: Pool) -> None:
    before = ask(pool, "answer").pid
    with pytest.raises(PageRefused) as caught:
        ask(pool, "refuse")
    assert caught.value.reason is PageFlaw.TOO_MANY_ATTRIBUTES
    assert ask(pool, "answer").pid == before


def test_a_worker_that_is_dear_to_load_is_not_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crawler.workers, "JOBS_PER_WORKER", 2)
    pool: Pool = WorkerPool(TASK, size=1, timeout_s=20, memory_bytes=GIB, is_renewed=False)
    try:
        assert len({ask(pool, "answer").pid for _ in range(6)}) == 1
    finally:
        pool.close()


def test_every_worker_can_be_asked_once_is_handed_what_it_is_given_and_may_use_all_memory() -> None:
    given = "tests.crawler.worker_tasks:told"
    pool: Pool = WorkerPool(given, size=3, timeout_s=20, memory_bytes=0, given="something")
    try:
        answers = [each.result() for each in pool.ask_each(Order(do="tell"))]
    finally:
        pool.close()
    assert pool.size == len({each.pid for each in answers}) == 3
    assert {each.said for each in answers} == {f"something {resource.RLIM_INFINITY}"}


def test_a_worker_leaves_nothing_behind_and_dies_with_the_crawl(pool: Pool) -> None:
    told = ask(pool, "tell hardening").said
    core_bytes, memory_bytes, dumpable, killed_with_parent, ignores_interrupt, own_session = told.split(",")
    assert (core_bytes, memory_bytes, dumpable) == ("0", str(GIB), "0")
    assert (killed_with_parent, ignores_interrupt, own_session) == ("9", "True", "True")


def test_a_worker_is_handed_no_secret(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALTSIEVE_SIGNING_KEY", "00")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "00")
    names = ask(pool, "tell environment").said
    assert "KEY" not in names
    assert {"OPENBLAS_NUM_THREADS", "MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_"} <= set(names.split(","))


def test_only_the_cores_that_it_may_use_are_counted() -> None:
    allowed = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(allowed)})
        assert cores() == 1
    finally:
        os.sched_setaffinity(0, allowed)
    assert cores() == len(allowed)


def test_the_memory_limit_leaves_room_for_the_numeric_libraries(pool: Pool) -> None:
    assert ask(pool, "load numbers").said == "(64, 64)"


@pytest.mark.parametrize("name", ["cannot_load", "dies_at_once"])
def test_a_task_that_cannot_load_is_for_the_operator(name: str) -> None:
    pool: Pool = WorkerPool(f"tests.crawler.worker_tasks:{name}", size=1, timeout_s=1, memory_bytes=GIB)
    try:
        with pytest.raises(WorkerNotStarted, match=r"no decoder is installed|exit status 3"):
            asyncio.run(pool.warm_up())
    finally:
        pool.close()


def test_closing_ends_workers_that_hang() -> None:
    async def scenario(pool: Pool) -> tuple[int, Any]:
        pid = (await pool.run(Order(do="answer"))).pid
        held = asyncio.ensure_future(pool.run(Order(do="hang")))
        await asyncio.sleep(0)
        await asyncio.get_running_loop().run_in_executor(None, pool.close)
        return pid, (await asyncio.gather(held, return_exceptions=True))[0]

    pool: Pool = WorkerPool(TASK, size=1, timeout_s=60, memory_bytes=GIB)
    started = time.monotonic()
    pid, outcome = asyncio.run(scenario(pool))
    assert isinstance(outcome, WorkerDied | asyncio.CancelledError)
    assert not _alive(pid)
    assert time.monotonic() - started < 20


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
