"""Spell an address as lists of URLs do: Safe Browsing's canonical form, and the expressions that may stand for it.

The rules are those of the public text "URLs and Hashing": no scheme, user or fragment; the path percent-decoded until
nothing is left to decode, without `.`, `..` and empty segments, and what is not printable encoded once. An address is
covered by up to 5 of its host's suffixes, each with up to 6 of its paths: whole, without the query, and its folders.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Final

from filters.indexes.host_names import is_address, normalise_host, parsed_url

_PORTS: Final = {"http:": 80, "https:": 443, "ws:": 80, "wss:": 443, "ftp:": 21}
_HEX: Final = frozenset(b"0123456789abcdefABCDEF")
_PERCENT: Final = ord("%")
_SLASHES: Final = re.compile(rb"/+")
_MOST_HOST_LABELS: Final = 5
_MOST_FOLDERS: Final = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """A URL as lists spell it. `port` is the one a connection would be made to, None if the scheme has none."""

    host: str
    port: int | None
    named_port: bool
    path: str
    query: str | None


def address_of(url: str) -> Address:
    """Read a URL as a browser does, and spell it canonically; raise `NotAHost`."""
    parsed = parsed_url(url)
    path, _, query = _decoded((parsed.pathname + parsed.search).encode()).partition(b"?")
    return Address(
        host=normalise_host(url),
        port=int(parsed.port) if parsed.port else _PORTS.get(parsed.protocol),
        named_port=bool(parsed.port),
        path=_escaped(_resolved(path)),
        query=_escaped(query) if query else None,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Spelt:
    """What stands for a URL on lists of URLs, with its port too where a list names it.

    `whole` is the URL itself, `on_parents` the same on each suffix of its host, and `expressions` are what Safe
    Browsing says may stand for it, the nearest first.
    """

    whole: tuple[str, ...] = ()
    on_parents: tuple[str, ...] = ()
    expressions: tuple[str, ...] = ()


def spelt(address: Address, ports: frozenset[int] = frozenset()) -> Spelt:
    """Spell an address in every way that lists may name it."""
    whole, bare = _with_query(address), address.path
    paths = dict.fromkeys((whole, bare, *reversed(_folders(bare))))
    hosts = _host_suffixes(address.host)
    return Spelt(
        whole=tuple(host + whole for host in _with_port(hosts[:1], address, ports)),
        on_parents=tuple(host + whole for host in _with_port(hosts, address, ports)),
        expressions=tuple(host + path for host in _with_port(hosts, address, ports) for path in paths),
    )


def hash_of(expression: str) -> str:
    """Return the SHA-256 of an expression in hex, as lists of hashed URLs hold it."""
    return hashlib.sha256(expression.encode()).hexdigest()


def spelt_host(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _decoded(data: bytes) -> bytes:
    """Percent-decode until nothing is left to decode, in one pass: each decoded byte may end another escape."""
    if b"%" not in data:
        return data
    done = bytearray()
    for byte in data:
        done.append(byte)
        while len(done) > 2 and done[-3] == _PERCENT and _HEX.issuperset(done[-2:]):
            done[-3:] = (int(done[-2:], 16),)
    return bytes(done)


def _resolved(path: bytes) -> bytes:
    kept: list[bytes] = []
    segments = _SLASHES.sub(b"/", b"/" + path).split(b"/")[1:]
    for segment in segments:
        if segment == b"..":
            del kept[-1:]
        elif segment != b".":
            kept.append(segment)
    if segments[-1] in (b".", b".."):
        kept.append(b"")
    return b"/" + b"/".join(kept)


def _escaped(data: bytes) -> str:
    return "".join(_ESCAPED[byte] for byte in data)


_ESCAPED: Final = tuple(
    chr(byte) if 0x20 < byte < 0x7F and byte not in b"#%" else f"%{byte:02X}" for byte in range(256)
)


def _with_query(address: Address) -> str:
    return address.path if address.query is None else f"{address.path}?{address.query}"


def _with_port(hosts: tuple[str, ...], address: Address, ports: frozenset[int]) -> tuple[str, ...]:
    named = tuple(f"{host}:{address.port}" for host in hosts) if address.port in ports else ()
    return (*named, *hosts)


def _host_suffixes(host: str) -> tuple[str, ...]:
    """Return the host, and up to four of its last five labels and fewer, but never one label alone."""
    if is_address(host):
        return (spelt_host(host),)
    labels = host.split(".")
    shorter = range(min(_MOST_HOST_LABELS, len(labels) - 1), 1, -1)
    return (host, *(".".join(labels[-count:]) for count in shorter))


def _folders(path: str) -> list[str]:
    """Return the folders a path is in, from the root on."""
    folders, found = [], 0
    for _ in range(_MOST_FOLDERS):
        folders.append(path[: found + 1])
        found = path.find("/", found + 1)
        if found < 0:
            break
    return folders
