"""Fetch from NCMEC's hash sharing, version 2: a range of time is read to its last page, or not at all."""

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from storage.exchanges.exchange import (
    PAGE_TIMEOUT_S,
    Batch,
    Checkpoint,
    ExchangeKind,
    ExchangeTrouble,
    Rest,
    fetched_page,
)
from storage.hash_formats.ncmec import Page, read_page
from storage.hash_formats.updates import instant
from storage.services import Service

_BEGIN: Final = datetime(1970, 1, 1, tzinfo=UTC)
_OVERLAP: Final = timedelta(hours=1)
"""Each fetch begins so long before the last one ended: an entry may show up a while after the time it bears."""

_PATH: Final = "/v2/entries"


class NcmecExchange:
    """`GET /v2/entries?from=...&to=...`, with Basic authentication.

    Entries come in no order of time, so only a range that was read to its end moves the checkpoint. Every page is asked
    for with the same `from` and `to`: with others, entries are left out. Times are UTC, whatever this machine's zone;
    the checkpoint is the time of the newest entry, for a clock that is fast must not run ahead of what is yet to come.
    """

    kind = ExchangeKind.NCMEC

    def __init__(
        self, service: Service, *, now: Callable[[], datetime] = lambda: datetime.now(UTC), rest: Rest = time.sleep
    ) -> None:
        self._service = service
        self._now = now
        self._rest = rest

    def fetch(self, checkpoint: Checkpoint | None) -> Iterator[Batch]:
        until = self._now().astimezone(UTC).replace(microsecond=0)
        newest = _ended_at(checkpoint)
        window = {"from": _text(max(_BEGIN + _OVERLAP, newest) - _OVERLAP), "to": _text(until)}
        query: dict[str, str] | None = window
        drain = _Drain()
        while query is not None:
            page = self._page(query)
            newest = _newest(page, newest)
            query = drain.next_query(page, window)
            yield Batch(updates=page.updates, checkpoint={"to": _text(min(newest, until))} if query is None else None)

    def _page(self, query: Mapping[str, str]) -> Page:
        def ask() -> bytes:
            return self._service.get(_PATH, params=query, timeout_s=PAGE_TIMEOUT_S)

        return fetched_page(ask, read_page, self._rest)


class _Drain:
    """Count what comes in one range, and see that it is all that was announced."""

    def __init__(self) -> None:
        self._read = 0
        self._said = 0
        self._asked: set[tuple[tuple[str, str], ...]] = set()

    def next_query(self, page: Page, window: dict[str, str]) -> dict[str, str] | None:
        """Return what to ask next, None after the last page.

        The server's own words are asked again, but for its range and to the address we know: a `next` that led
        elsewhere would take the credentials with it. An entry that changes meanwhile leaves the range, and one behind
        it moves up to a page that was read already: then fewer come than were announced, and nothing of it counts.
        """
        self._read += len(page.updates)
        self._said = max(self._said, page.announced or 0)
        if page.next_url is None:
            if self._read < self._said:
                raise ExchangeTrouble(f"the exchange announced {self._said} entries and gave {self._read}")
            return None
        query = dict(parse_qsl(urlsplit(page.next_url).query)) | window
        self._said = max(self._said, _count(query.get("max")))
        place = tuple(sorted(query.items()))
        if place in self._asked or "start" not in query:
            raise ExchangeTrouble("the pages of the exchange lead in a circle")
        self._asked.add(place)
        return query


def _newest(page: Page, newest: datetime) -> datetime:
    times = (newest, page.newest_at, *(each.at for each in page.updates))
    return max(each for each in times if each is not None)


def _ended_at(checkpoint: Checkpoint | None) -> datetime:
    if checkpoint is None:
        return _BEGIN
    ended = instant(str(checkpoint.get("to")))
    if ended is None:
        raise ExchangeTrouble("the checkpoint of the list cannot be read; altsieve hashlist fetch --all begins anew")
    return ended


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _count(text: str | None) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() else 0
