"""Run jobs on hostile bytes in worker processes that may hang, crash or grow without harm to the crawl.

A slot is a thread and the worker process it talks to. A worker that dies, is too slow or answers nonsense is killed:
exactly the job it held fails, and the slot's next job gets a new one. Bytes travel by an anonymous pipe only.

    WorkerError ─┬─ WorkerDied      the worker crashed, was killed, ran out of memory, or its answer made no sense
                 └─ WorkerTooSlow   the job ran past its limit
    WorkerNotStarted                no worker can even start: a defect of the installation, for the operator
    PageRefused                     the page itself is the matter
"""

import asyncio
import os
import queue
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Generic, Literal, NotRequired, TypedDict, TypeVar, Unpack, overload

import msgspec

from crawler.extracted import Extracted, Sitemap
from crawler.worker_frames import PageRefused, Reply, find_task, request_and_result
from crawler.worker_link import WorkerDied, WorkerError, WorkerLink, WorkerNotStarted, WorkerTooSlow
from crawler.worker_tasks import (
    ExtractRequest,
    Inspected,
    InspectRequest,
    Scored,
    ScoreRequest,
    SitemapRequest,
)

__all__ = ["PageRefused", "WorkerDied", "WorkerError", "WorkerNotStarted", "WorkerPool", "WorkerTooSlow", "cores"]

JOBS_PER_WORKER = 1000
"""A worker is replaced after so many: libxml2 keeps every name a page ever used, and hostile pages make up names."""

Request = TypeVar("Request")
Result = TypeVar("Result")


def cores() -> int:
    """Return on how many cores this process may run: a container can have fewer than the machine."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Limits(TypedDict):
    size: int
    timeout_s: float
    memory_bytes: int
    given: NotRequired[str]
    is_renewed: NotRequired[bool]


class WorkerPool(Generic[Request, Result]):
    """Slots for one task: `inspect`, `extract`, `sitemap`, `score`, or the `module:function` of another.

    `timeout_s` counts from when a worker takes a job up, not from when the job was queued. `memory_bytes` is the
    address space of a worker; 0: as much as there is. `given` is handed to the task when it is loaded. Workers that are
    not `is_renewed` live as long as the pool.
    """

    @overload
    def __init__(
        self: "WorkerPool[InspectRequest, Inspected]", task: Literal["inspect"], **limits: Unpack[_Limits]
    ) -> None: ...
    @overload
    def __init__(
        self: "WorkerPool[ExtractRequest, Extracted]", task: Literal["extract"], **limits: Unpack[_Limits]
    ) -> None: ...
    @overload
    def __init__(
        self: "WorkerPool[SitemapRequest, Sitemap]", task: Literal["sitemap"], **limits: Unpack[_Limits]
    ) -> None: ...
    @overload
    def __init__(
        self: "WorkerPool[ScoreRequest, Scored]", task: Literal["score"], **limits: Unpack[_Limits]
    ) -> None: ...
    @overload
    def __init__(self: "WorkerPool[Any, Any]", task: str, **limits: Unpack[_Limits]) -> None: ...
    def __init__(
        self,
        task: str,
        *,
        size: int,
        timeout_s: float,
        memory_bytes: int,
        given: str | None = None,
        is_renewed: bool = True,
    ) -> None:
        path = task if ":" in task else f"crawler.worker_tasks:{task}"
        self._decoder: msgspec.msgpack.Decoder[Result] = msgspec.msgpack.Decoder(request_and_result(find_task(path))[1])
        self._timeout_s = timeout_s
        arguments = () if given is None else (given,)
        self._slots = [_Slot(path, memory_bytes, arguments, is_renewed=is_renewed) for _ in range(size)]
        self._idle: queue.SimpleQueue[_Slot] = queue.SimpleQueue()
        for slot in self._slots:
            self._idle.put(slot)
        self._threads = ThreadPoolExecutor(size, thread_name_prefix=f"worker-{task}")

    async def run(self, request: Request) -> Result:
        """Return a worker's answer, or raise WorkerDied, WorkerTooSlow or PageRefused."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._run, request)

    @property
    def size(self) -> int:
        return len(self._slots)

    def ask_each(self, request: Request) -> "list[Future[Result]]":
        """Have every worker started and asked once, all at the same time, before any other job is given."""
        return [self._threads.submit(self._run, request) for _ in self._slots]  # slots are taken in turn

    async def warm_up(self) -> None:
        """Start every worker now, so that a run that cannot start any ends at its start."""
        loop = asyncio.get_running_loop()
        await asyncio.gather(*(loop.run_in_executor(self._threads, self._start_one) for _ in self._slots))

    def close(self) -> None:
        """End all workers. Jobs they hold raise WorkerDied; jobs still queued are cancelled."""
        for slot in self._slots:
            slot.close()
        self._threads.shutdown(wait=True, cancel_futures=True)
        for slot in self._slots:
            slot.discard()

    def _run(self, request: Request) -> Result:
        slot = self._idle.get_nowait()  # there are as many threads as slots
        try:
            return slot.ask(msgspec.msgpack.encode(request), self._timeout_s, self._decoder)
        finally:
            self._idle.put(slot)

    def _start_one(self) -> None:
        slot = self._idle.get_nowait()
        try:
            slot.ready_link()
        finally:
            self._idle.put(slot)


class _Slot:
    """At most one living worker. Everything but `close` is called by the one thread that holds the slot."""

    def __init__(self, path: str, memory_bytes: int, given: Sequence[str], *, is_renewed: bool) -> None:
        self._path = path
        self._memory_bytes = memory_bytes
        self._given = given
        self._is_renewed = is_renewed
        self._link: WorkerLink | None = None
        self._lock = threading.Lock()
        self._closed = False

    def ask(self, message: bytes, timeout_s: float, decoder: msgspec.msgpack.Decoder[Result]) -> Result:
        link = self.ready_link()
        try:
            return _answer(link.ask(message, timeout_s), decoder)
        except WorkerError:
            self.discard()
            raise

    def ready_link(self) -> WorkerLink:
        if self._is_renewed and self._link is not None and self._link.jobs >= JOBS_PER_WORKER:
            self.discard()
        link = self._link or self._start()
        try:
            link.wait_until_ready()
        except WorkerNotStarted:
            self.discard()
            raise
        return link

    def discard(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            link.discard()

    def close(self) -> None:
        """Kill the worker, which ends the wait of a thread that holds the slot, and start no other."""
        with self._lock:
            self._closed = True
            if (link := self._link) is not None:
                link.kill()

    def _start(self) -> WorkerLink:
        with self._lock:
            if self._closed:
                raise WorkerDied("the pool of workers was closed")
            self._link = WorkerLink(self._path, self._memory_bytes, self._given)
            return self._link


def _answer(message: bytearray, decoder: msgspec.msgpack.Decoder[Result]) -> Result:
    """Decode into declared types and nothing else; a worker that was taken over can lie, but run nothing here."""
    try:
        reply = _REPLY.decode(message)
        if reply.result is not None:
            return decoder.decode(reply.result)
    except (msgspec.MsgspecError, ValueError, TypeError, RecursionError) as problem:
        raise WorkerDied(f"a worker's answer made no sense ({type(problem).__name__})") from None
    if reply.refused is not None:
        raise PageRefused(reply.refused)
    raise WorkerDied(f"a worker's job crashed ({(reply.crashed or '')[:40]})")


_REPLY = msgspec.msgpack.Decoder(Reply)
