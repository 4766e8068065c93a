"""Say no to a request, or to one hop of it, with the verdict that says why.

IgnoreRequest
└── RefusedByGate        a list, a site's owner, or the network gate says no
    └── NotReachable     the address is none that may be reached
"""

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
