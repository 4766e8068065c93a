"""Start one worker process, ask it under a time limit, and end it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from crawler.worker_frames import receive, send

MAX_REPLY_BYTES = 64 << 20
START_TIMEOUT_S = 60.0
FRUGAL: Final = {
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    "MALLOC_MMAP_THRESHOLD_": str(4 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(16 << 20),
}
"""For the environment of a worker. One job has one core. glibc would give the memory of each picture back and fetch it
for the next: a tenth of the time of an inspection."""

_MAX_GREETING_BYTES = 10_000
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES")
_CODE = Path(__file__).parents[1]


class WorkerError(Exception):
    """A job got no answer. The text tells of the worker, never of the job."""


class WorkerDied(WorkerError):
    """The worker crashed, was killed, ran out of memory, or its answer made no sense."""


class WorkerTooSlow(WorkerError):
    """The job ran past its limit, and its worker was killed."""


class WorkerNotStarted(RuntimeError):
    """No worker can even start."""


class WorkerLink:
    """One worker process and our end of its pipe. It belongs to one thread; only `kill` may be called by another."""

    def __init__(self, task_path: str, memory_bytes: int, given: Sequence[str] = ()) -> None:
        self.jobs = 0
        self._ready = False
        self._pipe, theirs = socket.socketpair()
        with theirs:
            try:
                self._process = start_process(theirs.fileno(), [task_path, str(memory_bytes), *given], environment())
            except OSError as problem:
                self._pipe.close()
                raise WorkerNotStarted(f"a worker process cannot be started: {problem.strerror}") from problem

    def wait_until_ready(self) -> None:
        if self._ready:
            return
        try:
            greeting = receive(self._pipe, _MAX_GREETING_BYTES, time.monotonic() + START_TIMEOUT_S)
        except OSError as problem:
            self._end()
            raise WorkerNotStarted(f"a worker process ended before it was ready{self._status()}") from problem
        if greeting:
            raise WorkerNotStarted(f"a worker process could not load its task: {greeting.decode(errors='replace')}")
        self._ready = True

    def ask(self, message: bytes, timeout_s: float) -> bytearray:
        self.jobs += 1
        deadline = time.monotonic() + timeout_s
        try:
            send(self._pipe, message, deadline)
            return receive(self._pipe, MAX_REPLY_BYTES, deadline)
        except TimeoutError:
            raise WorkerTooSlow(f"a worker was ended after {timeout_s:g} s") from None
        except OSError:
            self._end()
            raise WorkerDied(f"a worker gave no answer{self._status()}") from None

    def kill(self) -> None:
        self._process.kill()

    def discard(self) -> None:
        self._end()
        self._pipe.close()

    def _end(self) -> None:
        self._process.kill()
        self._process.wait()

    def _status(self) -> str:
        return f" (exit status {self._process.returncode})"


def start_process(pipe_fd: int, arguments: Sequence[str], variables: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "crawler.worker_process", str(pipe_fd), *arguments],
        pass_fds=(pipe_fd,),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,  # a decoder's warnings could hold what a picture or a page says
        start_new_session=True,
        env=variables,
    )


def environment() -> dict[str, str]:
    """Hand a worker no secret, and let no library in it report to its maker."""
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {**passed_on, **FRUGAL, "ORT_DISABLE_TELEMETRY": "1", "PYTHONPATH": str(_CODE)}
