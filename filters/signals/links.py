"""Read Link headers (RFC 8288) as far as licences need it."""

import re
from collections.abc import Iterable, Iterator, Mapping
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
    media_type: str


def read_links(headers: Iterable[tuple[str, str]], base_url: str, relation: str) -> Iterator[Link]:
    """Yield the links of this relation of every Link header in order; what cannot be read as one is left out."""
    for name, value in headers:
        if name.lower() == "link":
            for reference, parameters in _LINK.findall(value):
                values = _values(parameters)
                if relation in values.get("rel", "").lower().split():
                    yield _link(base_url, reference, values)


def _values(parameters: str) -> Mapping[str, str]:
    values: dict[str, str] = {}
    for name, quoted, plain in _NAME_AND_VALUE.findall(parameters):
        values.setdefault(name.lower(), quoted or plain)
    return values


def _link(base_url: str, reference: str, values: Mapping[str, str]) -> Link:
    media_type = values.get("type", "").partition(";")[0].strip().lower()
    return Link(url=_resolved(base_url, reference.strip()), media_type=media_type)


def _resolved(base_url: str, reference: str) -> str:
    try:
        return urljoin(base_url, reference)
    except ValueError:  # brackets that hold no address
        return reference
