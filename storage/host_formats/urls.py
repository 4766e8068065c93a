"""Read lists of URLs, of beginnings of URLs, and of SHA-256 digests of URLs."""

import re
from collections.abc import Iterator
from typing import Final

from filters.indexes.entries import NotAnEntry, read_entry
from filters.indexes.host_names import normalise_host
from filters.indexes.known import degenerate
from storage.host_formats.listed import BLOCK, Action, Item, ListLine, Reading
from storage.list_lines import Rejected, RejectReason
from storage.public_suffix import is_registry_suffix

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):(?=//)", re.IGNORECASE)
_HOST = re.compile(r"[^\s/?:=*\\]+")
_WEB: Final = frozenset({"http", "https"})
_CONTROL = re.compile(r"[\x00-\x20\x7f]")
_HEX: Final = frozenset("0123456789abcdef")
_SHA256_DIGITS: Final = 64


def read_url(reading: Reading, number: int, text: str) -> Iterator[Item]:
    """Read `http://example.org/page?query`, with or without its scheme. A line that begins with `#` is a comment.

    A line that is a host and nothing more names no page of it, and stands for the host as it does on other lists.
    """
    if text.startswith("#"):
        return
    bare = text.partition("#")[0].rstrip()
    if _HOST.fullmatch(bare):
        yield reading.host(number, bare)
    else:
        yield url_entry(reading, number, text, prefix=False, action=BLOCK)


def read_prefix(reading: Reading, number: int, text: str) -> Iterator[Item]:
    """Read `example.org/folder/` or `example.org/folder/*` as all that begins so."""
    if text and not text.startswith("#"):
        yield url_entry(reading, number, text.rstrip("*"), prefix=True, action=BLOCK)


def read_digest(_: Reading, number: int, text: str) -> Iterator[Item]:
    """Read 64 hex digits, which may have `sha256:` before them, and a comment after a `#`."""
    words = text.partition("#")[0].split()
    if not words:
        return
    digest = words[0].lower().removeprefix("sha256:")
    reason = RejectReason.SEVERAL_WORDS if len(words) > 1 else _why_no_digest(digest)
    yield ListLine(covers=f"sha256:{digest}") if reason is None else Rejected(line=number, reason=reason)


def url_entry(reading: Reading, number: int, text: str, *, prefix: bool, action: Action) -> Item:
    """Return the entry for an address. What the index would read as more than one address is rejected."""
    entry = _canonical(text, prefix=prefix)
    if isinstance(entry, RejectReason):
        return Rejected(line=number, reason=entry)
    if prefix and not reading.force and is_registry_suffix(_host_of(entry)):
        return Rejected(line=number, reason=RejectReason.PUBLIC_SUFFIX)
    return ListLine(covers=entry, action=action)


def _canonical(text: str, *, prefix: bool) -> str | RejectReason:
    scheme = _SCHEME.match(text)
    if _CONTROL.search(text) or (scheme and scheme[1].lower() not in _WEB):
        return RejectReason.NOT_A_URL
    address = (text[scheme.end() :] if scheme else text).removeprefix("//").partition("#")[0]
    if address.endswith("*"):
        return RejectReason.PATTERN
    if address.startswith(("/", "\\")):  # a browser would take the first folder for the host
        return RejectReason.NOT_A_URL
    if "/" not in address and "?" not in address:
        address += "/"
    try:
        return read_entry(f"http://{address}" + "*" * prefix)
    except NotAnEntry:  # 192.0.2.7/24 would pass for a network, a%2A ends in a star
        return RejectReason.NOT_A_URL


def _host_of(entry: str) -> str:
    return normalise_host(entry.partition("/")[0])


def _why_no_digest(digest: str) -> RejectReason | None:
    if not _HEX.issuperset(digest):
        return RejectReason.NOT_HEX
    if len(digest) != _SHA256_DIGITS:
        return RejectReason.WRONG_LENGTH
    return RejectReason.DEGENERATE if degenerate("sha256", digest) else None
