"""Refuse what leads out of the web or into a private network, and who is not to be hurried: words of the gate."""

from filters.reason import Reason
from filters.revision import revision_of
from filters.verdict import Outcome, Verdict

NAME = "network-gate"
VERSION = "2"


class NetworkReason(Reason):
    PRIVATE = "network.private", Outcome.REFUSED, "the address leads into a private network"
    PORT = "network.port", Outcome.REFUSED, "the port is none that the web is served on"
    CRAWL_DELAY = "network.crawl-delay", Outcome.REFUSED, "the host asks for longer pauses than a crawl can make"
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
