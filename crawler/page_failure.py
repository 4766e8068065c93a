"""Name why a page could not be read, beside the reasons of `fetch_failure` and `gates`."""

from enum import StrEnum

from crawler.fetch_failure import FetchFailure
from crawler.retry import Retry


class PageReason(StrEnum):
    NOT_HTML = "page.not-html"
    OFF_SITE = "page.off-site"
    CRASHED = "page.crashed"
    """Its extraction ended the worker."""
    TOO_SLOW = "page.too-slow"


class Unread(Exception):
    """The page is not read; carries what is recorded of it. A bare reason code means that it will stay so."""

    def __init__(self, failure: FetchFailure | str) -> None:
        if isinstance(failure, str):
            failure = FetchFailure(reason=failure, evidence={"retry": Retry.PERMANENT.value})
        super().__init__(failure.reason)
        self.failure = failure
