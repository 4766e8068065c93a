"""Name why a page could not be read, beside the reasons of `fetch_failure` and `gates`."""

from enum import StrEnum


class PageReason(StrEnum):
    NOT_HTML = "page.not-html"
    OFF_SITE = "page.off-site"
    CRASHED = "page.crashed"
    """Its extraction ended the worker."""
    TOO_SLOW = "page.too-slow"


class Unread(Exception):
    """The page is not read; carries the reason code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
