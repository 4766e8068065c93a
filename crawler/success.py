"""See when a host answers nothing any more, and when nothing answers: then the run is what is wrong."""

from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from scrapy.settings import BaseSettings

WINDOW = 200  # requests that are looked back at
WINDOW_HOSTS = 10  # they must have gone to so many hosts
LEAST_SHARE = 0.05  # of them must have been answered
HOSTS_KNOWN = 5  # of those that ever answered must be failing now: no page full of dead addresses ends a run
_REMEMBERED = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class SuccessLimits:
    """How many requests in a row may fail: of a host, and at how many hosts because their names cannot be resolved."""

    of_host: int
    unresolved_hosts: int

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        return cls(
            of_host=settings.getint("HOST_GIVE_UP_AFTER"),
            unresolved_hosts=settings.getint("UNRESOLVED_HOSTS_AT_MOST"),
        )


class Success:
    """Told of every request of a run: answered, or failed in a way that might have come right by itself.

    `collapsed` is called with a sentence, once, when the share of what is answered says that the run should end. A
    host is given up for this run only.
    """

    def __init__(self, limits: SuccessLimits, collapsed: Callable[[str], None]) -> None:
        self._limits = limits
        self._collapsed = collapsed
        self._in_a_row: Counter[str] = Counter()
        self._window: deque[tuple[str, bool]] = deque(maxlen=WINDOW)
        self._answered_before: OrderedDict[str, None] = OrderedDict()
        self._unresolved: set[str] = set()
        self._over = False

    @property
    def anything_answered(self) -> bool:
        return bool(self._answered_before)

    def answered(self, host: str) -> None:
        self._in_a_row.pop(host, None)
        self._unresolved.clear()
        self._answered_before[host] = None
        self._answered_before.move_to_end(host)
        if len(self._answered_before) > _REMEMBERED:
            self._answered_before.popitem(last=False)
        self._window.append((host, True))

    def failed(self, host: str) -> None:
        self._in_a_row[host] += 1
        self._window.append((host, False))
        self._look_back()
        if self._in_a_row[host] == self._limits.of_host:
            self._look_for_one_alive()

    def unresolved(self, host: str) -> bool:
        """Be told after `failed` that the name could not be resolved; True once that happened to too many in a row.

        Their count begins anew then: whoever asked sees for himself whether any name can be resolved.
        """
        self._unresolved.add(host)
        if len(self._unresolved) < self._limits.unresolved_hosts:
            return False
        self._unresolved.clear()
        return True

    def no_name_resolves(self) -> None:
        self._end(
            f"the names of {self._limits.unresolved_hosts} hosts in a row could not be resolved, nor any that could "
            "before; check the network and the name servers (/etc/resolv.conf)"
        )

    def is_given_up(self, host: str) -> bool:
        return self._in_a_row[host] >= self._limits.of_host if host in self._in_a_row else False

    def _look_back(self) -> None:
        if len(self._window) < WINDOW:
            return
        answered = sum(each for _, each in self._window)
        hosts = {host for host, _ in self._window}
        if answered >= LEAST_SHARE * WINDOW or len(hosts) < WINDOW_HOSTS:
            return
        failing = [host for host in hosts & self._answered_before.keys() if self._in_a_row.get(host)]
        if self._answered_before and len(failing) < HOSTS_KNOWN:
            return
        self._end(
            f"of the last {WINDOW} requests, which went to {len(hosts)} hosts, only {answered} were answered; "
            "check the network, the firewall, and whether this address was shut out"
        )

    def _look_for_one_alive(self) -> None:
        """A crawl of few hosts ends once each that ever answered was given up: its pages are left for later."""
        if self._answered_before and all(map(self.is_given_up, self._answered_before)):
            self._end(
                f"no host that answered before ({len(self._answered_before)}) does so any more: {self._limits.of_host} "
                "requests in a row failed; check the network, and whether this address was shut out"
            )

    def _end(self, why: str) -> None:
        if not self._over:
            self._over = True
            self._collapsed(why)
