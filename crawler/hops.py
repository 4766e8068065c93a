"""Record every answer on the way to a page or a picture: URL, status, address and time."""

from datetime import UTC, datetime

from scrapy import Request
from scrapy.http import Response

from filters.candidate import Hop
from filters.signals.signal import Signal

HOPS = "altsieve_hops"
"""Key in a request's meta. Scrapy hands the same list on to the requests of redirects and retries."""

HEARD = "altsieve_heard"
"""Key in a request's meta: the signals of consent heard on the way, handed on like HOPS; absent: nobody asked."""

HEADERS_OF_INTEREST = (
    "content-type",
    "content-length",
    "content-language",
    "last-modified",
    "etag",
    "x-robots-tag",
    "tdm-reservation",
    "tdm-policy",
    "content-usage",
    "content-signal",
    "link",
    "server",
)
_LONGEST_HEADER = 2_000


class RecordHops:
    """Stands below RedirectMiddleware, so that it sees each answer before that turns it into another request."""

    def process_response(self, request: Request, response: Response) -> Response:
        address = None if response.ip_address is None else str(response.ip_address)
        hop = Hop(url=request.url, status=response.status, address=address, answered_at=datetime.now(UTC))
        request.meta.setdefault(HOPS, []).append(hop)
        return response


def hops_of(request: Request) -> tuple[Hop, ...]:
    return tuple(request.meta.get(HOPS, ()))


def heard_of(request: Request) -> tuple[Signal, ...] | None:
    heard = request.meta.get(HEARD)
    return None if heard is None else tuple(heard)


def headers_of(response: Response) -> tuple[tuple[str, str], ...]:
    """Return the headers of interest, names in lower case, as received."""
    return tuple(
        (name, value.decode("latin-1")[:_LONGEST_HEADER])
        for name in HEADERS_OF_INTEREST
        for value in response.headers.getlist(name)
    )
