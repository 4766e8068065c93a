"""Read documents of one kind, each once at a time, and remember for a while what they held."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final, Generic, TypeAlias, TypeVar

from crawler.consent_documents import ConsentDocuments
from crawler.own_requests import Answer, NoAnswer
from filters.signals.signal import Document

MOST_KEPT_BYTES: Final = 512 << 10  # of one document: what RFC 9309 asks to be read of a robots.txt is 500 KiB
LONGEST: Final = timedelta(hours=24)
SHORTEST: Final = timedelta(minutes=5)
FIRST_WAIT: Final = timedelta(seconds=30)  # no longer than until a page is tried again that it kept from being read
LONGEST_WAIT: Final = timedelta(minutes=60)
MOST_READINGS: Final = 10_000
MOST_READ_BYTES: Final = 128 << 20
IN_MEMORY: Final = 20
"""So many bytes a document takes for each of its own once it is read: measured are up to 23, of a robots.txt 19."""
_SMALL_BYTES: Final = 32 << 10

T = TypeVar("T")
Told = TypeVar("Told", covariant=True)
Get: TypeAlias = Callable[[str], Awaitable[Answer | NoAnswer]]
Clock: TypeAlias = Callable[[], datetime]


class NoRoom(Exception):
    """Open pages rely on more bodies than may be in memory: this one was not asked for."""


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading(Generic[Told]):
    """What was at `url` when it was last asked for, `at`.

    `text` is None if there is none, or what is there is something else; `document` is the SHA-256 of the body that
    `text` was read from. `problem` says why it could not be read; then it is asked for again.
    """

    url: str
    at: datetime
    status: int | None
    text: Told | None = None
    document: str | None = None
    problem: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Kept(Generic[T]):
    reading: Reading[T]
    until: datetime
    size_bytes: int = field(default=0)
    failures: int = 0


class Readings(Generic[T]):
    """At most so many readings, in so many bytes of memory; those asked for longest ago are forgotten.

    An answer counts for 24 hours, or what Cache-Control allows if that is less, but at least for five minutes. What
    could not be read is tried again after half a minute, then after twice as long, up to an hour. Whoever asks for what
    is being read waits for it. With `must_exist`, a document that is not there could not be read.
    """

    def __init__(
        self,
        kind: str,
        read: Callable[[bytes, str], T | None],
        get: Get,
        documents: ConsentDocuments,
        *,
        now: Clock = utc_now,
        must_exist: bool = False,
    ) -> None:
        self._kind = kind
        self._read = read
        self._get = get
        self._documents = documents
        self._now = now
        self._must_exist = must_exist
        self._known: OrderedDict[str, _Kept[T]] = OrderedDict()
        self._bytes = 0
        self._under_way: dict[str, asyncio.Task[Reading[T]]] = {}

    async def of(self, url: str) -> Reading[T]:
        """Raise `NoRoom` if its body cannot be held, `Stopped` if the crawl ends meanwhile."""
        if self.knows(url):
            self._known.move_to_end(url)
            return self._known[url].reading
        task = self._under_way.get(url)
        if task is None:
            kept = self._known.get(url)
            failures = 0 if kept is None else kept.failures
            task = self._under_way[url] = asyncio.get_running_loop().create_task(self._asked(url, failures))
            task.add_done_callback(lambda ended: self._ended(url, ended))
        return await asyncio.shield(task)

    def knows(self, url: str) -> bool:
        """Say whether nobody needs to be asked."""
        kept = self._known.get(url)
        return kept is not None and kept.until > self._now() and self._has_body(kept.reading)

    def _has_body(self, reading: Reading[T]) -> bool:
        return reading.document is None or self._documents.knows(reading.document)

    def _ended(self, url: str, task: "asyncio.Task[Reading[T]]") -> None:
        del self._under_way[url]
        if not task.cancelled():
            task.exception()  # seen: whoever waits for it raises it

    async def _asked(self, url: str, failures: int) -> Reading[T]:
        answer = await self._get(url)
        at = self._now()
        if isinstance(answer, NoAnswer):
            return self._failed(Reading(url=url, at=at, status=None, problem=answer.why), failures)
        if 200 <= answer.status < 300:
            return await self._taken(url, answer, failures)
        reading: Reading[T] = Reading(url=url, at=at, status=answer.status)
        if 400 <= answer.status < 500 and answer.status != 429 and not self._must_exist:
            return self._keep(reading, until=at + _lifetime(answer))
        return self._failed(_with_problem(reading, f"status {answer.status}"), failures)

    async def _taken(self, url: str, answer: Answer, failures: int) -> Reading[T]:
        body = answer.body
        text = self._read(body, url) if len(body) <= _SMALL_BYTES else await asyncio.to_thread(self._read, body, url)
        at = self._now()
        reading: Reading[T] = Reading(url=url, at=at, status=answer.status)
        if text is None:
            if self._must_exist:
                return self._failed(_with_problem(reading, "is something else"), failures)
            return self._keep(reading, until=at + _lifetime(answer))
        digest = self._hold(body[:MOST_KEPT_BYTES]) if body else None
        reading = Reading(url=url, at=at, status=answer.status, text=text, document=digest)
        size_bytes = IN_MEMORY * min(len(body), MOST_KEPT_BYTES)
        return self._keep(reading, until=at + _lifetime(answer), size_bytes=size_bytes)

    def _hold(self, body: bytes) -> str:
        digest = sha256(body).hexdigest()
        if not self._documents.hold(Document(sha256=digest, kind=self._kind, body=body)):
            raise NoRoom
        return digest

    def _failed(self, reading: Reading[T], failures: int) -> Reading[T]:
        wait = min(FIRST_WAIT * 2 ** min(failures, 8), LONGEST_WAIT)
        return self._keep(reading, until=reading.at + wait, failures=failures + 1)

    def _keep(self, reading: Reading[T], *, until: datetime, size_bytes: int = 0, failures: int = 0) -> Reading[T]:
        self._forget(reading.url)
        self._known[reading.url] = _Kept(reading=reading, until=until, size_bytes=size_bytes, failures=failures)
        self._bytes += size_bytes
        while len(self._known) > MOST_READINGS or (self._bytes > MOST_READ_BYTES and len(self._known) > 1):
            self._forget(next(iter(self._known)))
        return reading

    def _forget(self, url: str) -> None:
        if (kept := self._known.pop(url, None)) is not None:
            self._bytes -= kept.size_bytes


def _lifetime(answer: Answer) -> timedelta:
    return LONGEST if answer.max_age is None else max(SHORTEST, min(answer.max_age, LONGEST))


def _with_problem(reading: Reading[T], problem: str) -> Reading[T]:
    return Reading(url=reading.url, at=reading.at, status=reading.status, problem=problem)
