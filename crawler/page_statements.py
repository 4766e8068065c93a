"""Read off a page, in the extraction worker, what it says of its use; raw, as judging it is no work for the worker."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from crawler.addresses import Base
from crawler.page_tree import Tree
from filters.signals.licences import RELATION
from filters.signals.page import PageStatements, is_about_use
from filters.signals.rsl import MEDIA_TYPE
from filters.signals.signal import Licence, Protocol
from filters.signals.tdmrep import META_NAMES as TDM_NAMES

_MOST_METAS: Final = 50
_MOST_CHARACTERS: Final = 2000
_MOST_RSL_LINKS: Final = 5
_MOST_RSL_INLINE: Final = 5
_MOST_RSL_CHARACTERS: Final = 100_000

_WORDS: Final = {
    Protocol.META_ROBOTS: re.compile(
        rb"\bno(?:ai|imageai|index|imageindex)\b|<meta[^<>]{0,500}\bnone\b", re.IGNORECASE
    ),
    Protocol.TDMREP: re.compile(rb"tdm-reservation", re.IGNORECASE),
    Protocol.RSL: re.compile(rb"application/rsl\+xml", re.IGNORECASE),
}
"""Of a page that was not read to its end these may be a no that was not seen."""

_Metas = tuple[tuple[str, str], ...]


def page_statements(root: Tree, base: Base, agent: str, licences: tuple[Licence, ...] = ()) -> PageStatements:
    """Return what the page says; what is more or longer than a page would say it is left out and named.

    `agent` is the name that the page may address us by.
    """
    metas, rsl_links, rsl_inline = (
        tuple(_metas(root, agent)),
        tuple(dict.fromkeys(_rsl_links(root, base))),
        _inline(root),
    )
    carried = metas[:_MOST_METAS]
    too_much_rsl = len(rsl_links) > _MOST_RSL_LINKS or not _is_little(rsl_inline)
    too_many = {*_left_out(metas), *([Protocol.RSL] if too_much_rsl else [])}
    return PageStatements(
        metas=tuple((name, content) for name, content in carried if len(content) <= _MOST_CHARACTERS),
        rsl_links=rsl_links[:_MOST_RSL_LINKS],
        rsl_inline=() if too_much_rsl else rsl_inline,
        licences=licences,
        too_many=tuple(sorted(too_many)),
    )


def with_unread(statements: PageStatements, html: bytes) -> PageStatements:
    """Add, for a page of which the parser has left out a part, the protocols whose words stand anywhere in it."""
    text = html.replace(b"\0", b"")  # of UTF-16 this leaves the ASCII
    unread = {protocol for protocol, words in _WORDS.items() if words.search(text)}
    return replace(statements, too_many=tuple(sorted(unread.union(statements.too_many))))


def _metas(root: Tree, agent: str) -> Iterator[tuple[str, str]]:
    """Yield the metas about use, in the body too, by each name that one has."""
    for element in root.iter("meta"):
        names = (element.get(each, "").strip().lower() for each in ("name", "property", "http-equiv"))
        for name in dict.fromkeys(names):
            if is_about_use(name, agent):
                yield name, element.get("content", "")


def _left_out(metas: _Metas) -> Iterator[Protocol]:
    for number, (name, content) in enumerate(metas):
        if number >= _MOST_METAS or len(content) > _MOST_CHARACTERS:
            yield Protocol.TDMREP if name in TDM_NAMES else Protocol.META_ROBOTS


def _rsl_links(root: Tree, base: Base) -> Iterator[str]:
    for element in root.iter("link", "a"):
        if RELATION in element.get("rel", "").lower().split() and _is_rsl(element):
            reference = element.get("href", "")
            yield base.resolve(reference) or reference[:_MOST_CHARACTERS]


def _inline(root: Tree) -> tuple[str, ...]:
    return tuple(element.text or "" for element in root.iter("script") if _is_rsl(element))


def _is_little(texts: tuple[str, ...]) -> bool:
    return len(texts) <= _MOST_RSL_INLINE and sum(map(len, texts)) <= _MOST_RSL_CHARACTERS


def _is_rsl(element: Tree) -> bool:
    return element.get("type", "").partition(";")[0].strip().lower() == MEDIA_TYPE
