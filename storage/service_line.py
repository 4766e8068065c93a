"""Ask a service over HTTP on one connection for each thread."""

import os
import threading
import time
from typing import Final

import requests
import urllib3

from storage.services import Asked, ServiceTrouble

CONNECT_TIMEOUT_S: Final = 5.0


class Line:
    """To one service at `url`; `basic` is the user and the password that it wants to see. For several threads."""

    def __init__(self, url: str, basic: tuple[str, str] | None, most_bytes: int) -> None:
        self._url = url
        self._basic = basic
        self._most_bytes = most_bytes
        self._of_thread = threading.local()

    def ask(self, method: str, path: str, timeout_s: float, asked: Asked) -> bytes:
        """Raise `ServiceTrouble` outside of any `except`, so that no exception with an address hangs on to it."""
        try:
            return self._answer(method, path, timeout_s, asked)
        except ServiceTrouble as trouble:
            code = trouble.code
        except (requests.Timeout, urllib3.exceptions.TimeoutError, TimeoutError):
            code = "timeout"
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError):
            code = "unreachable"
        raise ServiceTrouble(code)

    def _answer(self, method: str, path: str, timeout_s: float, asked: Asked) -> bytes:
        until = time.monotonic() + timeout_s
        if timeout_s <= 0:
            raise ServiceTrouble("timeout")
        headers = {"Accept-Encoding": "identity", **asked.get("headers", {})}
        with self._session.request(
            method,
            f"{self._url}{path}",
            params=asked.get("params"),
            json=asked.get("json"),
            data=asked.get("data"),
            headers=headers,
            auth=self._basic,
            timeout=(min(CONNECT_TIMEOUT_S, timeout_s), timeout_s),
            allow_redirects=False,
            stream=True,
        ) as response:
            if response.status_code != requests.codes.ok:
                raise ServiceTrouble(f"status-{response.status_code}")
            return self._read(response, until)

    def _read(self, response: requests.Response, until: float) -> bytes:
        """By what arrives: the library's own time limit begins anew with each byte, so what drips is never too slow."""
        raw: urllib3.HTTPResponse = response.raw
        body = bytearray()
        while piece := raw.read1(1 << 16, decode_content=True):
            body += piece
            if len(body) > self._most_bytes:
                raise ServiceTrouble("too-large")
            if time.monotonic() > until:
                raise ServiceTrouble("timeout")
        return bytes(body)

    @property
    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._of_thread, "session", None)
        if session is None:
            session = self._of_thread.session = requests.Session()
            session.trust_env = False  # neither a proxy nor .netrc that the environment happens to name
            session.verify = os.environ.get("REQUESTS_CA_BUNDLE") or True
        return session
