"""Tell whoever launched a crawl what happens in it: one JSON object a line on a pipe."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, ClassVar, Protocol, TypeAlias

import msgspec

Counts: TypeAlias = Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Started:
    event: ClassVar[str] = "started"
    run_id: str


@dataclass(frozen=True, kw_only=True)
class Warned:
    """What of the run is not as its operator may expect, said once at its start."""

    event: ClassVar[str] = "warning"
    message: str


@dataclass(frozen=True, kw_only=True)
class Progress:
    """About twice a second; `refused`, `unsure` and `failed` count by reason code.

    `idle_s`: every page that is left was put off, and the next may be tried after so many seconds.
    """

    event: ClassVar[str] = "progress"
    pages: int
    pages_pending: int
    candidates: int
    stored: int
    refused: Counts = field(default_factory=dict)
    unsure: Counts = field(default_factory=dict)
    failed: Counts = field(default_factory=dict)
    idle_s: float | None = None


@dataclass(frozen=True, kw_only=True)
class Finished:
    """The last line of a run that was opened; `summary` holds the fields of `runs show --json`."""

    event: ClassVar[str] = "finished"
    run_id: str
    state: str
    summary: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Failed:
    """Why the process leaves with exit code `exit`, and what to type next."""

    event: ClassVar[str] = "error"
    exit: int
    message: str


Event: TypeAlias = Started | Warned | Progress | Finished | Failed
_KINDS: Mapping[str, type[Event]] = {each.event: each for each in (Started, Warned, Progress, Finished, Failed)}


class Teller(Protocol):
    def tell(self, event: Event) -> None: ...


class Silence:
    """Tell nobody: a crawl started with plain `scrapy crawl`."""

    def tell(self, event: Event) -> None:
        return None


class Pipe:
    """Write events to a file descriptor; a reader that went away does not stop the crawl."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._broken = False

    def tell(self, event: Event) -> None:
        if self._broken:
            return
        line = encode(event)
        try:
            while line:
                line = line[os.write(self._descriptor, line) :]
        except OSError:
            self._broken = True


def encode(event: Event) -> bytes:
    fields: dict[str, object] = {"event": event.event} | msgspec.to_builtins(event)
    return msgspec.json.encode(fields) + b"\n"


def decode(line: bytes | str) -> Event:
    fields = msgspec.json.decode(line, type=dict[str, object])
    return msgspec.convert(fields, _KINDS[str(fields.pop("event"))])


def read_events(stream: BinaryIO) -> Iterator[Event]:
    """Yield events until the pipe ends; a last line cut off by a kill is left out."""
    for line in stream:
        if line.endswith(b"\n"):
            yield decode(line)
