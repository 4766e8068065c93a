"""Read the words of X-Robots-Tag headers and of robots metas."""

import re
from collections.abc import Iterator
from typing import Final

from filters.signals.signal import MOST_RAW_CHARACTERS, Protocol, Saying, Says

DENYING: Final = frozenset(("noai", "noimageai", "noimageindex", "noindex", "none"))
_VALUED: Final = frozenset(("unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"))
_EVERYBODY: Final = frozenset(("*", "robots"))

_NAMED: Final = re.compile(r"\s*([A-Za-z*][^\s:;]*)\s*:")
_WORD: Final = re.compile(r"[a-z0-9_-]+")
_VALUE_NONE: Final = re.compile(r"(?:max-snippet|max-(?:image|video)-preview|unavailable_after)\s*[:=]\s*none\b")


def read_x_robots_tag(value: str, agent: str, found_in: str = "header x-robots-tag") -> tuple[Saying, ...]:
    """Return what one line of X-Robots-Tag says to `agent`, a product token; nothing if it speaks to others only.

    `noai` and `noimageai` deny, and so do `noindex`, `noimageindex` and `none`: a stored copy is more than an entry of
    an index. A name before a colon says whom the rest of the line is for, up to the next such name, unless it is that
    of a directive with a value (`max-image-preview:large`, `unavailable_after: 25 Jun 2010 15:00:00 PST`).
    """
    ours = list(_addressed(value, agent))
    return (_saying(Protocol.X_ROBOTS_TAG, found_in, value, ours),) if any(map(str.strip, ours)) else ()


def read_meta_robots(name: str, content: str) -> Saying:
    """Return what a meta says that is for all robots or for us; it has the words of X-Robots-Tag, and no names."""
    return _saying(Protocol.META_ROBOTS, f"meta {name}", content, content.split(","))


def _addressed(value: str, agent: str) -> Iterator[str]:
    """Yield the parts of a header that are for us."""
    us = _EVERYBODY | {agent.lower()}
    for_us = True
    for part in value.split(","):
        named = _NAMED.match(part)
        if named is None or (token := named[1].lower()) in _VALUED | DENYING:
            directives = part
        else:
            for_us = token.partition("/")[0] in us
            directives = part[named.end() :]
        if for_us:
            yield directives


def _saying(protocol: Protocol, found_in: str, value: str, parts: list[str]) -> Saying:
    denying = next((each for each in parts if DENYING.intersection(_words(each))), None)
    return Saying(
        protocol=protocol,
        says=Says.UNKNOWN if denying is None else Says.DENY,
        found_in=found_in,
        raw=(value if denying is None or len(value) <= MOST_RAW_CHARACTERS else denying).strip(),
    )


def _words(part: str) -> list[str]:
    return _WORD.findall(_VALUE_NONE.sub(" ", part.lower()))
