"""Tell what may come right by itself from what will not, and say when it is tried again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from OpenSSL import SSL
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.settings import BaseSettings
from service_identity import VerificationError
from twisted.web._newclient import ResponseFailed

from crawler.gates import NotNow


class Retry(StrEnum):
    """In the evidence of a failure, as `retry`."""

    PERMANENT = "permanent"
    TRANSIENT = "transient"


_TRANSIENT_STATUS = frozenset({408, 425, 429})
_TRANSIENT_ERRORS = (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
    NotNow,
)


def retry_of_status(status: int) -> Retry:
    return Retry.TRANSIENT if status in _TRANSIENT_STATUS or 500 <= status < 600 else Retry.PERMANENT


def retry_of_error(error: BaseException) -> Retry:
    """What nobody has named here is permanent: asking again would bring the same."""
    transient = isinstance(error, _TRANSIENT_ERRORS) and not _is_distrust(error)
    return Retry.TRANSIENT if transient else Retry.PERMANENT


@dataclass(frozen=True, kw_only=True, slots=True)
class Retries:
    """How often something is tried once more in one run, and after how long; sooner inside ALLOW_NETWORKS."""

    times: int
    delays_s: tuple[float, ...]
    delays_inside_s: tuple[float, ...]
    image_delay_s: float
    is_inside: Callable[[str], bool]

    @classmethod
    def from_settings(cls, settings: BaseSettings, is_inside: Callable[[str], bool]) -> Self:
        return cls(
            times=settings.getint("RETRY_TIMES"),
            delays_s=_delays(settings.getlist("RETRY_DELAYS_S")),
            delays_inside_s=_delays(settings.getlist("ALLOWED_NETWORKS_RETRY_DELAYS_S")),
            image_delay_s=settings.getfloat("IMAGE_RETRY_DELAY_S"),
            is_inside=is_inside,
        )

    def after_page(self, tries: int, host: str) -> float | None:
        """Return the seconds to wait after so many tries of a page, or None if these were enough."""
        if tries > self.times:
            return None
        delays = self._delays_of(host)
        return delays[min(tries, len(delays)) - 1]

    def after_image(self, tries: int, host: str) -> float | None:
        """Likewise, and soon: the page waits for it."""
        if tries > self.times:
            return None
        return min(self.image_delay_s, self._delays_of(host)[0]) * tries

    def first(self, host: str) -> float:
        return self._delays_of(host)[0]

    def _delays_of(self, host: str) -> tuple[float, ...]:
        return self.delays_inside_s if self.is_inside(host) else self.delays_s


def _delays(given: Sequence[object]) -> tuple[float, ...]:
    """Raise `ValueError` for what are no delays."""
    delays = tuple(float(str(each)) for each in given)
    if not delays or not all(0 <= each <= 86_400 for each in delays):
        raise ValueError("delays between tries must be seconds from 0 to 86400, one at least")
    return delays


def _is_distrust(error: BaseException) -> bool:
    """Say whether a certificate was refused: the same one comes again."""
    failed = error.__cause__
    reasons = [each.value for each in failed.reasons] if isinstance(failed, ResponseFailed) else [failed]
    return any(
        isinstance(each, VerificationError)
        or (isinstance(each, SSL.Error) and "certificate verify failed" in str(each.args))
        for each in reasons
    )
