"""Fetch from StopNCII's hash exchange: pages of records changed since a time, up to the one that is the last."""

import time
from collections.abc import Callable, Iterator
from typing import Final

from storage.exchanges.exchange import (
    PAGE_TIMEOUT_S,
    Batch,
    Checkpoint,
    ExchangeKind,
    ExchangeTrouble,
    Rest,
    fetched_page,
)
from storage.hash_formats.stopncii import Page, read_page
from storage.services import Credentials, Service

_BEGIN: Final = 10
"""Where the exchange's own client begins."""

_OVERLAP_S: Final = 3_600
_PATH: Final = "/FetchHashes"
_PAGE_SIZE: Final = 800


class StopNciiExchange:
    """`GET /FetchHashes?startTimestamp=...&nextPageToken=...`, with a subscription key and a function key.

    A page that cannot be read is asked for again, and ends the fetch if it stays so: to pass over it would lose its
    records for good. Tokens of pages are not kept: they are good for a while only.
    """

    kind = ExchangeKind.STOPNCII

    def __init__(
        self,
        service: Service,
        credentials: Credentials,
        *,
        now: Callable[[], float] = time.time,
        rest: Rest = time.sleep,
    ) -> None:
        self._service = service
        self._headers = {
            "Ocp-Apim-Subscription-Key": credentials.token or "",
            "x-functions-key": credentials.password or "",
        }
        self._now = now
        self._rest = rest

    def fetch(self, checkpoint: Checkpoint | None) -> Iterator[Batch]:
        began, start = int(self._now()), _start_of(checkpoint)
        token: str | None = None
        tokens: set[str] = set()
        read = said = 0
        while True:
            page = self._page(start, token)
            read, said = read + len(page.updates), max(said, page.announced or 0)
            token = page.next_token
            if token is None:
                break
            if token in tokens:
                raise ExchangeTrouble("the pages of the exchange lead in a circle")
            tokens.add(token)
            yield Batch(updates=page.updates)
        if read < said:
            raise ExchangeTrouble(f"the exchange announced {said} records and gave {read}")
        yield Batch(updates=page.updates, checkpoint={"start": min(page.next_set, began)})

    def _page(self, start: int, token: str | None) -> Page:
        query = {"startTimestamp": str(start), "pageSize": str(_PAGE_SIZE)}
        if token is not None:
            query["nextPageToken"] = token

        def ask() -> bytes:
            return self._service.get(_PATH, params=query, headers=self._headers, timeout_s=PAGE_TIMEOUT_S)

        return fetched_page(ask, read_page, self._rest)


def _start_of(checkpoint: Checkpoint | None) -> int:
    if checkpoint is None:
        return _BEGIN
    start = checkpoint.get("start")
    if type(start) is not int:
        raise ExchangeTrouble("the checkpoint of the list cannot be read; altsieve hashlist fetch --all begins anew")
    return max(_BEGIN, start - _OVERLAP_S)
