"""Read the lines of a robots.txt, and gather them by the crawlers that they speak to."""

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MOST_BYTES: Final = 512 << 10
EVERYBODY: Final = "*"

_TOKEN: Final = re.compile(rb"[A-Za-z0-9_-]*")


class Key(StrEnum):
    USER_AGENT = "User-agent"
    ALLOW = "Allow"
    DISALLOW = "Disallow"
    CRAWL_DELAY = "Crawl-delay"
    SITEMAP = "Sitemap"
    LICENSE = "License"
    CONTENT_USAGE = "Content-Usage"
    CONTENT_SIGNAL = "Content-Signal"


_SLIPS: Final = {  # that Google's parser understands, and Protego
    Key.USER_AGENT: ("useragent", "user agent"),
    Key.DISALLOW: ("dissallow", "dissalow", "disalow", "diasllow", "disallaw"),
    Key.SITEMAP: ("site-map",),
}
_KEYS: Final = {name.lower().encode(): key for key in Key for name in (key, *_SLIPS.get(key, ()))}


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A line that says something; `number` counts from 1, `value` has no comment and no white space around it."""

    number: int
    key: Key
    value: bytes

    @property
    def found_in(self) -> str:
        return f"line {self.number}"

    @property
    def text(self) -> str:
        return f"{self.key.value}: {self.value.decode(errors='replace')}".rstrip()


@dataclass(frozen=True, kw_only=True, slots=True)
class Groups:
    """`of` maps the product token of a crawler, in lower case, to its groups; `outside` stands before any group."""

    of: dict[str, list[list[Line]]]
    outside: list[Line]

    def name_for(self, agent: str) -> str:
        """Return the token whose groups hold for a crawler: its own, else that of everybody."""
        return agent.lower() if agent.lower() in self.of else EVERYBODY

    def lines(self, name: str) -> Iterator[Line]:
        """Yield the lines of the groups that name it, as if they were one group."""
        for group in self.of.get(name, ()):
            yield from group


def read_lines(body: bytes) -> Iterator[Line]:
    """Yield the lines that are understood. Of what is too long the end is left out, from the beginning of a line on."""
    for number, said in _said(body):
        name, value = _halves(said)
        if (key := _KEYS.get(name.lower())) is not None:
            yield Line(number=number, key=key, value=value)


def begins_as_robots(body: bytes) -> bool:
    """Say whether the first words are a user agent or a rule, as those of no other text are."""
    first = next((said for _, said in _said(body)), b"")
    return b":" in first and _KEYS.get(_halves(first)[0].lower()) in (Key.USER_AGENT, Key.ALLOW, Key.DISALLOW)


def grouped(lines: Iterable[Line]) -> Groups:
    """Gather lines: only Allow and Disallow end the list of crawlers that a group begins with, as RFC 9309 says.

    So other lines between two user agents are said of both. A line is held once, however many crawlers its group names.
    """
    groups = Groups(of={}, outside=[])
    group = groups.outside
    naming = False
    for line in lines:
        if line.key is not Key.USER_AGENT:
            group.append(line)
            naming = naming and line.key not in (Key.ALLOW, Key.DISALLOW)
            continue
        group = group if naming else []
        naming = True
        of_token = groups.of.setdefault(_token(line.value), [])
        if not any(each is group for each in of_token[-1:]):
            of_token.append(group)
    return groups


def _said(body: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that are not empty, each with its number and without its comment."""
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        body = body.decode("utf-16", "replace").encode(errors="replace")
    if len(body) > MOST_BYTES:
        body = body[: 1 + max(body.rfind(end, 0, MOST_BYTES + 1) for end in (b"\r", b"\n"))]
    for number, line in enumerate(body.removeprefix(codecs.BOM_UTF8).splitlines(), start=1):
        if said := line.partition(b"#")[0].strip():
            yield number, said


def _halves(said: bytes) -> tuple[bytes, bytes]:
    """Split at the colon; where it was forgotten, between two words."""
    name, colon, value = said.partition(b":")
    if colon:
        return name.rstrip(), value.lstrip()
    words = said.split(maxsplit=2)
    return (words[0], words[1]) if len(words) == 2 else (b"", b"")


def _token(value: bytes) -> str:
    """Return the product token; a version after it is not part of it. What is none is the empty text: nobody."""
    if value.split(maxsplit=1)[:1] == [EVERYBODY.encode()]:
        return EVERYBODY
    found = _TOKEN.match(value)
    return found[0].decode().lower() if found else ""
