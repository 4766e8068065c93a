"""Find which picture an element shows: one address, although a page may name many for it."""

import re
from collections.abc import Iterator
from typing import Final

from crawler.addresses import strip_reference
from crawler.page_tree import Tree
from crawler.srcset import choose, parse_srcset

LAZY_ATTRIBUTES: Final = (
    "data-src",
    "data-original",
    "data-lazy-src",
    "data-lazy",
    "data-img-src",
    "data-url",
    "data-hi-res-src",
    "data-full-src",
)
_PREFERRED_TYPES: Final = ("image/jpeg", "image/png", "image/webp", "image/avif", "")
"""Of a `<picture>`, most widely decoded first; "" is a source that gives no type. Other types are left out."""

_NO_PICTURE = re.compile(r"(?:data|blob|about|javascript|cid|file):|#|\Z", re.IGNORECASE)
_PLACEHOLDER = re.compile(
    r"(?:blank|spacer|placeholder|pixel|transparent|clear|empty|loading|loader|lazy|lazyload|grey|gray|1x1)"
    r"[-_.0-9x]*\.(?:gif|png|jpe?g|svg|webp)",
    re.IGNORECASE,
)


def image_reference(element: Tree) -> str | None:
    """Return the reference as found: `src` unless it is `data:` or a placeholder, else a lazy attribute in the order
    above, else `srcset`, else the sources of the `<picture>` around it.
    """
    src = _usable(element.get("src"))
    if src is not None and not _PLACEHOLDER.fullmatch(_file_name(src)):
        return src
    return next(_instead(element), src)


def svg_reference(element: Tree) -> str | None:
    return _usable(element.get("href")) or _usable(element.get("xlink:href"))


def _instead(element: Tree) -> Iterator[str]:
    for name in LAZY_ATTRIBUTES:
        if (reference := _usable(element.get(name))) is not None:
            yield reference
    for name in ("srcset", "data-srcset"):
        yield from _chosen(element.get(name))
    if (picture := next(element.iterancestors("picture"), None)) is not None:
        yield from _of_picture(picture)


def _of_picture(picture: Tree) -> Iterator[str]:
    ranked = [(_rank(source), source) for source in picture.iter("source")]  # libxml2 nests them
    for _, source in sorted((each for each in ranked if each[0] is not None), key=lambda each: each[0] or 0):
        yield from _chosen(source.get("srcset") or source.get("data-srcset"))


def _rank(source: Tree) -> int | None:
    kind = (source.get("type") or "").partition(";")[0].strip().lower()
    return _PREFERRED_TYPES.index(kind) if kind in _PREFERRED_TYPES else None


def _chosen(srcset: str | None) -> Iterator[str]:
    sources = [source for source in parse_srcset(srcset or "") if _usable(source.url) is not None]
    if (source := choose(sources)) is not None:
        yield source.url


def _usable(reference: str | None) -> str | None:
    if reference is None:
        return None
    return None if _NO_PICTURE.match(strip_reference(reference)) else reference


def _file_name(reference: str) -> str:
    return re.split(r"[?#]", strip_reference(reference), maxsplit=1)[0].rpartition("/")[2]
