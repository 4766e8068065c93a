"""Write down what was found without pictures in it: a `data:` URI holds one, and becomes its digest and length."""

import hashlib
from collections.abc import Mapping
from typing import Any

from storage.canonical import Written, plain

_TEXTS = frozenset({"text", "text_raw", "title"})
"""Captions stay as they are, even one that reads "data: sales of 2020"."""


def recordable(value: Any) -> Any:
    """Return `value` as plain data in which `data:` URIs are but digest and length."""
    return _without_data(plain(value))


def recordable_url(url: str) -> str:
    if url.lstrip()[:5].lower() != "data:":
        return url
    encoded = url.encode()
    return f"data:;sha256={hashlib.sha256(encoded).hexdigest()};length={len(encoded)}"


def written(value: Any) -> Written:
    """Return `recordable(value)`, written once; it is taken apart only if a `data:` URI can be in it."""
    text = Written(value)
    return Written(recordable(value)) if b"data:" in text.text.lower() else text


def _without_data(value: Any) -> Any:
    match value:
        case str():
            return recordable_url(value)
        case Mapping():
            return {key: each if key in _TEXTS else _without_data(each) for key, each in value.items()}
        case list():
            return [_without_data(each) for each in value]
        case _:
            return value
