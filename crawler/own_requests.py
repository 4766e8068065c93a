"""Fetch what a host says of the use of its pages, through every gate but the one that asks for it."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from scrapy import Request
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawler.gates import NotNow, RefusedByGate
from crawler.stopping import StopSign

OWN = "altsieve_own"
"""Key in a request's meta: it asks for a robots.txt or the like. Scrapy hands it on to the requests of redirects."""

MOST_BYTES: Final = 4 << 20
"""What is longer, or never ends, could not be read. Of a robots.txt the first 512 KiB count."""

MOST_REDIRECTS: Final = 5
LONGEST_S: Final = 20.0
_GZIP: Final = b"\x1f\x8b"
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_NOT_AT_ALL = re.compile(r"(?:^|[,\s])no-(?:store|cache)\b", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What came back at the end of all redirects. `max_age` is what Cache-Control allows, None if it says nothing."""

    status: int
    body: bytes = field(repr=False)
    max_age: timedelta | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class NoAnswer:
    """`why` is the name of an error's type or a reason code, nothing else."""

    why: str


class OwnRequests:
    """Each follows five redirects at most and is tried once: when to try again is for who asks."""

    def __init__(
        self, download: Callable[[Request], Awaitable[Response]], stop: StopSign, *, timeout_s: float = LONGEST_S
    ) -> None:
        self._download = download
        self._stop = stop
        self._timeout_s = min(timeout_s, LONGEST_S)

    async def get(self, url: str) -> Answer | NoAnswer:
        """Raise `Stopped` or `NotNow` rather than say that there is no answer because we did not wait for one."""
        try:
            response = await self._download(self._request(url))
        except NotNow:
            raise
        except RefusedByGate as refusal:
            return NoAnswer(why=refusal.reason)
        except Exception as error:  # noqa: BLE001  whatever a server can bring about is a document that did not arrive
            self._stop.check()
            return NoAnswer(why=type(error).__name__)
        self._stop.check()
        if 200 <= response.status < 300 and _is_packed(response):
            return NoAnswer(why="packed")
        return Answer(status=response.status, body=response.body, max_age=_max_age(response))

    def _request(self, url: str) -> Request:
        meta = {
            OWN: True,
            "dont_retry": True,
            "download_maxsize": MOST_BYTES,
            "download_timeout": self._timeout_s,
            "redirect_ttl": MOST_REDIRECTS,
        }
        headers = {"Accept": "*/*", "Accept-Encoding": "identity"}
        return Request(url, callback=NO_CALLBACK, headers=headers, meta=meta, dont_filter=True)


def _is_packed(response: Response) -> bool:
    """Tell whether the body is not the text: what Scrapy unpacks it takes out of Content-Encoding."""
    coding = response.headers.get("Content-Encoding") or b""
    return coding.strip().lower() not in (b"", b"identity") or response.body.startswith(_GZIP)


def _max_age(response: Response) -> timedelta | None:
    said = b",".join(response.headers.getlist("Cache-Control")).decode("latin-1")
    if _NOT_AT_ALL.search(said):
        return timedelta()
    found = _MAX_AGE.search(said)
    return None if found is None else timedelta(seconds=int(found[1]))
