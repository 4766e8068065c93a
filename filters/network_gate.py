"""Refuse what leads out of the web, or into a private network: the words of the gate in the crawler."""

from filters.reason import Reason
from filters.revision import revision_of
from filters.verdict import Outcome, Verdict

NAME = "network-gate"
VERSION = "1"


class NetworkReason(Reason):
    PRIVATE = "network.private", Outcome.REFUSED, "the address leads into a private network"
    SCHEME = "network.scheme", Outcome.REFUSED, "the address is none of the web"


def not_reachable(reason: NetworkReason) -> Verdict:
    """Return the verdict of a picture whose address, or one hop to it, may not be asked for."""
    return Verdict(
        outcome=reason.outcome,
        filter=NAME,
        filter_version=VERSION,
        revision=revision_of(NAME),
        reason=reason.value,
    )
