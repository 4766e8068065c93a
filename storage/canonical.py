"""Write a value in the one way that is signed: RFC 8785 canonical JSON."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
import rfc8785

_EXACT = 2**53
"""Beyond it JSON numbers are no longer exact, so RFC 8785 does not write them."""


def canonical(value: Any) -> bytes:
    return rfc8785.dumps(plain(value))


def plain(value: Any) -> Any:
    """Return `value` as what JSON can say: a number that it cannot say and half a surrogate pair become text."""
    return _sayable(msgspec.to_builtins(value))


def instant_text(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _sayable(value: Any) -> Any:
    match value:
        case str():
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
