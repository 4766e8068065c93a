"""Take private properties out of an XMP packet by writing spaces over them, so that it stays well-formed."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, TypeAlias

from filters.facts import Private
from filters.measure.private_metadata.edits import Block, Broken, Unremovable
from filters.measure.private_metadata.properties import what_is

_NAME: Final = rb"[A-Za-z_\x80-\xff][^\s<>/='\"&]*+"
_ATTRIBUTE: Final = re.compile(rb"\s++(" + _NAME + rb")\s*+=\s*+(?:\"([^\"<]*+)\"|'([^'<]*+)')")
_TOKEN: Final = re.compile(
    rb"<(?:(!--.*?--|\?.*?\?|!\[CDATA\[.*?\]\])"
    rb"|/(" + _NAME + rb")\s*+"
    rb"|(" + _NAME + rb")((?:" + re.sub(rb"\((?!\?)", b"(?:", _ATTRIBUTE.pattern) + rb")*+)\s*+(/?))>",
    re.DOTALL,
)
_KEPT: Final = (b"?xpacket", b"?adobe-xap-filters", b"?xml ", b"![CDATA[")
_TURNED: Final = b"tiff:Orientation"
_MOST_TOKENS: Final = 100_000
_MOST_DEEP: Final = 256
_MOST_PREFIXES: Final = 512

Scope: TypeAlias = Mapping[bytes, str]
"""Namespaces by their prefix."""


def blank_xmp(block: Block) -> None:
    """Take out what is private; a packet that cannot be read becomes spaces."""
    try:
        found = list(_Scan(block.data).private())
    except Broken:
        if _TURNED in block.data:  # some readers turn a picture by it
            raise Unremovable("xmp") from None
        block.fill(0, len(block), Private.UNREAD, filler=b" ")
        return
    for start, end, what in found:
        block.fill(start, end, what, filler=b" ")


@dataclass(slots=True)
class _Scan:
    """Goes through the tags. Neither entities nor a document type are read: with one of them it is broken."""

    data: bytes
    elements: list[tuple[bytes, Scope]] = field(default_factory=list)
    within: tuple[int, int, Private] | None = None
    """The private element it is in: how deep that lies, where it begins, and what it says."""

    def private(self) -> Iterator[tuple[int, int, Private]]:
        at = self.data.find(b"<")
        tokens = 0
        while at >= 0:
            token = _TOKEN.match(self.data, at)
            tokens += 1
            if token is None or tokens > _MOST_TOKENS:
                raise Broken
            yield from self._token(token)
            at = self.data.find(b"<", token.end())
        if self.elements or b"\0" in self.data.strip(b"\0"):  # cut off, or in an encoding of two bytes or more
            raise Broken

    def _token(self, token: re.Match[bytes]) -> Iterator[tuple[int, int, Private]]:
        other, end, start, _, empty = token.groups()
        if other is not None:
            if not other.startswith(_KEPT):
                yield token.start(), token.end(), Private.UNREAD
        elif start is not None:
            yield from self._start(token, start)
            if empty:
                yield from self._end(token, start)
        else:
            yield from self._end(token, end)

    def _start(self, token: re.Match[bytes], name: bytes) -> Iterator[tuple[int, int, Private]]:
        attributes = list(_ATTRIBUTE.finditer(self.data, *token.span(4))) if token[4] else []
        scope = self._scope(attributes)
        if self.within is None:
            what = _what(name, scope)
            if what is not None and not self.elements:
                raise Broken  # without its root it would be no XML
            if what is None:
                yield from _private_attributes(attributes, scope)
            else:
                self.within = len(self.elements), token.start(), what
        self.elements.append((name, scope))
        if len(self.elements) > _MOST_DEEP:
            raise Broken

    def _end(self, token: re.Match[bytes], name: bytes) -> Iterator[tuple[int, int, Private]]:
        if not self.elements or self.elements.pop()[0] != name:
            raise Broken
        if self.within is not None and self.within[0] == len(self.elements):
            _, start, what = self.within
            self.within = None
            yield start, token.end(), what

    def _scope(self, attributes: list[re.Match[bytes]]) -> Scope:
        above = self.elements[-1][1] if self.elements else _DECLARED
        if not any(each[1].startswith(b"xmlns") for each in attributes):
            return above
        declared = {
            each[1].partition(b":")[2]: _text(each[2] or each[3] or b"")
            for each in attributes
            if each[1] == b"xmlns" or each[1].startswith(b"xmlns:")
        }
        if len(above) + len(declared) > _MOST_PREFIXES:
            raise Broken
        return {**above, **declared}


_DECLARED: Final[Scope] = {b"": "", b"xml": "", b"xmlns": ""}


def _text(namespace: bytes) -> str:
    if b"&" in namespace:
        raise Broken  # it could be any
    return namespace.decode("utf-8", "replace")


def _private_attributes(attributes: list[re.Match[bytes]], scope: Scope) -> Iterator[tuple[int, int, Private]]:
    for each in attributes:
        what = _what(each[1], scope) if b":" in each[1] else None
        if what is not None:
            yield each.start(1), each.end(), what


def _what(name: bytes, scope: Scope) -> Private | None:
    prefix, _, local = name.rpartition(b":")
    if prefix not in scope:
        raise Broken
    return _known(scope[prefix], local)


@lru_cache(maxsize=4096)
def _known(namespace: str, local: bytes) -> Private | None:
    return what_is(namespace, local.decode("utf-8", "replace"))
