"""Serve a local web whose URLs are named after what they do to a crawler, on several loopback hosts.

A page is described by its own address, `/page?img=/half.jpg&alt=Half%20a%20picture&link=/page?...`; `page()` writes it.
Every request is in the log. What a test wants at an address of its own it puts into `Web.answers`.
"""

import ssl
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from threading import Event, Thread
from typing import Final
from urllib.parse import parse_qs, urlencode, urlsplit

import brotli  # type: ignore[import-untyped]  # it has none
from backports import zstd
from PIL import Image

from console.demo import altered
from console.demo.pictures import SCENES, jpeg
from console.demo.server import bound

HOSTS: Final = ("127.0.0.21", "127.0.0.22", "127.0.0.23")
OF_CONSENT: Final = frozenset({"/robots.txt", "/ai.txt", "/.well-known/tdmrep.json"})
CAPTION: Final = "A quiet evening by the harbour"


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """One line of the log; `path` is with its query."""

    host: str
    path: str
    agent: str
    at: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """An answer that a test plants at an address of its own."""

    body: bytes = b""
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(kw_only=True)
class Web:
    """The mock web while it is served. `answers` is asked first: by (host, path), then by path."""

    port: int
    hosts: tuple[str, ...]
    tls: ssl.SSLContext | None = None
    log: list[Request] = field(default_factory=list)
    answers: dict[tuple[str, str] | str, Reply] = field(default_factory=dict)
    ending: Event = field(default_factory=Event)

    def url(self, path: str, host: int = 0) -> str:
        scheme = "http" if self.tls is None else "https"
        return f"{scheme}://{self.hosts[host]}:{self.port}{path}"

    def plant_page(self, path: str, *pictures: tuple[str, str], links: Sequence[str] = ()) -> str:
        """Put a page at an address of its own, for one whose address would be too long; return its URL."""
        self.answers[path] = Reply(body=_html("A page", pictures, links))
        return self.url(path)

    def paths(self, host: int | None = None) -> list[str]:
        """Return the paths that were asked for, without robots.txt and the like, in order."""
        asked = (each for each in self.log if host is None or each.host == self.hosts[host])
        return [each.path for each in asked if each.path not in OF_CONSENT]


def page(*pictures: str | tuple[str, str], links: Sequence[str] = (), title: str = "A page") -> str:
    """Return the address of a page that shows these pictures (address, or address and alt text) and has these links."""
    query = [("title", title)]
    for each in pictures:
        image, alt = (each, CAPTION) if isinstance(each, str) else each
        query += [("img", image), ("alt", alt)]
    return "/page?" + urlencode([*query, *(("link", each) for each in links)])


def picture(name: str) -> str:
    """Return the address of a scene of the demo's pictures."""
    return f"/picture/{name}.jpg"


@contextmanager
def serving(hosts: tuple[str, ...] = HOSTS, *, tls: ssl.SSLContext | None = None) -> Iterator[Web]:
    web = Web(port=0, hosts=hosts, tls=tls)
    web.port, servers = bound(hosts, lambda host, port: _Server(host, port, web))
    with ExitStack() as stack:
        for server in map(stack.enter_context, servers):
            Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
            stack.callback(server.shutdown)
        stack.callback(web.ending.set)
        yield web


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, host: str, port: int, web: Web) -> None:
        self.host, self.web = host, web
        super().__init__((host, port), Visit)
        if web.tls is not None:
            self.socket = web.tls.wrap_socket(self.socket, server_side=True)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: crawlers hang up on what this web does to them."""


class Visit(BaseHTTPRequestHandler):
    """One request; the behaviours below answer it through its methods."""

    server: _Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        web = self.server.web
        agent = self.headers.get("User-Agent", "")
        web.log.append(Request(host=self.server.host, path=self.path, agent=agent, at=time.monotonic()))
        planted = web.answers.get((self.server.host, self.path)) or web.answers.get(self.path)
        if planted is not None:
            self.reply(planted.body, planted.content_type, planted.status, planted.headers)
            return
        behaviour, argument = _behaviour(urlsplit(self.path).path)
        behaviour(self, argument)

    def log_message(self, format: str, *args: object) -> None:  # as the base class names it
        """Say nothing: the requests are in the log."""

    @property
    def query(self) -> Mapping[str, list[str]]:
        return parse_qs(urlsplit(self.path).query)

    def reply(
        self, body: bytes, content_type: str, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> None:
        self.head(content_type, status, {"Content-Length": str(len(body)), **(headers or {})})
        self.wfile.write(body)

    def head(self, content_type: str, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": content_type, **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()

    def wait(self, seconds: float) -> bool:
        """Wait, and return whether the web has been ended meanwhile."""
        return self.server.web.ending.wait(seconds)


def _page(visit: Visit, _: str) -> None:
    query = visit.query
    pictures = list(zip(query.get("img", []), query.get("alt", []), strict=True))
    body = _html(query.get("title", ["A page"])[0], pictures, query.get("link", []))
    visit.reply(body, "text/html; charset=utf-8")


def _html(title: str, pictures: Sequence[tuple[str, str]], links: Sequence[str]) -> bytes:
    shown = "".join(f'<p><img src="{escape(image)}" alt="{escape(alt)}"></p>' for image, alt in pictures)
    on = "".join(f'<a href="{escape(each)}">on</a> ' for each in links)
    return f"<!doctype html><title>{escape(title)}</title>{shown}{on}".encode()


def _picture(visit: Visit, name: str) -> None:
    name = name.removesuffix(".jpg")
    if name not in SCENES:
        _status(visit, "404")
        return
    visit.reply(jpeg(name), "image/jpeg")


def _status(visit: Visit, number: str) -> None:
    visit.reply(f"status {number}".encode(), "text/plain", int(number))


def _redirect(visit: Visit, _: str) -> None:
    visit.reply(b"", "text/plain", 302, {"Location": visit.query["to"][0]})


def _redirect_for_ever(visit: Visit, number: str) -> None:
    visit.reply(b"", "text/plain", 302, {"Location": f"/redirect-for-ever/{int(number or 0) + 1}"})


def _drip(visit: Visit, content_type: str) -> None:
    """Send a byte, wait, send the next."""
    body = jpeg("kite")
    visit.head(content_type or "image/jpeg", headers={"Content-Length": str(len(body))})
    for byte in body:
        visit.wfile.write(bytes([byte]))
        if visit.wait(1.0):
            return


def _slow_headers(visit: Visit, _: str) -> None:
    """Send the head of the answer a letter at a time."""
    for letter in b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nX-Filler: " + b"a" * 10_000:
        visit.wfile.write(bytes([letter]))
        if visit.wait(0.5):
            return


def _endless_headers(visit: Visit, _: str) -> None:
    """Send one header after the other and never an end of them."""
    visit.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n")
    while not visit.server.web.ending.is_set():
        visit.wfile.write(b"X-Filler: " + b"a" * 8_000 + b"\r\n")


def _silence(visit: Visit, _: str) -> None:
    """Take the request and never answer."""
    visit.wait(600)


def _hangs_up(visit: Visit, _: str) -> None:
    """Promise more than is sent."""
    visit.head("image/jpeg", headers={"Content-Length": "100000"})
    visit.wfile.write(jpeg("kite")[:3000])
    visit.close_connection = True


def _drops(visit: Visit, _: str) -> None:
    """Close the connection without an answer."""
    visit.close_connection = True


def _endless(visit: Visit, content_type: str) -> None:
    """Send and send, without a length."""
    visit.head(content_type or "image/jpeg", headers={"Connection": "close"})
    visit.close_connection = True
    while not visit.server.web.ending.is_set():
        visit.wfile.write(b"more and more and more\n" * 3000)


def _gzip_bomb(visit: Visit, content_type: str) -> None:
    """Send 60 kB that unpack to 60 MB."""
    visit.reply(gzip_bomb(), content_type or "image/jpeg", headers={"Content-Encoding": "gzip"})


@cache
def gzip_bomb() -> bytes:
    squeeze = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(squeeze.compress(bytes(1_000_000)) for _ in range(60)) + squeeze.flush()


def _br_bomb(visit: Visit, content_type: str) -> None:
    visit.reply(br_bomb(), content_type or "image/jpeg", headers={"Content-Encoding": "br"})


def _zstd_bomb(visit: Visit, content_type: str) -> None:
    visit.reply(zstd_bomb(), content_type or "image/jpeg", headers={"Content-Encoding": "zstd"})


@cache
def br_bomb() -> bytes:
    return bytes(brotli.compress(bytes(50_000_000), quality=1))


@cache
def zstd_bomb() -> bytes:
    return bytes(zstd.compress(bytes(50_000_000)))


def _flaky(visit: Visit, argument: str) -> None:
    """Be busy for so many requests of this address, then redirect to the rest of it."""
    times, _, rest = argument.partition("/")
    asked = sum(each.path == visit.path for each in visit.server.web.log)
    if asked > int(times):
        visit.reply(b"", "text/plain", 302, {"Location": f"/{rest}"})
        return
    after = visit.query.get("after", [])
    visit.reply(b"busy", "text/plain", 503, {"Retry-After": after[0]} if after else {})


def _slow_redirects(visit: Visit, number: str) -> None:
    """Answer each time well within a limit of twelve seconds, and point to the next: together they take longer."""
    visit.wait(2.5)
    visit.reply(b"", "text/plain", 302, {"Location": f"/slow-redirects/{int(number) + 1}"})


def _many_attributes(visit: Visit, _: str) -> None:
    """Send a page with one tag of 100,000 attributes, which costs every parser many seconds."""
    attributes = " ".join(f"a{number}=1" for number in range(100_000))
    visit.reply(f'<p><img src="/picture/kite.jpg" alt="{CAPTION}"></p><p {attributes}>'.encode(), "text/html")


def _kills_its_worker(visit: Visit, _: str) -> None:
    """Send a PNG of 150 kB and 36 million pixels in colour: a worker with little memory does not survive it."""
    visit.reply(large_png(), "image/png")


@cache
def large_png() -> bytes:
    out = BytesIO()
    Image.new("RGBA", (6000, 6000), (90, 120, 150, 200)).save(out, "PNG", compress_level=1)
    return out.getvalue()


def _file(make: Callable[[], bytes], content_type: str) -> Callable[[Visit, str], None]:
    return lambda visit, _: visit.reply(make(), content_type)


def _robots(visit: Visit, _: str) -> None:
    visit.reply(b"User-agent: *\nAllow: /\n", "text/plain")


_Behaviour = Callable[[Visit, str], None]
BEHAVIOURS: Final[Mapping[str, _Behaviour]] = {
    "/robots.txt": _robots,
    "/page": _page,
    "/picture/": _picture,
    "/status/": _status,
    "/redirect": _redirect,
    "/redirect-for-ever/": _redirect_for_ever,
    "/drip/": _drip,
    "/slow-headers": _slow_headers,
    "/endless-headers": _endless_headers,
    "/silence": _silence,
    "/hangs-up": _hangs_up,
    "/drops": _drops,
    "/endless/": _endless,
    "/gzip-bomb/": _gzip_bomb,
    "/br-bomb/": _br_bomb,
    "/zstd-bomb/": _zstd_bomb,
    "/flaky/": _flaky,
    "/slow-redirects/": _slow_redirects,
    "/100000-attributes": _many_attributes,
    "/kills-its-worker": _kills_its_worker,
    "/half.jpg": _file(lambda: altered.half("kite"), "image/jpeg"),
    "/bomb.png": _file(altered.bomb, "image/png"),
    "/drawing.svg": _file(altered.drawing, "image/svg+xml"),
}
"""What each address does; one that ends with a slash takes the rest of the address as its argument."""


def _behaviour(path: str) -> tuple[_Behaviour, str]:
    if path in BEHAVIOURS:
        return BEHAVIOURS[path], ""
    for start, behaviour in BEHAVIOURS.items():
        if start.endswith("/") and path.startswith(start):
            return behaviour, path.removeprefix(start)
    return _status, "404"
