"""Say why a gate let a request, or one hop of it, not pass.

IgnoreRequest
└── NotPassed
    ├── RefusedByGate    a list or a site's owner says no: carries the verdict
    └── NotReachable     the address is none that may be reached: carries a reason code
"""

from enum import StrEnum

from scrapy.exceptions import IgnoreRequest

from filters.verdict import Verdict


class NotPassed(IgnoreRequest):
    """The message never holds the address: it reaches logs."""

    reason: str


class RefusedByGate(NotPassed):
    def __init__(self, verdict: Verdict) -> None:
        super().__init__(str(verdict.reason))
        self.reason = str(verdict.reason)
        self.verdict = verdict


class NetworkReason(StrEnum):
    PRIVATE = "network.private"
    SCHEME = "network.scheme"


class NotReachable(NotPassed):
    def __init__(self, reason: NetworkReason) -> None:
        super().__init__(reason.value)
        self.reason = reason.value
