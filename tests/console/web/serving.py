"""Serve the pages of a test's database, and ask for them as a browser does."""

import http.client
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from starlette.types import ASGIApp

from console.doctor import Check
from console.web.application import Answering, application
from console.web.serving import LOOPBACK, listening, server
from console.web.views import Views
from storage.reviews import Reviews
from tests.places import Place
from tests.storage.records import opened

FORM = "application/x-www-form-urlencoded"


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
        return self.ask(method, path, {} if host is None else {"Host": host}, body)

    def post(self, path: str, headers: Mapping[str, str] | None = None, /, **fields: str) -> Answer:
        """Send a form as a browser does from a page of the server, unless `headers` say otherwise; "" is left out."""
        usual = {"Sec-Fetch-Site": "same-origin", "Origin": "null", "Content-Type": FORM}
        told = {name: value for name, value in {**usual, **(headers or {})}.items() if value}
        return self.ask("POST", path, told, urlencode(fields).encode())

    def ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
        conn = self.connected()
        try:
            conn.request(method, path, body=body, headers=dict(headers))
            got = conn.getresponse()
            return Answer(
                status=got.status,
                headers={name.lower(): value for name, value in got.getheaders()},
                text=got.read().decode(errors="replace"),
            )
        finally:
            conn.close()

    def connected(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(LOOPBACK, self.port, timeout=30)


def token_in(text: str) -> str:
    """Return what the first form of a page holds in its field `token`."""
    found = re.search(r'name="token" value="([^"]+)"', text)
    assert found is not None
    return found[1]


@contextmanager
def serving(folder: Path, looks: Callable[[], Iterable[Check]] = tuple) -> Iterator[Web]:
    with opened(folder) as records:
        views = Views(
            db=records.db,
            ledger=records.ledger,
            objects=Place.of(folder).open_objects,
            looks=looks,
            reviews=Reviews(db=records.db, ledger=records.ledger, expires_days=30),
        )
        with serving_views(views) as web:
            yield web


@contextmanager
def serving_views(views: Answering) -> Iterator[Web]:
    with running(application(views)) as port:
        yield Web(port=port)


@contextmanager
def running(app: ASGIApp) -> Iterator[int]:
    """Serve it, and hand out the port."""
    with listening(0) as socket:
        served = server(app)
        thread = threading.Thread(target=served.run, kwargs={"sockets": [socket]})
        thread.start()  # it listens already: who asks before it is up waits
        try:
            yield socket.getsockname()[1]
        finally:
            served.should_exit = True
            thread.join()
