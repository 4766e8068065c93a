"""Write a value in the one way that is signed: RFC 8785 canonical JSON."""

import hashlib
import math
import re
import struct
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

import msgspec
import rfc8785

_EXACT = 2**53
"""Beyond it JSON numbers are no longer exact, so RFC 8785 does not write them."""

_ENDLESS: Final = re.compile(rb"\xcb[\x7f\xff][\xf0-\xff]")
"""NaN or an infinity in MessagePack. JSON would say null; no text in UTF-8 holds these bytes."""
_OUTLINE: Final = bytes(
    ord("0") if 48 <= each <= 57 else ord(",") if each in b",:[-" else ord("~") if each >= 0xF0 else each
    for each in range(256)
)
"""Makes every digit 0, what can stand before one a comma, and what begins a character beyond U+FFFF a tilde."""
_FLOAT: Final = 0xCB
"""Stands before the eight bytes of a number with a fraction in MessagePack; in a text it may stand by chance."""
_unpacked = struct.Struct(">d").unpack_from
_NUL: Final = rb"\u0000"
"""As JSON has it; what only looks like it stands behind one more backslash, and is taken for it to be sure."""
_UNSAYABLE: Final = (UnicodeEncodeError, OverflowError, TypeError)
"""What msgspec raises of half a surrogate pair, of an integer beyond 64 bits, and of a key that is no text."""


class Written:
    """What is written once: for a column, and for what the ledger says of it or the digest that it has of it."""

    __slots__ = ("text",)

    def __init__(self, value: Any) -> None:
        self.text: Final = canonical(value)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text).hexdigest()

    def read(self) -> Any:
        return msgspec.json.decode(self.text)


def _as_it_is(value: Any) -> msgspec.Raw:
    if isinstance(value, Written):
        return msgspec.Raw(value.text)
    raise TypeError(f"JSON cannot say a {type(value).__name__}")


def _left_out(_value: Any) -> None:
    """Is asked of nothing but `Written`: of anything else JSON was asked before."""


_SORTED: Final = msgspec.json.Encoder(order="sorted", enc_hook=_as_it_is)
_REST_PACKED: Final = msgspec.msgpack.Encoder(enc_hook=_left_out)
"""Does without what is written already, in which each number is as it has to be."""


def canonical(value: Any) -> bytes:
    """Return what `rfc8785.dumps(plain(value))` would, most of the time some twenty times as fast."""
    quick = _quick(value)
    return rfc8785.dumps(plain(value)) if quick is None else quick


def plain(value: Any) -> Any:
    """Return `value` as what JSON can say and every database can hold.

    A number that JSON cannot say becomes text, half a surrogate pair a question mark, and NUL, with which PostgreSQL
    does not read JSON, U+FFFD, as HTML has it.
    """
    return _sayable(msgspec.to_builtins(value, enc_hook=_read))


def as_json(value: Any) -> bytes:
    """Return `plain(value)` as JSON, for a column."""
    if isinstance(value, Written):
        return value.text
    try:
        text = msgspec.json.encode(value)
        known = _NUL not in text and not _ENDLESS.search(msgspec.msgpack.encode(value))
        known = known and not _has_long_number(text, text.translate(_OUTLINE))
    except _UNSAYABLE:
        known = False
    return text if known else msgspec.json.encode(plain(value))


@lru_cache(maxsize=16)
def instant_text(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _quick(value: Any) -> bytes | None:
    """Have msgspec write it, and some numbers anew; None where it and RFC 8785 might differ all the same.

    It sorts keys by UTF-8 and RFC 8785 by UTF-16, which is the same without characters beyond U+FFFF.
    """
    try:
        text = _SORTED.encode(value)
        odd = _odd_numbers(_REST_PACKED.encode(value))
    except _UNSAYABLE:
        return None
    outline = text.translate(_OUTLINE)
    if odd is None or _NUL in text or _has_long_number(text, outline) or (b"~" in outline and not text.isascii()):
        return None
    if not odd:
        return text
    if b"\\" in text:  # whether a number stands in a string is then not told by counting quotes
        return None
    return _rewritten(text, sorted(each for number in odd for each in _places(text, number)))


def _has_long_number(text: bytes, outline: bytes) -> bool:
    """Say whether there may be a number of 16 digits, as 2**53 has, or one that is not within an object or a list."""
    return b",0000000000000000" in outline or text[:1] not in (b"{", b"[", b'"')


def _odd_numbers(packed: bytes) -> set[bytes] | None:
    """Return, as msgspec writes them, all numbers that RFC 8785 spells otherwise; None if there is NaN or an infinity.

    1.0 is 1 there, 1e-6 is 0.000001 and 1e21 is 1e+21. Numbers that are none, but text, may be among them.
    """
    odd: set[bytes] = set()
    found = packed.find(_FLOAT, 0, -8)
    while found >= 0:
        number = _unpacked(packed, found + 1)[0]
        if not abs(number) < math.inf:
            return None
        if not 1e-4 <= abs(number) < 1e16 or number.is_integer():
            odd.add(msgspec.json.encode(number))
        found = packed.find(_FLOAT, found + 1, -8)
    return odd


def _places(text: bytes, number: bytes) -> Iterator[tuple[int, int]]:
    """Yield from where to where it may stand as a number; some of it stands in strings."""
    start = text.find(number)
    while start >= 0:
        end = start + len(number)
        if text[start - 1] in b":,[" and text[end] in b",]}":
            yield start, end
        start = text.find(number, end)


def _rewritten(text: bytes, numbers: Iterable[tuple[int, int]]) -> bytes:
    parts: list[bytes] = []
    done = quotes = 0
    for start, end in numbers:
        quotes += text.count(b'"', done, start)
        number = text[start:end]
        parts += (text[done:start], number if quotes % 2 else rfc8785.dumps(float(number)))
        done = end
    return b"".join((*parts, text[done:]))


def _read(value: Any) -> Any:
    if isinstance(value, Written):
        return value.read()
    raise NotImplementedError(f"JSON cannot say a {type(value).__name__}")


def _sayable(value: Any) -> Any:
    match value:
        case str():
            value = value.replace("\0", "\ufffd")
            return value if value.isascii() else value.encode("utf-8", "replace").decode()
        case bool() | None:
            return value
        case int():
            return value if abs(value) < _EXACT else str(value)
        case float():
            return value if math.isfinite(value) else str(value)
        case Mapping():
            return {_sayable(key): _sayable(each) for key, each in value.items()}
        case _:
            return [_sayable(each) for each in value]
