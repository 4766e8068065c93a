"""Hand out the pages of the frontier, no more at once than may be open, and never lose one."""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol, TypeAlias

from storage.frontier import FrontierPage, NewPage, host_of


class Leases(Protocol):
    """What is asked of the recorder."""

    def submit_pages(self, pages: Sequence[NewPage]) -> Future[int]: ...

    def lease_pages(self, count: int, *, other_than_hosts: Collection[str] = ()) -> Future[list[FrontierPage]]: ...

    def next_due(self) -> Future[datetime | None]: ...

    def postpone_page(self, page_id: str, next_try_at: datetime, *, whole_host: bool = False) -> Future[None]: ...

    def drop_hosts(self, hosts: Collection[str]) -> Future[int]: ...


class Alarm(Protocol):
    def cancel(self) -> None: ...


SetAlarm: TypeAlias = Callable[[float, Callable[[], None]], Alarm]
"""Call something back after so many seconds."""


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueLimits:
    """`max_pages` counts pages handed out in the whole run; None is no limit."""

    max_open: int
    max_pages: int | None = None


_SHORTEST_NAP_S = 0.05
"""Where the clocks of the queue and of the frontier disagree, it is no busy loop."""


class PageQueue:
    """Pages on their way: known to the frontier, handed out, ended.

    `pending` and `handed_out` continue the counts of a resumed run. A host may hold at most half of the open pages
    while others wait, so that one slow host does not hold up the rest. Pages that were put off are pending too: while
    nothing else is, the queue sleeps until the first of them is due.
    """

    def __init__(
        self,
        leases: Leases,
        limits: QueueLimits,
        *,
        pending: int = 0,
        handed_out: int = 0,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        set_alarm: SetAlarm | None = None,
        leaves_out: Callable[[str], bool] = lambda host: False,
    ) -> None:
        self._leases = leases
        self._limits = limits
        self._pending = pending
        self._handed_out = handed_out
        self._now = now
        self._set_alarm = set_alarm
        self._leaves_out = leaves_out
        self._alarm: Alarm | None = None
        self._due: datetime | None = None
        self._adding = 0
        self._open: dict[str, FrontierPage] = {}
        self._wanted = asyncio.Event()
        self._stopped = False

    @property
    def pending(self) -> int:
        return self._pending

    @property
    def open_pages(self) -> frozenset[str]:
        return frozenset(self._open)

    def idle_s(self) -> float | None:
        """Return after how long the next page may be tried, where nothing can be done before; else None."""
        if self._due is None or self._open or self._adding:
            return None
        return max(0.0, (self._due - self._now()).total_seconds())

    def has_work(self) -> bool:
        return bool(self._open or self._adding or (self._pending and self._may_hand_out() and not self._stopped))

    async def add(self, pages: Sequence[NewPage]) -> None:
        """Return once the pages are durable; what the run knows, or leaves out, is not added."""
        pages = [each for each in pages if not self._leaves_out(host_of(each.url))]
        if not pages:
            return
        self._adding += 1
        try:
            new = await asyncio.wrap_future(self._leases.submit_pages(pages))
            self._pending += new  # not in one line: `+=` reads before it awaits, and would undo what others added
        finally:
            self._adding -= 1
        self._wanted.set()

    async def postpone(self, page_id: str, next_try_at: datetime, *, whole_host: bool = False) -> None:
        """Give a page back until then: it counts as pending again, and not as handed out."""
        await asyncio.wrap_future(self._leases.postpone_page(page_id, next_try_at, whole_host=whole_host))
        self._pending += 1
        self._handed_out -= 1
        page = self._open.get(page_id)
        if page is not None and self._leaves_out(page.host):
            self.dropped(await asyncio.wrap_future(self._leases.drop_hosts([page.host])))
        self.ended(page_id)

    def dropped(self, count: int) -> None:
        """Be told that so many pages are pending no more."""
        self._pending -= count
        self._wanted.set()

    def ended(self, page_id: str) -> None:
        self._open.pop(page_id, None)
        self._wanted.set()

    def stop(self) -> None:
        """Hand out nothing more."""
        self._stopped = True
        self._wanted.set()
        self._unset_alarm()

    async def feed(self, hand_out: Callable[[FrontierPage], None]) -> None:
        """Hand out pages whenever there is room, until stopped."""
        self._wanted.set()
        while not self._stopped:
            await self._wanted.wait()
            self._wanted.clear()
            self._unset_alarm()
            for page in await self._lease(self._room()):
                self._open[page.page_id] = page
                self._handed_out += 1
                hand_out(page)

    def _room(self) -> int:
        room = self._limits.max_open - len(self._open)
        if self._limits.max_pages is not None:
            room = min(room, self._limits.max_pages - self._handed_out)
        return 0 if self._stopped else min(room, self._pending)

    def _may_hand_out(self) -> bool:
        return self._limits.max_pages is None or self._handed_out < self._limits.max_pages

    async def _lease(self, room: int) -> list[FrontierPage]:
        if room <= 0:
            return []
        busy = self._busy_hosts()
        pages = await asyncio.wrap_future(self._leases.lease_pages(room, other_than_hosts=busy))
        if busy and not pages:
            pages = await asyncio.wrap_future(self._leases.lease_pages(room))
        self._pending -= len(pages)
        if not pages or (len(pages) < room and self._pending > 0):
            await self._sleep_until_due(awaited=bool(pages or self._open))
        return [] if self._stopped else pages

    async def _sleep_until_due(self, *, awaited: bool) -> None:
        """Nothing more may be handed out now: there is nothing, it was put off, or its host is busy.

        For a busy host nobody sets an alarm: the end of an open page, which is `awaited`, has it looked at again.
        """
        known = self._pending
        due = await asyncio.wrap_future(self._leases.next_due())
        if due is None:
            self._pending -= known  # what was added meanwhile stays
            return
        wait_s = (due - self._now()).total_seconds()
        if not self._stopped and (wait_s > 0 or not awaited):
            set_alarm = self._set_alarm or asyncio.get_running_loop().call_later
            self._due = due
            self._alarm = set_alarm(max(_SHORTEST_NAP_S, wait_s), self._wanted.set)

    def _unset_alarm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = self._due = None

    def _busy_hosts(self) -> list[str]:
        held = Counter(each.host for each in self._open.values())
        return [host for host, count in held.items() if count * 2 >= self._limits.max_open]
