"""Stand between a store and a real S3 server, and play the faults that a test has planned."""

import os
import re
import socket
import struct
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final
from urllib.parse import urlsplit

from tests.storage.s3_faults import Answer, Fault, altered_in_transit

_HOP_BY_HOP: Final = ("connection", "transfer-encoding", "keep-alive")


@dataclass(slots=True)
class _Planned:
    fault: Fault
    method: str
    path: re.Pattern[str]
    skip: int
    times: int


@dataclass(slots=True)
class S3Proxy:
    """What a test says to a proxy and hears of it."""

    endpoint_url: str
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Method and path with query of each request, in order."""
    _planned: list[_Planned] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _let_go: threading.Event = field(default_factory=threading.Event)
    _held: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    _passed: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def plan(self, fault: Fault, method: str, path: str = "", *, nth: int = 1, times: int = 1) -> None:
        """Play a fault at the nth request from now on with this method whose path and query match, and at the next."""
        with self._lock:
            self._planned.append(_Planned(fault, method, re.compile(path), nth - 1, times))

    def count(self, method: str, path: str = "") -> int:
        with self._lock:
            return sum(each == method and re.search(path, asked) is not None for each, asked in self.asked)

    def wait_until_held(self) -> None:
        """Return when a request is held back by `Holds`."""
        if not self._held.acquire(timeout=30):
            raise TimeoutError("no request is held back")

    def let_go(self) -> None:
        """Pass on what is held back, and return when one of it has been answered by the server."""
        self._let_go.set()
        if not self._passed.acquire(timeout=30):
            raise TimeoutError("nothing was passed on")

    def close(self) -> None:
        self._let_go.set()

    def fault_for(self, method: str, path: str) -> Fault | None:
        with self._lock:
            self.asked.append((method, path))
            for each in self._planned:
                if each.method == method and each.path.search(path) and (fault := _due(each)) is not None:
                    return fault
        return None

    def hold(self) -> None:
        self._held.release()
        self._let_go.wait(timeout=60)

    def note_passed(self) -> None:
        self._passed.release()


def _due(planned: _Planned) -> Fault | None:
    if planned.skip > 0:
        planned.skip -= 1
        return None
    if planned.times == 0:
        return None
    planned.times -= 1
    return planned.fault


@contextmanager
def s3_proxy(endpoint_url: str) -> Iterator[S3Proxy]:
    """Pass all on to a server, until a fault is planned."""
    upstream = urlsplit(endpoint_url).netloc
    server = _Server(("127.0.0.1", 0), _Handler)
    server.upstream = upstream
    server.proxy = proxy = S3Proxy(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.close()
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64
    upstream: str
    proxy: S3Proxy

    def handle_error(self, request: object, client_address: object) -> None:
        """Raise what is a fault of ours in its thread, where pytest sees it; a store that hangs up is none."""
        if not isinstance(sys.exception(), ConnectionError):
            raise


class _Handler(BaseHTTPRequestHandler):
    """A request is read whole before anything is done about it."""

    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 60
    _held = False

    def do_GET(self) -> None:
        proxy = self.server.proxy
        self._held = False
        self._body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        fault = proxy.fault_for(self.command, self.path)
        try:
            if fault is None:
                self.answer(self.forward())
            else:
                fault.play(self)
        except ConnectionError:  # whoever asked has gone
            self.close_connection = True

    do_PUT = do_POST = do_DELETE = do_HEAD = do_GET  # noqa: N815 - the names that http.server looks for

    def sent(self, header: str) -> str:
        return str(self.headers.get(header, ""))

    def forward(self, *, altered: bool = False) -> Answer:
        upstream = HTTPConnection(self.server.upstream, timeout=60)
        try:
            upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() not in _HOP_BY_HOP:
                    upstream.putheader(name, value)  # with the Host that was signed
            upstream.endheaders(altered_in_transit(self._body) if altered else self._body)
            got = upstream.getresponse()
            return Answer(status=got.status, headers=got.getheaders(), body=got.read())
        finally:
            upstream.close()
            if self._held:
                self.server.proxy.note_passed()

    def answer(self, answer: Answer, *, cut_at: int | None = None) -> None:
        self.send_response_only(answer.status)
        dropped = _HOP_BY_HOP if self.command == "HEAD" else (*_HOP_BY_HOP, "content-length")
        for name, value in answer.headers:
            if name.lower() not in dropped:
                self.send_header(name, value)
        if self.command != "HEAD":
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body[:cut_at])
        self.wfile.flush()

    def hang_up(self, *, reset: bool = False) -> None:
        if reset:  # closed at once, with a RST, and what is still to be sent is thrown away
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            os.close(self.connection.detach())
        self.close_connection = True

    def wait_until_let_go(self) -> None:
        self._held = True
        self.server.proxy.hold()

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing: paths hold digests."""
