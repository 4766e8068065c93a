"""Read Link headers (RFC 8288) as far as licences need it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin

_PARAMETER: Final = r"""\s*+;\s*+[^\s;,="<>]++(?:\s*+=\s*+(?:"(?:[^"\\]|\\.)*+"?|[^\s;,"]*+))?+"""
_LINK: Final = re.compile(rf"<([^<>]*+)>((?:{_PARAMETER})*+)", re.DOTALL)
_NAME_AND_VALUE: Final = re.compile(r"""([^\s;,="<>]++)\s*+=\s*+(?:"((?:[^"\\]|\\.)*+)"?|([^\s;,"]*+))""", re.DOTALL)


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """`url` is resolved where that is possible, and as found where it is not."""

    url: str
    relations: frozenset[str]
    media_type: str


def read_links(headers: Iterable[tuple[str, str]], base_url: str) -> Iterator[Link]:
    """Yield the links of every Link header in order; what cannot be read as one is left out."""
    for name, value in headers:
        if name.lower() == "link":
            yield from (_link(base_url, *found.groups()) for found in _LINK.finditer(value))


def _link(base_url: str, reference: str, parameters: str) -> Link:
    values: dict[str, str] = {}
    for name, quoted, plain in _NAME_AND_VALUE.findall(parameters):
        values.setdefault(name.lower(), quoted or plain)
    return Link(
        url=_resolved(base_url, reference.strip()),
        relations=frozenset(values.get("rel", "").lower().split()),
        media_type=values.get("type", "").partition(";")[0].strip().lower(),
    )


def _resolved(base_url: str, reference: str) -> str:
    try:
        return urljoin(base_url, reference)
    except ValueError:  # brackets that hold no address
        return reference
