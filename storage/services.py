"""Ask a service that the operator named over HTTP, within a time and a size, and tell nobody what was asked."""

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypedDict, Unpack

import msgspec

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
    def basic(self) -> tuple[str, str] | None:
        return None if self.user is None or self.password is None else (self.user, self.password)


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
        from storage.service_line import Line  # what asks takes a tenth of a second to load, and few runs ask anybody

        self._line = Line(url, credentials.basic, most_bytes)

    def get(self, path: str, *, timeout_s: float, **asked: Unpack[Asked]) -> bytes:
        return self._line.ask("GET", path, timeout_s, asked)

    def post(self, path: str, *, timeout_s: float, **asked: Unpack[Asked]) -> bytes:
        return self._line.ask("POST", path, timeout_s, asked)


def read_json(body: bytes) -> Any:
    """Return what is there, or raise `ServiceTrouble`."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        code = "not-understood"
    raise ServiceTrouble(code)
