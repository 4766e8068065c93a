"""Read what the headers of an answer say of the use of what they came with."""

from collections.abc import Iterable, Iterator
from typing import Final

from filters.signals.aipref import read_content_usage
from filters.signals.content_signal import read_content_signal
from filters.signals.licences import RELATION, licence_links
from filters.signals.links import read_links
from filters.signals.rsl import MEDIA_TYPE
from filters.signals.signal import Protocol, Saying, Says
from filters.signals.tdmrep import read_reservation
from filters.signals.x_robots_tag import read_x_robots_tag

__all__ = ["NAMES", "licence_links", "read_headers", "rsl_links"]

NAMES: Final = frozenset(("x-robots-tag", "tdm-reservation", "content-usage", "content-signal"))
MOST_RSL_LINKS: Final = 5
TOO_MANY: Final = "too many statements"


def read_headers(headers: Iterable[tuple[str, str]], agent: str, place: str = "header") -> tuple[Saying, ...]:
    """Return what each line says, in the order received. They must be whole: a no may stand at the end of a line.

    Lines of one name are read one by one, so that none can hide the no of another.
    """
    lines = [(name.lower(), value) for name, value in headers]
    policy = next((value.strip() for name, value in lines if name == "tdm-policy"), "")
    return (*_lines(lines, agent, place, policy), *_too_many(lines))


def rsl_links(headers: Iterable[tuple[str, str]], base_url: str) -> tuple[str, ...]:
    """Return the RSL documents of Link headers, each once; one that is no URL of the web cannot be had, which is a no.

    They are at most `MOST_RSL_LINKS`; `read_headers` says no where there are more.
    """
    return tuple(dict.fromkeys(_rsl(headers, base_url)))[:MOST_RSL_LINKS]


def _lines(lines: list[tuple[str, str]], agent: str, place: str, policy: str) -> Iterator[Saying]:
    for name, value in lines:
        found_in = f"{place} {name}"
        if name == "x-robots-tag":
            yield from read_x_robots_tag(value, agent, found_in)
        elif name == "tdm-reservation":
            yield read_reservation(value, policy, found_in)
        elif name == "content-usage":
            yield read_content_usage(value, found_in)
        elif name == "content-signal":
            yield read_content_signal(value, found_in)


def _rsl(headers: Iterable[tuple[str, str]], base_url: str) -> Iterator[str]:
    for each in read_links(headers, base_url, RELATION):
        if each.media_type == MEDIA_TYPE:
            yield each.url


def _too_many(lines: list[tuple[str, str]]) -> Iterator[Saying]:
    if len(set(_rsl(lines, ""))) > MOST_RSL_LINKS:
        yield Saying(protocol=Protocol.RSL, says=Says.DENY, found_in=TOO_MANY, raw="header link")
