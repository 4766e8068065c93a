"""Say no to a request, or to one hop of it, with the verdict that says why; or only: not now.

IgnoreRequest
├── RefusedByGate        a list, a site's owner, or the network gate says no
│   └── NotReachable     the address is none that may be reached
└── NotNow               the host is not asked at present: nothing is said of what was asked for
    ├── HostWaits        it wants to be left alone for longer than anybody waits
    └── HostGivenUp      it answered nothing for so long that this run asks it no more
"""

from typing import ClassVar

from scrapy.exceptions import IgnoreRequest

from filters.network_gate import NetworkReason, not_reachable
from filters.verdict import Verdict


class RefusedByGate(IgnoreRequest):
    """The message never holds the address: it reaches logs."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(str(verdict.reason))
        self.reason = str(verdict.reason)
        self.verdict = verdict


class NotReachable(RefusedByGate):
    def __init__(self, reason: NetworkReason) -> None:
        super().__init__(not_reachable(reason))


class NotNow(IgnoreRequest):
    """No request was made; another run, or this one later, may make it."""

    reason: ClassVar[str]

    def __init__(self) -> None:
        super().__init__(self.reason)


class HostWaits(NotNow):
    reason = "fetch.host-waits"

    def __init__(self, host: str, wait_s: float) -> None:
        super().__init__()
        self.host = host
        self.wait_s = wait_s


class HostGivenUp(NotNow):
    reason = "fetch.host-given-up"
