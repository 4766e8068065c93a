"""Read the training-and-data-mining assertion of C2PA and CAWG."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import cbor2

from filters.signals.signal import Protocol, Saying, Says

_NO: Final = "notAllowed"
_UNLESS: Final = "constrained"
_NOT_TRAINING: Final = "ai_inference"
_LABEL: Final = re.compile(r"(c2pa|cawg)\.training-mining(?![a-z-])")
_OF_VENDOR: Final = re.compile(r"^(c2pa|cawg)\.", re.IGNORECASE)
_MOST_ASSERTION_BYTES: Final = 65_536
_MOST_DEEP: Final = 16
_MOST_ENTRIES: Final = 100
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""And what a database or UTF-8 cannot hold."""


class BrokenAssertion(ValueError):
    """It is neither JSON nor CBOR of the form that the standard gives it."""


def is_training_mining(label: str) -> bool:
    """Tell whether a label is that of the assertion, with or without a version or the number of an instance.

    >>> is_training_mining("cawg.training-mining.v2__1")
    True
    """
    return _LABEL.match(label) is not None


def read_training_mining(kind: bytes, body: bytes, found_in: str) -> Saying:
    """Return what the assertion says: a use of training or mining that is not allowed, or only so far, denies.

    Nothing is said of inference, for which nothing is stored here. Other uses that the standard may name one day are
    taken for training. The signature of the manifest is not checked: a no counts whoever wrote it, a yes never does.
    """
    uses = tuple(_uses(_decoded(kind, body)))
    raw = "; ".join(f"{each.name}: {each.use}{each.constraint}" for each in uses)
    return Saying(protocol=Protocol.C2PA, says=_says(uses), found_in=found_in, raw=_UNPRINTABLE.sub(" ", raw))


def forbids(unread: bytes) -> bool:
    """Tell whether the words of a no stand in bytes that could not be read as C2PA."""
    return _NO.encode() in unread or (_UNLESS.encode() in unread and b"entries" in unread)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Use:
    name: str
    use: str
    constraint: str


def _says(uses: tuple[_Use, ...]) -> Says:
    said = {(_OF_VENDOR.sub("", each.name).lower(), each.use.strip().lower()) for each in uses}
    if any(use in (_NO.lower(), _UNLESS) for name, use in said if name != _NOT_TRAINING):
        return Says.DENY
    return Says.UNKNOWN  # a yes would need its signature checked


def _uses(assertion: object) -> Iterator[_Use]:
    """Yield what is said of each use that the standard names, or may name; other vendors' uses are none of ours."""
    entries = assertion.get("entries") if isinstance(assertion, dict) else None
    if not isinstance(entries, dict) or len(entries) > _MOST_ENTRIES:
        raise BrokenAssertion("it has no entries, or too many")
    for name, entry in entries.items():
        if "." in _OF_VENDOR.sub("", str(name)):
            continue
        use = entry.get("use") if isinstance(entry, dict) else None
        if not isinstance(use, str):
            raise BrokenAssertion("an entry says nothing of a use")
        info = entry.get("constraint_info")
        yield _Use(name=str(name), use=use, constraint=f" ({info})" if isinstance(info, str) else "")


def _decoded(kind: bytes, body: bytes) -> object:
    if len(body) > _MOST_ASSERTION_BYTES:
        raise BrokenAssertion("it is too large")
    try:
        return json.loads(body.rstrip(b"\0"), object_pairs_hook=_once) if kind == b"json" else _from_cbor(kind, body)
    except (ValueError, RecursionError, cbor2.CBORError) as error:
        raise BrokenAssertion("it cannot be decoded") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of two entries of one name a reader may take either, and so hide a no."""
    if len(dict(pairs)) != len(pairs):
        raise BrokenAssertion("a name stands twice")
    return dict(pairs)


_TAGS: Final = (0, 1, 2, 3, 4, 5, 25, 28, 29, 30, 35, 36, 37, 52, 54, 100, 256, 258, 260, 261, 1004, 43000, 55799)
"""Dates, fractions, regular expressions, ...: nothing an assertion needs, and some are slow to make."""


def _from_cbor(kind: bytes, body: bytes) -> object:
    if kind != b"cbor":
        raise BrokenAssertion("it is neither JSON nor CBOR")
    return cbor2.loads(
        body,
        semantic_decoders=dict.fromkeys(_TAGS, lambda value, _: value),
        max_depth=_MOST_DEEP,
        allow_duplicate_keys=False,
        strict_hashable_types=True,
    )
