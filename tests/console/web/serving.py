"""Serve the pages of a test's database, and ask for them as a browser does."""

import http.client
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from console.doctor import Check
from console.web.application import application
from console.web.serving import LOOPBACK, listening, server
from console.web.views import Views
from tests.places import Place
from tests.storage.records import opened


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Web:
    """A server that is up."""

    port: int

    def get(self, path: str, *, method: str = "GET", host: str | None = None, body: bytes | None = None) -> Answer:
        conn = http.client.HTTPConnection(LOOPBACK, self.port, timeout=30)
        try:
            conn.request(method, path, body=body, headers={} if host is None else {"Host": host})
            got = conn.getresponse()
            return Answer(
                status=got.status,
                headers={name.lower(): value for name, value in got.getheaders()},
                text=got.read().decode(errors="replace"),
            )
        finally:
            conn.close()


@contextmanager
def serving(folder: Path, looks: Callable[[], Iterable[Check]] = tuple) -> Iterator[Web]:
    with opened(folder) as records:
        views = Views(db=records.db, ledger=records.ledger, objects=Place.of(folder).open_objects, looks=looks)
        with serving_views(views) as web:
            yield web


@contextmanager
def serving_views(views: Views) -> Iterator[Web]:
    with listening(0) as socket:
        running = server(application(views))
        thread = threading.Thread(target=running.run, kwargs={"sockets": [socket]})
        thread.start()  # it listens already: who asks before it is up waits
        try:
            yield Web(port=socket.getsockname()[1])
        finally:
            running.should_exit = True
            thread.join()
