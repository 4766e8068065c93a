"""What may come right by itself is tried again, later each time and not for ever."""

import pytest
from OpenSSL import SSL
from scrapy.exceptions import DownloadFailedError
from scrapy.settings import Settings
from service_identity import VerificationError
from twisted.python.failure import Failure
from twisted.web._newclient import ResponseNeverReceived

from crawler.retry import Retries, Retry, retry_of_error

SETTINGS = {
    "RETRY_TIMES": 4,
    "RETRY_DELAYS_S": "30,120,600",
    "ALLOWED_NETWORKS_RETRY_DELAYS_S": [0.5, 1.0],
    "IMAGE_RETRY_DELAY_S": 2.0,
}


def retries(**changed: object) -> Retries:
    return Retries.from_settings(Settings({**SETTINGS, **changed}), lambda host: host == "127.0.0.1")


@pytest.mark.parametrize(
    ("host", "delays_s"),
    [("a.example", [30, 120, 600, 600, None]), ("127.0.0.1", [0.5, 1, 1, 1, None])],
)
def test_each_further_try_of_a_page_waits_longer(host: str, delays_s: list[float | None]) -> None:
    assert [retries().after_page(tries, host) for tries in range(1, 6)] == delays_s
    assert retries().first(host) == delays_s[0]


@pytest.mark.parametrize(
    ("host", "delays_s"), [("a.example", [2, 4, 6, 8, None]), ("127.0.0.1", [0.5, 1, 1.5, 2, None])]
)
def test_a_picture_is_tried_again_soon(host: str, delays_s: list[float | None]) -> None:
    assert [retries().after_image(tries, host) for tries in range(1, 6)] == delays_s


@pytest.mark.parametrize("delays", ["", "soon", "-1", "nan", "30,inf"])
def test_what_are_no_delays_is_said_so(delays: str) -> None:
    with pytest.raises(ValueError, match=r"delays|convert"):
        retries(RETRY_DELAYS_S=delays)


@pytest.mark.parametrize(
    ("reason", "retry"),
    [
        (SSL.Error([("SSL routines", "", "certificate verify failed")]), Retry.PERMANENT),
        (VerificationError(errors=[]), Retry.PERMANENT),
        (SSL.Error([("SSL routines", "", "unexpected eof")]), Retry.TRANSIENT),
        (ConnectionResetError(), Retry.TRANSIENT),
    ],
)
def test_a_certificate_that_was_refused_stays_so(reason: Exception, retry: Retry) -> None:
    error = DownloadFailedError("secret")
    failed = Failure(reason)  # type: ignore[no-untyped-call]  # Twisted has no types for these
    error.__cause__ = ResponseNeverReceived([failed])  # type: ignore[no-untyped-call]  # likewise
    assert retry_of_error(error) is retry
