"""Serve the demo web on several loopback hosts, all on one port."""

import errno
import socket
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Final, TypeVar

from console.demo.case import Answer, Host, Place
from console.demo.site import Site

FIRST_PORT: Final = 8080
_LAST_PORT: Final = 8180
_SERVED: Final = tuple(each for each in Host if each is not Host.NOBODY)


Server = TypeVar("Server", bound=ThreadingHTTPServer)


class NoPort(RuntimeError):
    """Every port that the demo would use is busy."""


class DemoServer(ThreadingHTTPServer):
    """One loopback host of the demo web."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, host: Host, port: int, site: Site, ending: Event) -> None:
        self.host, self.port, self.site, self.ending = host, port, site, ending
        super().__init__((host.value, port), _Visit)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a crawler may hang up whenever it has seen enough."""


@contextmanager
def serving(site_of: Callable[[int], Site] = Site) -> Iterator[tuple[Site, int]]:
    """Serve the demo web as long as the context lasts; yield it and its port, the first one that is free everywhere."""
    ending, site_on = Event(), cache(site_of)
    port, servers = bound(_SERVED, lambda host, port: DemoServer(Host(host), port, site_on(port), ending))
    with ExitStack() as stack:
        for server in map(stack.enter_context, servers):
            Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
            stack.callback(server.shutdown)
        stack.callback(ending.set)
        yield site_on(port), port


def bound(hosts: Sequence[str], bind: Callable[[str, int], Server]) -> tuple[int, list[Server]]:
    """Bind a server for each host, all on the first free port that no other process takes meanwhile."""
    while True:
        port, servers = free_port(hosts), list[Server]()
        try:
            for host in hosts:
                servers.append(bind(host, port))
        except OSError as busy:
            for each in servers:
                each.server_close()
            if busy.errno != errno.EADDRINUSE:
                raise
        else:
            return port, servers


def free_port(hosts: Iterable[str]) -> int:
    """Return the first port that is free on all these hosts: a second run has the same addresses."""
    addresses = [str(each) for each in hosts]
    for port in range(FIRST_PORT, _LAST_PORT):
        if all(_is_free(host, port) for host in (*addresses, Host.NOBODY.value)):
            return port
    raise NoPort(f"no port from {FIRST_PORT} to {_LAST_PORT} is free on {', '.join(addresses)}")


class _Visit(BaseHTTPRequestHandler):
    server: DemoServer
    protocol_version = "HTTP/1.1"
    server_version = "demo"
    sys_version = ""

    def do_GET(self) -> None:
        answer = self.server.site.answer(Place(self.server.host, self.path))
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        if answer.to is not None:
            self.send_header("Location", answer.to if isinstance(answer.to, str) else answer.to.url(self.server.port))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self._send(answer)

    def log_message(self, format: str, *args: object) -> None:  # as the base class names it
        """Say nothing: the crawl does the talking."""

    def _send(self, answer: Answer) -> None:
        if not answer.drip_s:
            self.wfile.write(answer.body)
            return
        for byte in answer.body:
            self.wfile.write(bytes([byte]))
            if self.server.ending.wait(answer.drip_s):
                return


def _is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as busy:
            if busy.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
            return False
    return True
