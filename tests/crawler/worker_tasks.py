"""Do in a worker what a hostile picture or page might: hang, die, grow, lie."""

import ctypes
import os
import resource
import signal
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass

from crawler.worker_frames import PageFlaw, PageRefused


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """What a worker is to do, and how much of it."""

    do: str
    amount: int = 0
    body: bytes = b""


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """What came of it."""

    pid: int
    said: str = ""
    size: int = 0


def misbehave() -> Callable[[Order], Done]:
    deeds: dict[str, Callable[[Order], str]] = {
        "answer": lambda order: "answered",
        "hang": _hang,
        "abort": lambda order: os.abort(),
        "exit": lambda order: os._exit(0),
        "grow": _grow,
        "crash": _crash,
        "refuse": _refuse,
        "lie": _lie,
        "flood": _flood,
        "tell environment": lambda order: ",".join(sorted(os.environ)),
        "tell hardening": _tell_hardening,
        "load numbers": _load_numbers,
    }
    return lambda order: Done(pid=os.getpid(), said=deeds[order.do](order), size=len(order.body))


def told(given: str) -> Callable[[Order], Done]:
    return lambda order: Done(pid=os.getpid(), said=f"{given} {resource.getrlimit(resource.RLIMIT_AS)[0]}")


def cannot_load() -> Callable[[Order], Done]:
    raise ImportError("no decoder is installed")


def dies_at_once() -> Callable[[Order], Done]:
    os._exit(3)


def _hang(order: Order) -> str:
    threading.Event().wait()
    return ""


def _grow(order: Order) -> str:
    return f"{len(bytearray(order.amount))} bytes"


def _crash(order: Order) -> str:
    raise LookupError("the caption of a match")


def _refuse(order: Order) -> str:
    raise PageRefused(PageFlaw.TOO_MANY_ATTRIBUTES)


def _lie(order: Order) -> str:
    """Answer past the frame of the task, as code that took the worker over could."""
    with socket.socket(fileno=_pipe_fd()) as pipe:
        pipe.sendall(len(order.body).to_bytes(4, "big") + order.body)
    os._exit(0)


def _flood(order: Order) -> str:
    with socket.socket(fileno=_pipe_fd()) as pipe:
        pipe.sendall(b"\xff\xff\xff\xff")
        _hang(order)
    return ""


def _pipe_fd() -> int:
    import sys

    return int(sys.argv[2])


def _tell_hardening(order: Order) -> str:
    libc = ctypes.CDLL(None)
    death = ctypes.c_int()
    libc.prctl(2, ctypes.byref(death))
    return ",".join(
        str(each)
        for each in (
            resource.getrlimit(resource.RLIMIT_CORE)[0],
            resource.getrlimit(resource.RLIMIT_AS)[0],
            libc.prctl(3),
            death.value,
            signal.getsignal(signal.SIGINT) is signal.SIG_IGN,
            os.getsid(0) == os.getpid(),
        )
    )


def _load_numbers(order: Order) -> str:
    import numpy as np
    import scipy.fft  # type: ignore[import-untyped]  # ships no types

    return str(scipy.fft.dct(np.ones((64, 64))).shape)
