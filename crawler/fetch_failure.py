"""Name why something could not be fetched, without a word of the exception's own text."""

from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urljoin, urlsplit

from scrapy.exceptions import DownloadCancelledError, DownloadTimeoutError, IgnoreRequest
from scrapy.http import Response

from crawler.gates import NotNow, NotReachable, RefusedByGate
from crawler.network_gate import SCHEMES
from crawler.retry import Retry, retry_of_error, retry_of_status
from filters.candidate import Hop
from filters.network_gate import NetworkReason
from filters.verdict import Evidence


class FetchReason(StrEnum):
    FAILED = "fetch.failed"
    HOST_GIVEN_UP = "fetch.host-given-up"
    HOST_WAITS = "fetch.host-waits"
    TOO_LARGE = "fetch.too-large"
    TOO_SLOW = "fetch.too-slow"


@dataclass(frozen=True, kw_only=True, slots=True)
class FetchFailure:
    """`evidence` holds `retry` (permanent or transient), and a status, the name of an error's type or a verdict's."""

    reason: str
    evidence: Evidence = field(default_factory=dict)

    @property
    def is_transient(self) -> bool:
        return self.evidence.get("retry") == Retry.TRANSIENT

    @property
    def may_be_tried_soon(self) -> bool:
        """A host that waits or was given up will not be asked in this run, however often one tries."""
        return self.is_transient and self.reason not in (FetchReason.HOST_WAITS, FetchReason.HOST_GIVEN_UP)


def failure_of(error: BaseException, hops: tuple[Hop, ...]) -> FetchFailure:
    """A gate's verdict may say in its evidence that its no is `transient`; else a no is permanent."""
    retry = retry_of_error(error).value
    if isinstance(error, RefusedByGate):
        return FetchFailure(reason=error.reason, evidence={"retry": retry, **error.verdict.evidence})
    if isinstance(error, NotNow):
        return FetchFailure(reason=error.reason, evidence={"retry": retry})
    if isinstance(error, DownloadTimeoutError):
        return FetchFailure(reason=FetchReason.TOO_SLOW, evidence={"retry": retry})
    if isinstance(error, DownloadCancelledError) or _is_bomb(error, hops):
        return FetchFailure(reason=FetchReason.TOO_LARGE, evidence={"retry": retry})
    name = "TooManyRedirects" if isinstance(error, IgnoreRequest) else type(error).__name__
    return FetchFailure(reason=FetchReason.FAILED, evidence={"error": name, "retry": retry})


def failure_in(response: Response) -> FetchFailure | None:
    """Return why an answer is none that can be used; only 200 can. Raise NotReachable if it leads out of the web."""
    if response.status == 200 and "download_stopped" not in response.flags:
        return None
    if _leaves_the_web(response):
        raise NotReachable(NetworkReason.SCHEME)
    retry = retry_of_status(response.status).value
    return FetchFailure(reason=FetchReason.FAILED, evidence={"status": response.status, "retry": retry})


def _is_bomb(error: BaseException, hops: tuple[Hop, ...]) -> bool:
    """Scrapy ignores a body that unpacks to too much and one redirect too many with the same exception."""
    return isinstance(error, IgnoreRequest) and bool(hops) and not 300 <= hops[-1].status < 400


def _leaves_the_web(response: Response) -> bool:
    location = response.headers.get("Location")
    if location is None or not 300 <= response.status < 400:
        return False
    try:
        return urlsplit(urljoin(response.url, location.decode("latin-1"))).scheme not in SCHEMES
    except ValueError:
        return False
