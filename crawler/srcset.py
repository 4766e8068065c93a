"""Read a `srcset` by the algorithm of the HTML standard, and choose one source."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

MAX_WIDTH_PX: Final = 4096
MAX_CHARACTERS: Final = 100_000

_BLANK = " \t\n\f\r"
_BETWEEN = re.compile(r"[ \t\n\f\r,]*")
_URL = re.compile(r"[^ \t\n\f\r]+")
_DESCRIPTORS = re.compile(r"(?:[^(,]++|\([^)]*+\)?+)*+")
"""Up to the first comma outside parentheses."""
_INTEGER = re.compile(r"[0-9]{1,15}")
_NUMBER = re.compile(r"-?(?:[0-9]{1,15}(?:\.[0-9]{1,15})?|\.[0-9]{1,15})(?:[eE][+-]?[0-9]{1,3})?")


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """One image of a `srcset`, with the width or the pixel density that it declares."""

    url: str
    width_px: int | None = None
    density: float | None = None


class _Wrong(ValueError):
    """A descriptor that the standard calls an error: the source is left out."""


def parse_srcset(srcset: str) -> Iterator[Source]:
    """Yield the sources in order; one with a wrong descriptor is left out.

    >>> [source.url for source in parse_srcset("a,b.png 1x, c.png 2x")]
    ['a,b.png', 'c.png']
    """
    srcset = srcset[:MAX_CHARACTERS]
    position = 0
    while found := _URL.match(srcset, _end(_BETWEEN, srcset, position)):
        url, position, descriptors = found.group(), found.end(), ""
        if url.endswith(","):
            url = url.rstrip(",")
        else:
            end = _end(_DESCRIPTORS, srcset, position)
            descriptors, position = srcset[position:end], end + 1
        try:
            yield _source(url, descriptors)
        except _Wrong:
            continue


def choose(sources: Sequence[Source], max_width_px: int = MAX_WIDTH_PX) -> Source | None:
    """Return the widest up to the cap, else the narrowest above it; without widths, the densest."""
    widths = [(source.width_px, source) for source in sources if source.width_px is not None]
    if not widths:
        return max(sources, key=lambda source: source.density or 1.0, default=None)
    within = [each for each in widths if each[0] <= max_width_px]
    return max(within, key=lambda each: each[0])[1] if within else min(widths, key=lambda each: each[0])[1]


def _end(pattern: re.Pattern[str], text: str, position: int) -> int:
    found = pattern.match(text, position)
    return position if found is None else found.end()


def _source(url: str, descriptors: str) -> Source:
    if "(" in descriptors:  # kept for descriptors to come; every one of them is an error today
        raise _Wrong
    given: dict[str, float] = {}
    for token in re.split(f"[{_BLANK}]+", descriptors.strip(_BLANK)):
        if token:
            _add(given, token)
    if "h" in given and "w" not in given:
        raise _Wrong
    width = given.get("w")
    return Source(url=url, width_px=None if width is None else int(width), density=given.get("x"))


def _add(given: dict[str, float], token: str) -> None:
    kind, value = token[-1], token[:-1]
    excluded = {"w": {"w", "x"}, "x": {"w", "x", "h"}, "h": {"x", "h"}}.get(kind)
    if excluded is None or excluded & given.keys():
        raise _Wrong
    if not (_NUMBER if kind == "x" else _INTEGER).fullmatch(value):
        raise _Wrong
    number = float(value)
    if number < 0 or (kind != "x" and number == 0):
        raise _Wrong
    given[kind] = number
