"""Serve what a test plants on a loopback port, as a service that is asked over HTTP would, and note every request."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, TypeAlias
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request; `query` has the last value of each name."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What is sent back; with `drip_s` one byte at a time, with `cut` the last one never."""

    body: bytes = b"{}"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    drip_s: float = 0.0
    cut: bool = False

    @classmethod
    def of(cls, value: Any, status: int = 200) -> "Answer":
        return cls(body=json.dumps(value).encode(), status=status)


Answers: TypeAlias = Callable[[Asked], Answer]


@dataclass(kw_only=True)
class Replayed:
    """The service while it runs; `answer` may be replaced at any time."""

    url: str
    answer: Answers
    asked: list[Asked] = field(default_factory=list)


@contextmanager
def replayed(answer: Answers) -> Iterator[Replayed]:
    server = _Server(("127.0.0.1", 0), _Handler)
    server.service = Replayed(url=f"http://127.0.0.1:{server.server_port}", answer=answer)
    serving = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    serving.start()
    try:
        yield server.service
    finally:
        server.shutdown()
        serving.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    service: Replayed


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        self._handle()

    def do_POST(self) -> None:
        self._handle()

    def log_message(self, *_: object) -> None:
        pass

    def _handle(self) -> None:
        parts = urlsplit(self.path)
        asked = Asked(
            method=self.command,
            path=parts.path,
            query={name: values[-1] for name, values in parse_qs(parts.query).items()},
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(int(self.headers.get("Content-Length") or 0)),
        )
        self.server.service.asked.append(asked)
        try:
            self._send(self.server.service.answer(asked))
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _send(self, said: Answer) -> None:
        self.send_response(said.status)
        for name, value in said.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(said.body) + said.cut))
        self.end_headers()
        if not said.drip_s:
            self.wfile.write(said.body)
            return
        for each in said.body:
            self.wfile.write(bytes([each]))
            time.sleep(said.drip_s)
