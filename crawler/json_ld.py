"""Find the pictures that a page describes as JSON-LD (schema.org ImageObject)."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

import msgspec

from crawler.page_tree import Tree

MAX_CHARACTERS: Final = 500_000
_MAX_VALUES: Final = 50_000
_MAX_LICENCES: Final = 5
_KINDS: Final = frozenset(("ImageObject", "Photograph"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Licensed:
    """A licence of the picture that `reference` names; `licence` is a reference, too."""

    reference: str
    licence: str
    found_in: str
    credit: str | None


def described_images(root: Tree) -> Iterator[tuple[str, str]]:
    """Yield (reference, text) for each ImageObject that has both, however deep it is nested."""
    for source in _documents(root):
        yield from images_in(source)


def licensed_images(root: Tree) -> Iterator[Licensed]:
    """Yield each licence of each ImageObject that has an address."""
    for source in _documents(root):
        if "icense" in source:  # spares most pages a second reading
            yield from licences_in(source)


def images_in(source: str) -> Iterator[tuple[str, str]]:
    """Yield (reference, text) for each ImageObject of one document; of one that is no JSON, none.

    >>> list(images_in('{"@type": "ImageObject", "contentUrl": "a.png", "caption": "A red fox"}'))
    [('a.png', 'A red fox')]
    """
    for value in _objects(source):
        yield from _described(value)


def licences_in(source: str) -> Iterator[Licensed]:
    """Yield each licence of the ImageObjects of one document, once for each address that one has.

    >>> [each.licence for each in licences_in('{"@type": "ImageObject", "url": "a.png", "license": "cc.html"}')]
    ['cc.html']
    """
    for value in _objects(source):
        if _KINDS & _kinds(value):
            yield from _licensed(value)


def _documents(root: Tree) -> Iterator[str]:
    left = MAX_CHARACTERS
    for script in root.iter("script"):
        if _is_json_ld(script) and script.text and len(script.text) <= left:
            left -= len(script.text)
            yield script.text


def _objects(source: str) -> Iterator[dict[str, Any]]:
    try:
        document = msgspec.json.decode(source)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return
    waiting: list[Any] = [document]
    for _ in range(_MAX_VALUES):
        if not waiting:
            return
        value = waiting.pop()
        if isinstance(value, dict):
            yield value
            waiting.extend(reversed(value.values()))
        elif isinstance(value, list):
            waiting.extend(reversed(value))


def _is_json_ld(script: Tree) -> bool:
    return (script.get("type") or "").partition(";")[0].strip().lower() == "application/ld+json"


def _described(value: dict[str, Any]) -> Iterator[tuple[str, str]]:
    reference = _first(value, ("contentUrl", "url"))
    text = _first(value, ("caption", "name", "description"))
    if reference and text and _KINDS & _kinds(value):
        yield reference, text


def _licensed(value: dict[str, Any]) -> Iterator[Licensed]:
    credit = _first(value, ("creditText",)) or None
    for name in ("license", "acquireLicensePage"):
        for licence in islice(_addresses(value.get(name)), _MAX_LICENCES):
            for reference in {_first(value, ("contentUrl",)), _first(value, ("url",))} - {""}:
                yield Licensed(reference=reference, licence=licence, found_in=f"json-ld {name}", credit=credit)


def _addresses(value: object) -> Iterator[str]:
    """Yield what a licence is given as: an address, a CreativeWork that has one, or several."""
    for each in value if isinstance(value, list) else [value]:
        address = _first(each, ("url", "@id")) if isinstance(each, dict) else each
        if isinstance(address, str) and address.strip():
            yield address


def _kinds(value: dict[str, Any]) -> frozenset[str]:
    kinds = value.get("@type")
    return frozenset(each for each in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(each, str))


def _first(value: dict[str, Any], names: tuple[str, ...]) -> str:
    found = (value.get(name) for name in names)
    return next((each for each in found if isinstance(each, str) and each.strip()), "")
