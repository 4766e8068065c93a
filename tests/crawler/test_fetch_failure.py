"""A failure is named by a code and at most a status or a type, and never by an exception's own text."""

import pytest
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Response

from crawler.fetch_failure import failure_in, failure_of
from crawler.gates import NotReachable
from filters.candidate import Hop
from filters.network_gate import NetworkReason
from filters.verdict import Outcome
from tests.crawler.pairs import NOW

HIDDEN = "http://images.example/secret.jpg"


def hops(*statuses: int) -> tuple[Hop, ...]:
    return tuple(Hop(url=HIDDEN, status=each, address=None, answered_at=NOW) for each in statuses)


@pytest.mark.parametrize(
    ("error", "statuses", "reason", "evidence"),
    [
        (DownloadTimeoutError(HIDDEN), (), "fetch.too-slow", {}),
        (DownloadCancelledError(HIDDEN), (), "fetch.too-large", {}),
        (IgnoreRequest("a bomb"), (200,), "fetch.too-large", {}),
        (IgnoreRequest("max redirections reached"), (302, 302), "fetch.failed", {"error": "TooManyRedirects"}),
        (CannotResolveHostError(HIDDEN), (), "fetch.failed", {"error": "CannotResolveHostError"}),
        (ResponseDataLossError(HIDDEN), (200,), "fetch.failed", {"error": "ResponseDataLossError"}),
        (NotReachable(NetworkReason.PRIVATE), (302,), "network.private", {}),
        (UnicodeError(HIDDEN), (), "fetch.failed", {"error": "UnicodeError"}),
    ],
)
def test_each_error_has_its_reason(
    error: Exception, statuses: tuple[int, ...], reason: str, evidence: dict[str, str]
) -> None:
    failure = failure_of(error, hops(*statuses))
    assert (failure.reason, failure.evidence) == (reason, evidence)


@pytest.mark.parametrize(
    ("status", "headers", "reason"),
    [
        (200, {}, None),
        (204, {}, "fetch.failed"),
        (206, {}, "fetch.failed"),
        (302, {}, "fetch.failed"),
        (404, {}, "fetch.failed"),
        (302, {"Location": "http://["}, "fetch.failed"),
        (200, {"Location": "file:///etc/passwd"}, None),
    ],
)
def test_only_an_answer_of_200_is_used(status: int, headers: dict[str, str], reason: str | None) -> None:
    failure = failure_in(Response(HIDDEN, status=status, headers=headers))
    assert (None if failure is None else failure.reason) == reason


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://images.example/a.jpg"])
def test_a_redirect_out_of_the_web_is_refused(location: str) -> None:
    with pytest.raises(NotReachable) as refused:
        failure_in(Response(HIDDEN, status=302, headers={"Location": location}))
    assert refused.value.verdict.reason == "network.scheme"
    assert refused.value.verdict.outcome is Outcome.REFUSED
