"""Fetch and measure each picture once in a run, and again only for a text that models must see with it later."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from crawler.byte_budget import Ticket
from crawler.fetch_failure import FetchFailure
from filters.candidate import Candidate, Hop
from filters.facts import Digests, Facts, Fetched
from filters.measure.glimpse import Glimpse
from filters.measure.private_metadata.patches import Patch
from filters.verdict import Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class Missed:
    """The bytes did not arrive."""

    failure: FetchFailure
    hops: tuple[Hop, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Blocked:
    """A gate refused a hop."""

    verdict: Verdict
    hops: tuple[Hop, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrived:
    """The bytes, and the reservation that they count against."""

    fetched: Fetched
    body: bytes = field(repr=False)
    ticket: Ticket


Answer: TypeAlias = Arrived | Missed | Blocked


@dataclass(slots=True, eq=False)
class Picture:
    """What is known of the picture behind one URL. The bytes are there while any candidate holds on to it."""

    outcome: asyncio.Future[Fetched | Missed | Blocked]
    body: bytes | None = field(default=None, repr=False)
    ticket: Ticket | None = None
    holders: int = 0
    digests: Digests | None = None
    facts: Facts | None = None
    """Of the picture, whatever its captions are."""
    glimpse: Glimpse | None = None
    patches: tuple[Patch, ...] = ()
    """What is overwritten in the bytes that are stored."""
    stored: bytes | None = field(default=None, repr=False)
    """Those bytes, once somebody needs them: one copy for all candidates."""
    measuring: asyncio.Lock = field(default_factory=asyncio.Lock)

    def take(self, glimpse: Glimpse) -> None:
        """Keep what models look at as long as the bytes are kept, and count it among them."""
        self.glimpse = glimpse
        if self.ticket is not None:
            self.ticket.grow(len(glimpse.rgb))

    def take_stored(self, stored: bytes) -> None:
        """Keep what is stored in place of the bytes as long as they are kept, and count it among them."""
        self.stored = stored
        if self.ticket is not None:
            self.ticket.grow(len(stored))

    def let_go(self) -> None:
        self.holders -= 1
        if self.holders == 0:
            self.body = self.glimpse = self.stored = None
            self.patches = ()
            if self.ticket is not None:
                self.ticket.release()
                self.ticket = None


class Pictures:
    """The pictures of a run by the HMAC of their URL; the last `remember` of them are known without their bytes."""

    def __init__(
        self, fetch: Callable[[str], Awaitable[Answer]], key_of: Callable[[str], str], *, remember: int = 10_000
    ) -> None:
        self._fetch = fetch
        self._key_of = key_of
        self._remember = remember
        self._known: OrderedDict[str, Picture] = OrderedDict()
        self._held: dict[int, Picture] = {}

    async def hold(self, candidate: Candidate, *, again: bool = False) -> Picture:
        """Return the picture once it has arrived, or has not. With `again` it is fetched though it is known."""
        key = self._key_of(candidate.image_url)
        picture = self._known.get(key)
        mine = picture is None or (again and picture.body is None and picture.outcome.done())
        if picture is None or mine:
            picture = self._known[key] = Picture(asyncio.get_running_loop().create_future())
        self._known.move_to_end(key)
        self.release(candidate)
        picture.holders += 1
        self._held[id(candidate)] = picture
        if mine:
            await self._fill(key, picture, candidate.image_url)
        await asyncio.shield(picture.outcome)
        self._forget_old()
        return picture

    def release(self, candidate: Candidate) -> None:
        """Let go of what a candidate holds, if it holds anything."""
        picture = self._held.pop(id(candidate), None)
        if picture is not None:
            picture.let_go()

    async def _fill(self, key: str, picture: Picture, url: str) -> None:
        try:
            answer = await self._fetch(url)
        except BaseException as trouble:
            del self._known[key]
            picture.outcome.set_exception(trouble)
            picture.outcome.exception()  # seen: whoever waits for it raises it
            raise
        if isinstance(answer, Arrived):
            picture.body, picture.ticket = answer.body, answer.ticket
            picture.outcome.set_result(answer.fetched)
        else:
            picture.outcome.set_result(answer)

    def _forget_old(self) -> None:
        idle = (key for key, picture in self._known.items() if picture.holders == 0)
        while len(self._known) > self._remember and (oldest := next(idle, None)) is not None:
            del self._known[oldest]
            idle = (key for key, picture in self._known.items() if picture.holders == 0)
