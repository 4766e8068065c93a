"""Name what the recorder can be asked to do in a transaction, and gather what is done in one."""

import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import Connection

from storage.intake import Intake
from storage.shares import Share

GROUP_ENTRIES: Final = 500
GROUP_WAIT_S: Final = 0.02
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Intent:
    """Objects that are about to be put."""

    object_keys: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Job(Generic[T]):
    """Something to be done in a transaction, and who waits for it to be durable. `weight` counts entries or pages."""

    does: Callable[[Connection], T] | Share | Intent
    weight: int
    future: Future[T] = field(default_factory=Future)


class Closing(Enum):
    """Stands for what is handed in last."""

    CLOSING = auto()


def gather(queue: Intake[Job[Any] | Closing], *, look_up_at: float | None) -> tuple[list[Job[Any]], bool]:
    """Wait for a job, no longer than to `look_up_at`, and take what follows it at once; False after the last one."""
    group: list[Job[Any]] = []
    ends_at, left = look_up_at, GROUP_ENTRIES
    while left > 0:
        job = queue.get(None if ends_at is None else max(0.0, ends_at - time.monotonic()))
        if not isinstance(job, Job):
            return group, job is None
        ends_at = ends_at if group else time.monotonic() + GROUP_WAIT_S
        group.append(job)
        left -= max(1, job.weight)
    return group, True
