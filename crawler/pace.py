"""Keep to the pace that each host asks for: Retry-After, 429 and 503, and the Crawl-delay of robots.txt."""

import random
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Self
from urllib.parse import urlsplit

from scrapy.settings import BaseSettings

from crawler.gates import NotReachable
from crawler.network_gate import key_of
from filters.network_gate import NetworkReason

BUSY = frozenset({429, 503})
MAX_HOSTS = 100_000  # that asked for anything; the one heard of longest ago is forgotten first
_SECONDS = re.compile(r"[0-9]+")
_MOST_DOUBLINGS = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class PaceLimits:
    """What a host may ask for, and how long a request waits in memory for its host before it is put off instead.

    Waiting pages take the place of others, so they are put off sooner than what belongs to an open page.
    """

    max_retry_after_s: float
    max_crawl_delay_s: float
    max_wait_s: float
    max_page_wait_s: float

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        return cls(
            max_retry_after_s=settings.getfloat("MAX_RETRY_AFTER_S"),
            max_crawl_delay_s=settings.getfloat("MAX_CRAWL_DELAY_S"),
            max_wait_s=settings.getfloat("MAX_WAIT_S"),
            max_page_wait_s=settings.getfloat("MAX_PAGE_WAIT_S"),
        )


@dataclass(slots=True)
class _Wish:
    """What a host asked for. `busy` counts how often in a row it was."""

    delay_s: float = 0.0
    not_before: float = 0.0
    busy: int = 0


class Pace:
    """What hosts asked for in this run, by the key of their download slot. Moments are of the monotonic clock.

    `backoff_s` is the first pause of a host that is busy and does not say until when; each further one is twice as
    long. What chance adds to a pause makes it longer, never shorter.
    """

    def __init__(
        self,
        limits: PaceLimits,
        backoff_s: Callable[[str], float],
        *,
        now: Callable[[], float] = time.monotonic,
        today: Callable[[], datetime] = lambda: datetime.now(UTC),
        draw: Callable[[], float] = random.random,
    ) -> None:
        self._limits = limits
        self._backoff_s = backoff_s
        self._now = now
        self._today = today
        self._draw = draw
        self._wishes: OrderedDict[str, _Wish] = OrderedDict()

    def answered(self, host: str, status: int, retry_after: str | None = None) -> None:
        """Be told of every answer, before the host's next request may leave."""
        if status not in BUSY:
            if (wish := self._wishes.get(host)) is not None:
                wish.busy = 0
            return
        wish = self._wish_of(host)
        asked = None if retry_after is None else read_retry_after(retry_after, self._today())
        if not asked and wish.not_before > self._now():
            return  # several requests were under way: together they are one sign
        wish.busy += 1
        pause = asked or self._backoff_s(host) * 2.0 ** min(wish.busy - 1, _MOST_DOUBLINGS) * (1 + self._draw() / 2)
        wish.not_before = max(wish.not_before, self._now() + min(pause, self._limits.max_retry_after_s))

    def at_least(self, host: str, seconds: float) -> None:
        """Leave so many seconds between two requests from now on; what is no number counts as too many."""
        self._wish_of(host).delay_s = max(0.0, seconds) if seconds < float("inf") else float("inf")

    def heed(self, url: str, crawl_delay_s: float) -> None:
        """Keep the pace that the host's robots.txt asks for, or refuse to ask it anything where that is too slow."""
        host = key_of(urlsplit(url).hostname or "")
        self.at_least(host, crawl_delay_s)
        if self.is_too_slow(host):
            raise NotReachable(NetworkReason.CRAWL_DELAY)

    def delay_of(self, host: str) -> float:
        """Return the pause between two requests that the host asks for, as far as it is granted."""
        wish = self._wishes.get(host)
        return 0.0 if wish is None else min(wish.delay_s, self._limits.max_crawl_delay_s)

    def is_too_slow(self, host: str) -> bool:
        """Say whether the host asks for longer pauses than are granted: then it is left out."""
        wish = self._wishes.get(host)
        return wish is not None and wish.delay_s > self._limits.max_crawl_delay_s

    def not_before(self, host: str) -> float:
        """Return the moment before which no request may leave, 0 if there is none."""
        wish = self._wishes.get(host)
        return 0.0 if wish is None else wish.not_before

    def wait_of(self, host: str) -> float:
        return max(0.0, self.not_before(host) - self._now())

    def is_too_long(self, wait_s: float) -> bool:
        return wait_s > self._limits.max_wait_s

    def is_too_long_for_a_page(self, wait_s: float) -> bool:
        return wait_s > self._limits.max_page_wait_s

    def _wish_of(self, host: str) -> _Wish:
        wish = self._wishes.setdefault(host, _Wish())
        self._wishes.move_to_end(host)
        if len(self._wishes) > MAX_HOSTS:
            self._wishes.popitem(last=False)
        return wish


def read_retry_after(value: str, today: datetime) -> float | None:
    """Return the seconds that a Retry-After header asks for; None for what is neither seconds nor a date (RFC 9110)."""
    value = value.strip()
    if _SECONDS.fullmatch(value):
        return float(value[:12]) if len(value) <= 12 else float("inf")
    try:
        until = parsedate_to_datetime(value)
    except (ValueError, OverflowError, TypeError):
        return None
    aware = until if until.tzinfo is not None else until.replace(tzinfo=UTC)
    return max(0.0, (aware - today).total_seconds())
