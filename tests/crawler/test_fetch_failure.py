"""A failure is named by a code and at most a status or a type, and never by an exception's own text."""

from dataclasses import replace

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
from crawler.gates import HostGivenUp, HostWaits, NotReachable, RefusedByGate
from filters.candidate import Hop
from filters.network_gate import NetworkReason, not_reachable
from filters.verdict import Outcome
from tests.crawler.pairs import NOW

HIDDEN = "http://images.example/secret.jpg"
AGAIN, NEVER = {"retry": "transient"}, {"retry": "permanent"}
NO = not_reachable(NetworkReason.PORT)


def hops(*statuses: int) -> tuple[Hop, ...]:
    return tuple(Hop(url=HIDDEN, status=each, address=None, answered_at=NOW) for each in statuses)


@pytest.mark.parametrize(
    ("error", "statuses", "reason", "evidence"),
    [
        (DownloadTimeoutError(HIDDEN), (), "fetch.too-slow", AGAIN),
        (DownloadCancelledError(HIDDEN), (), "fetch.too-large", NEVER),
        (IgnoreRequest("a bomb"), (200,), "fetch.too-large", NEVER),
        (IgnoreRequest("max redirections reached"), (302, 302), "fetch.failed", NEVER | {"error": "TooManyRedirects"}),
        (CannotResolveHostError(HIDDEN), (), "fetch.failed", AGAIN | {"error": "CannotResolveHostError"}),
        (ResponseDataLossError(HIDDEN), (200,), "fetch.failed", AGAIN | {"error": "ResponseDataLossError"}),
        (NotReachable(NetworkReason.PRIVATE), (302,), "network.private", NEVER),
        (HostWaits("images.example", 99), (), "fetch.host-waits", AGAIN),
        (HostGivenUp(), (), "fetch.host-given-up", AGAIN),
        (RefusedByGate(replace(NO, evidence={"list": "l@1"})), (), "network.port", NEVER | {"list": "l@1"}),
        (RefusedByGate(replace(NO, evidence=AGAIN)), (), "network.port", AGAIN),
        (UnicodeError(HIDDEN), (), "fetch.failed", NEVER | {"error": "UnicodeError"}),
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


@pytest.mark.parametrize(
    ("status", "retry"),
    [
        *((each, "transient") for each in (408, 425, 429, 500, 502, 503, 504, 520, 599)),
        *((each, "permanent") for each in (204, 304, 400, 401, 402, 403, 404, 410, 418, 451, 600)),
    ],
)
def test_a_status_says_whether_it_may_come_right_by_itself(status: int, retry: str) -> None:
    failure = failure_in(Response(HIDDEN, status=status))
    assert failure is not None
    assert failure.evidence == {"status": status, "retry": retry}
    assert failure.is_transient is failure.may_be_tried_soon is (retry == "transient")


@pytest.mark.parametrize("error", [HostWaits("images.example", 99), HostGivenUp()])
def test_a_host_that_is_not_asked_is_not_asked_sooner_for_being_tried_again(error: Exception) -> None:
    failure = failure_of(error, ())
    assert failure.is_transient
    assert not failure.may_be_tried_soon


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://images.example/a.jpg"])
def test_a_redirect_out_of_the_web_is_refused(location: str) -> None:
    with pytest.raises(NotReachable) as refused:
        failure_in(Response(HIDDEN, status=302, headers={"Location": location}))
    assert refused.value.verdict.reason == "network.scheme"
    assert refused.value.verdict.outcome is Outcome.REFUSED
