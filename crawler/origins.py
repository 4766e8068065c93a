"""Say what a host says of one of its addresses: in its robots.txt, and in the documents beside it or named by it."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from crawler.consent_documents import ConsentDocuments
from crawler.gates import NotNow, RefusedByGate
from crawler.readings import Clock, Get, NoRoom, Reading, Readings, utc_now
from crawler.turns import Turns
from filters.signals.ai_txt import AiTxt
from filters.signals.robots import RobotsTxt
from filters.signals.rsl import Rsl, read_rsl
from filters.signals.signal import UNREAD, Protocol, Saying, Says, Scope, Signal
from filters.signals.tdmrep import TdmRep

MOST_LICENCES: Final = 5
"""RSL documents that are read for one address; of whom names more, it is not known what all of them say."""

ASKED_AHEAD: Final = 64
"""Hosts that are asked for pictures that have no turn yet, at once."""

_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, kw_only=True, slots=True)
class HostSays:
    """`robots` decides whether the address may be asked for; if not, nobody asked for the `others`."""

    robots: Signal
    others: tuple[Signal, ...] = ()

    @property
    def signals(self) -> tuple[Signal, ...]:
        return (self.robots, *self.others)


class Origins:
    """The hosts of a run, each by scheme, name and port, as RFC 9309 has it.

    `protocols` are those that count: a document of another one is not asked for. `heed` is told the pause between two
    requests that a robots.txt asks for, before anything else is asked of its host; it may raise.
    """

    def __init__(
        self,
        get: Get,
        documents: ConsentDocuments,
        *,
        agent: str,
        protocols: Collection[str],
        ai_tokens: Sequence[str] = (),
        heed: Callable[[str, float], None] = lambda _url, _delay_s: None,
        now: Clock = utc_now,
    ) -> None:
        self._agent = agent
        self._protocols = protocols
        self._ai_tokens = tuple(ai_tokens)
        self._heed = heed
        self._turns_of_origin = Turns(1)
        self._turns_ahead = asyncio.Semaphore(ASKED_AHEAD)
        tokens = self._ai_tokens
        self._robots = Readings(
            "robots.txt", lambda body, _: RobotsTxt.read(body, agent, tokens), get, documents, now=now
        )
        self._tdmrep = Readings("tdmrep.json", lambda body, _: TdmRep.read(body), get, documents, now=now)
        self._ai_txt = Readings("ai.txt", lambda body, _: AiTxt.read(body), get, documents, now=now)
        self._rsl: Readings[Rsl] = Readings("rsl", read_rsl, get, documents, now=now, must_exist=True)

    async def ask_ahead(self, url: str) -> None:
        """Let the host of a picture be known before the picture takes a turn: many hosts are silent, and who waits for
        one must not keep the pictures of others waiting. What goes wrong does so again where it is decided.
        """
        origin = origin_of(url)
        async with self._turns_of_origin.of(origin):
            if self._robots.knows(f"{origin}/robots.txt"):
                return
            async with self._turns_ahead:
                with suppress(NoRoom, NotNow, RefusedByGate):
                    await self.say(url, Scope.IMAGE_HOST)

    async def say(self, url: str, scope: Scope) -> HostSays:
        """Ask for what is not known. Raise `NoRoom` where it cannot be held."""
        origin = origin_of(url)
        robots = await self._robots.of(f"{origin}/robots.txt")
        if robots.text is not None and (delay_s := robots.text.crawl_delay(self._agent)) is not None:
            self._heed(url, delay_s)
        signal = _signal(robots, _by_robots(robots, url, self._agent), scope)
        if signal.saying.says is Says.DENY:
            return HostSays(robots=signal)
        beside = await asyncio.gather(
            self._by_tdmrep(origin, url, scope),
            self._by_ai_txt(origin, url, scope),
            self._by_licences(robots, url, scope),
        )
        others = (*self._in_robots(robots, url, scope), *(signal for each in beside for signal in each))
        return HostSays(robots=signal, others=others)

    async def licensed(self, named: Iterable[str], url: str, scope: Scope, found_in: str) -> tuple[Signal, ...]:
        """Return what the RSL documents that are named say of an address; one that cannot be had denies."""
        licences = list(dict.fromkeys(named))
        if not licences or Protocol.RSL not in self._protocols:
            return ()
        readings = await asyncio.gather(*(self._rsl.of(each) for each in licences[:MOST_LICENCES]))
        said = [_heard(each, _by_rsl(each, url, found_in), scope) for each in readings]
        if len(licences) > MOST_LICENCES:
            too_many = Saying(
                protocol=Protocol.RSL, says=Says.DENY, found_in=found_in, raw=f"{len(licences)} licences are named"
            )
            said.append((_signal(readings[0], too_many, scope),))
        return tuple(signal for each in said for signal in each)

    def _in_robots(self, robots: Reading[RobotsTxt], url: str, scope: Scope) -> tuple[Signal, ...]:
        if robots.text is None:
            return ()
        sayings = [*robots.text.usage(url, self._agent)]
        if self._ai_tokens and (saying := robots.text.decide_as(url, self._ai_tokens)) is not None:
            sayings.append(saying)
        return tuple(_signal(robots, each, scope) for each in sayings)

    async def _by_licences(self, robots: Reading[RobotsTxt], url: str, scope: Scope) -> tuple[Signal, ...]:
        named = () if robots.text is None else robots.text.licences(self._agent)
        return await self.licensed(named, url, scope, "robots.txt license")

    async def _by_tdmrep(self, origin: str, url: str, scope: Scope) -> tuple[Signal, ...]:
        if Protocol.TDMREP not in self._protocols:
            return ()
        reading = await self._tdmrep.of(f"{origin}/.well-known/tdmrep.json")
        saying = None if reading.text is None else reading.text.says(url)
        return (_signal(reading, _asked(reading, Protocol.TDMREP, "tdmrep.json", saying), scope),)

    async def _by_ai_txt(self, origin: str, url: str, scope: Scope) -> tuple[Signal, ...]:
        if Protocol.AI_TXT not in self._protocols:
            return ()
        reading = await self._ai_txt.of(f"{origin}/ai.txt")
        saying = None if reading.text is None else reading.text.says(url)
        return (_signal(reading, _asked(reading, Protocol.AI_TXT, "ai.txt", saying), scope),)


def origin_of(url: str) -> str:
    """Return scheme, host and port; the port is left out where it is the scheme's own."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    name = f"[{host}]" if ":" in host else host
    port = "" if parts.port in (None, _PORTS.get(parts.scheme)) else f":{parts.port}"
    return f"{parts.scheme}://{name}{port}"


def _by_robots(reading: Reading[RobotsTxt], url: str, agent: str) -> Saying:
    unread = _unread(reading, Protocol.ROBOTS, "robots.txt")
    if unread is not None:
        return unread
    if reading.text is None:
        return _robots_says(Says.UNKNOWN, _none(reading))
    decided = reading.text.decide(url, agent)
    found_in = "robots.txt" if decided.line is None else f"robots.txt line {decided.line}"
    return _robots_says(Says.UNKNOWN if decided.allowed else Says.DENY, decided.rule or "no rule", found_in)


def _robots_says(says: Says, raw: str, found_in: str = "robots.txt") -> Saying:
    return Saying(protocol=Protocol.ROBOTS, says=says, found_in=found_in, raw=raw)


def _by_rsl(reading: Reading[Rsl], url: str, found_in: str) -> Saying | None:
    unread = _unread(reading, Protocol.RSL, found_in)
    return unread or (None if reading.text is None else reading.text.says(url))


def _asked(reading: Reading[object], protocol: Protocol, found_in: str, saying: Saying | None) -> Saying:
    """That it was asked and says nothing is told too: who looks for a no in three years wants to know."""
    nothing = "nothing of it" if reading.text is not None else _none(reading)
    silent = Saying(protocol=protocol, says=Says.UNKNOWN, found_in=found_in, raw=nothing)
    return _unread(reading, protocol, found_in) or saying or silent


def _none(reading: Reading[object]) -> str:
    return f"there is none: status {reading.status}"


def _unread(reading: Reading[object], protocol: Protocol, found_in: str) -> Saying | None:
    """What could not be read may hold a no."""
    if reading.problem is None:
        return None
    raw = f"{UNREAD}: {reading.problem}"
    return Saying(protocol=protocol, says=Says.DENY, found_in=found_in, raw=raw)


def _heard(reading: Reading[object], saying: Saying | None, scope: Scope) -> tuple[Signal, ...]:
    return () if saying is None else (_signal(reading, saying, scope),)


def _signal(reading: Reading[object], saying: Saying, scope: Scope) -> Signal:
    return Signal(saying=saying, scope=scope, url=reading.url, at=reading.at, document=reading.document)
