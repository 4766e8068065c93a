"""Be a worker: do jobs on hostile bytes one at a time, until the crawl closes the pipe or ends this process.

Started by `crawler.worker_link`, never by hand: `python -m crawler.worker_process PIPE_FD TASK MEMORY_BYTES
[ARGUMENT]`; with 0 for MEMORY_BYTES it may use as much as there is, and ARGUMENT is handed to the task.
"""

import ctypes
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from crawler.worker_frames import BrokenPipe, PageRefused, Reply, find_task, receive, request_and_result, send

OUT_OF_MEMORY_STATUS = 9

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_MAX_REQUEST_BYTES = 2**32 - 1  # the crawl is trusted; RLIMIT_AS is the limit that counts


def main(pipe_fd: int, path: str, memory_bytes: str, *given: str) -> None:
    with socket.socket(fileno=pipe_fd) as pipe:
        _harden(int(memory_bytes))
        try:
            work = _load(path, given)
        except Exception as problem:  # noqa: BLE001 - whatever it is, the crawl shows it to the operator
            send(pipe, f"{type(problem).__name__}: {problem}".encode())
            return
        send(pipe, b"")
        _work_until_closed(pipe, work)


def _harden(memory_bytes: int) -> None:
    """Leave nothing of a picture behind: no core file, no reading from outside, and die with the crawl."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is for the crawl to say when a worker ends
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform.startswith("linux"):
        if memory_bytes:
            resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
        libc = ctypes.CDLL(None)
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def _load(path: str, given: Sequence[str]) -> Callable[[bytearray], Reply]:
    task = find_task(path)
    decoder = msgspec.msgpack.Decoder(request_and_result(task)[0])
    work = task(*given)
    return lambda message: _reply(work, decoder, message)


def _reply(work: Callable[[Any], object], decoder: msgspec.msgpack.Decoder[Any], message: bytearray) -> Reply:
    try:
        return Reply(result=msgspec.msgpack.encode(work(decoder.decode(message))))
    except PageRefused as refusal:
        return Reply(refused=refusal.reason)
    except MemoryError:
        os._exit(OUT_OF_MEMORY_STATUS)  # nothing that runs after this can be relied on
    except Exception as crash:  # noqa: BLE001 - told by its name; its text could hold a caption or an address
        return Reply(crashed=type(crash).__name__)


def _work_until_closed(pipe: socket.socket, work: Callable[[bytearray], Reply]) -> None:
    try:
        while True:
            send(pipe, msgspec.msgpack.encode(work(receive(pipe, _MAX_REQUEST_BYTES))))
    except (BrokenPipe, ConnectionError):
        return


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
