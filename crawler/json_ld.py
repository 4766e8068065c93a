"""Find the pictures that a page describes as JSON-LD (schema.org ImageObject)."""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from crawler.page_tree import Tree

MAX_CHARACTERS: Final = 500_000
_MAX_VALUES: Final = 50_000
_KINDS: Final = frozenset(("ImageObject", "Photograph"))


def described_images(root: Tree) -> Iterator[tuple[str, str]]:
    """Yield (reference, text) for each ImageObject that has both, however deep it is nested."""
    left = MAX_CHARACTERS
    for script in root.iter("script"):
        if _is_json_ld(script) and script.text and len(script.text) <= left:
            left -= len(script.text)
            yield from images_in(script.text)


def images_in(source: str) -> Iterator[tuple[str, str]]:
    """Yield (reference, text) for each ImageObject of one document; of one that is no JSON, none.

    >>> list(images_in('{"@type": "ImageObject", "contentUrl": "a.png", "caption": "A red fox"}'))
    [('a.png', 'A red fox')]
    """
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
            yield from _described(value)
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


def _kinds(value: dict[str, Any]) -> frozenset[str]:
    kinds = value.get("@type")
    return frozenset(each for each in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(each, str))


def _first(value: dict[str, Any], names: tuple[str, ...]) -> str:
    found = (value.get(name) for name in names)
    return next((each for each in found if isinstance(each, str) and each.strip()), "")
