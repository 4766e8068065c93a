"""Pass messages between the crawl and a worker: a length, then msgpack that is decoded into declared types only."""

import importlib
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, get_args, get_type_hints

LENGTH_BYTES: Final = 4
_CHUNK_BYTES: Final = 1 << 20


class PageFlaw(StrEnum):
    """What is wrong with a page itself. The value is the reason code."""

    TOO_LARGE = "page.too-large"
    TOO_MANY_ATTRIBUTES = "page.too-many-attributes"
    TOO_DEEP = "page.too-deep"
    TOO_MANY_IMAGES = "page.too-many-images"
    TOO_MANY_LINKS = "page.too-many-links"
    UNREADABLE = "page.unreadable"


class PageRefused(ValueError):
    """A page that is not read at all, with the reason."""

    def __init__(self, reason: PageFlaw) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """A worker's answer: exactly one field is set. A crash is told by the name of its type, never by its text."""

    result: bytes | None = None
    refused: PageFlaw | None = None
    crashed: str | None = None


class BrokenPipe(ConnectionError):
    """The other end is gone, or says what no honest end would say."""


def find_task(path: str) -> Callable[..., Callable[[Any], object]]:
    """Return the function that `module:function` names."""
    module, _, name = path.partition(":")
    task: Callable[..., Callable[[Any], object]] = getattr(importlib.import_module(module), name)
    return task


def request_and_result(task: Callable[..., Callable[[Any], object]]) -> tuple[Any, Any]:
    """Return the types of a task's request and result, as it declares them: `-> Callable[[Request], Result]`."""
    (request,), result = get_args(get_type_hints(task)["return"])
    return request, result


def send(pipe: socket.socket, message: bytes, deadline: float | None = None) -> None:
    """Send one frame; `deadline` is a reading of `time.monotonic`, past which TimeoutError is raised."""
    pipe.settimeout(_left(deadline))
    pipe.sendall(len(message).to_bytes(LENGTH_BYTES, "big"))
    pipe.settimeout(_left(deadline))
    pipe.sendall(message)


def receive(pipe: socket.socket, max_bytes: int, deadline: float | None = None) -> bytearray:
    """Receive one frame of at most `max_bytes`."""
    length = int.from_bytes(_receive_exactly(pipe, LENGTH_BYTES, deadline), "big")
    if length > max_bytes:
        raise BrokenPipe(f"a frame of {length} bytes, more than the {max_bytes} allowed")
    return _receive_exactly(pipe, length, deadline)


def _receive_exactly(pipe: socket.socket, size: int, deadline: float | None) -> bytearray:
    """Grow with what arrives, so that a length that is only claimed costs nothing."""
    received = bytearray()
    while len(received) < size:
        pipe.settimeout(_left(deadline))
        chunk = pipe.recv(min(size - len(received), _CHUNK_BYTES))
        if not chunk:
            raise BrokenPipe("the other end is gone")
        received += chunk
    return received


def _left(deadline: float | None) -> float | None:
    if deadline is None:
        return None
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
