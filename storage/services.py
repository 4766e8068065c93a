"""Ask a service that the operator named over HTTP, within a time and a size, and tell nobody what was asked."""

import logging
import os
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypedDict, Unpack

import msgspec
import requests
import urllib3
from requests.auth import AuthBase, HTTPBasicAuth

CONNECT_TIMEOUT_S: Final = 5.0
MOST_BYTES: Final = 64 << 20
"""Of one answer: a page of a large exchange has a few megabytes."""

logging.getLogger("urllib3").setLevel(logging.ERROR)  # below, its records hold paths and queries, and these hold hashes


class ServiceTrouble(Exception):
    """A service gave no answer to rely on. The text is a stable code: never an address, a query or an answer."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, kw_only=True, slots=True)
class Credentials:
    """What a service wants to see; read from the environment alone, since settings are printed and stored."""

    user: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)

    @classmethod
    def of(cls, prefix: str, environment: Mapping[str, str] | None = None) -> "Credentials":
        """Read <prefix>_USER, <prefix>_PASSWORD and <prefix>_TOKEN; what is not set or empty is None."""
        there = os.environ if environment is None else environment
        return cls(
            user=there.get(f"{prefix}_USER") or None,
            password=there.get(f"{prefix}_PASSWORD") or None,
            token=there.get(f"{prefix}_TOKEN") or None,
        )

    @property
    def basic(self) -> AuthBase | None:
        return None if self.user is None or self.password is None else HTTPBasicAuth(self.user, self.password)


class Asked(TypedDict, total=False):
    """What a question holds besides its path."""

    params: Mapping[str, str]
    json: object
    data: bytes
    headers: Mapping[str, str]


class Service:
    """One service at `url`. Redirects, proxies, cookies and `.netrc` play no part: what is sent goes there or nowhere.

    May be used by several threads.
    """

    def __init__(self, url: str, credentials: Credentials, *, most_bytes: int = MOST_BYTES) -> None:
        self._url = url
        self._auth = credentials.basic
        self._most_bytes = most_bytes
        self._of_thread = threading.local()

    def get(self, path: str, *, timeout_s: float, **asked: Unpack[Asked]) -> bytes:
        return self._ask("GET", path, timeout_s, asked)

    def post(self, path: str, *, timeout_s: float, **asked: Unpack[Asked]) -> bytes:
        return self._ask("POST", path, timeout_s, asked)

    def _ask(self, method: str, path: str, timeout_s: float, asked: Asked) -> bytes:
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
            auth=self._auth,
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


def read_json(body: bytes) -> Any:
    """Return what is there, or raise `ServiceTrouble`."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        code = "not-understood"
    raise ServiceTrouble(code)
