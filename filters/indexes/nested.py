"""Find the addresses that stand inside another: a picture's in that of an image proxy, a resizer or an archive.

What is read is bounded, and linear in the length of the address. One that holds more than is read raises `NotAHost`,
for a list cannot be asked about what nobody has read.
"""

import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

from filters.indexes.host_names import NotAHost, normalise_host
from filters.indexes.proxies import host_inside, is_bare_proxy, paths_inside

DEPTH: Final = 3
MOST_NESTED: Final = 48
MOST_PARAMETERS: Final = 256
LONGEST_URL: Final = 16_384
_MOST_DECODINGS: Final = 3
_DROPPED: Final = str.maketrans("", "", "\t\n\r")
_AROUND: Final = "".join(map(chr, range(0x21)))
_AUTHORITY: Final = re.compile(r"(?:[a-z][a-z0-9+.-]*:(?!\d+[/?#\\]))?[/\\]*[^/\\?#]*", re.IGNORECASE)
_ABSOLUTE: Final = re.compile(r"https?:(?=[/\\]*[^/\\?#&\s])", re.IGNORECASE)
_SCHEMELESS: Final = re.compile(
    r"(?:ssl:)?(?:[/\\]{2,})?[^/?#&=\s:@\\]+\.[^/?#&=\s:@\\.]+\.?(?::\d+)?[/\\?]|[/\\]{2,}\w"
)
_BARE: Final = re.compile(r"(?:ssl:)?[^/?#&=\s:@\\]+\.[^/?#&=\s:@\\.]+\.?(?::\d+)?")
_BASE64: Final = re.compile(r"aHR0c[A-Za-z0-9_+/=-]{8,}")
_HEX: Final = re.compile(r"68747470(?:73)?3a2f2f(?:[0-9a-f]{2})+", re.IGNORECASE)
_BETWEEN_PARAMETERS: Final = re.compile(r"[&;]")


def nested_urls(url: str) -> Iterator[str]:
    """Yield what may be an address inside `url`, or inside one of those, to depth 3: nearest to the outside first."""
    if len(url) > LONGEST_URL:
        raise NotAHost("the address is too long to be read")
    seen, level = {url}, [url.strip(_AROUND).translate(_DROPPED)]
    for _ in range(DEPTH):
        below: list[str] = []
        for inner in (each for outer in level for each in _inside(outer)):
            if inner in seen:
                continue
            if len(seen) > MOST_NESTED:
                raise NotAHost("more addresses are nested in this one than are read")
            seen.add(inner)
            below.append(inner)
            yield inner
        level = below


def _inside(outer: str) -> Iterator[str]:
    """Yield what stands one level deeper; what comes after `#` is never sent to a proxy."""
    rest = _AUTHORITY.sub("", outer, count=1).partition("#")[0]
    path, _, query = rest.partition("?")
    host = _host(outer)
    if (inner := host_inside(host)) is not None:
        yield inner + rest
    yield from _in_path(host, path, f"?{query}" if query else "")
    bare = is_bare_proxy(host)
    parameters = _BETWEEN_PARAMETERS.split(query, MOST_PARAMETERS)
    if len(parameters) > MOST_PARAMETERS:
        raise NotAHost("the address has more parameters than are read")
    for parameter in parameters:
        yield from _in_parameter(parameter, bare=bare)


def _host(url: str) -> str:
    try:
        return normalise_host(url)
    except NotAHost:
        return ""


def _in_path(host: str, path: str, query: str) -> Iterator[str]:
    for text in _decodings(path):
        yield from (text[found.start() :] + query for found in _ABSOLUTE.finditer(text))
        yield from (each + query for each in paths_inside(host, text))
    yield from _encoded(path)


def _in_parameter(parameter: str, *, bare: bool) -> Iterator[str]:
    for text in _decodings(parameter):
        yield from (text[found.start() :] for found in _ABSOLUTE.finditer(text))
    for value in _decodings(parameter.partition("=")[2] or parameter):
        if _SCHEMELESS.match(value) or (bare and _BARE.match(value)):
            yield value.removeprefix("ssl:")
    yield from _encoded(parameter)


def _decodings(text: str) -> Iterator[str]:
    """Yield the text as it is, and percent-decoded once, twice and three times if that makes a difference."""
    yield text
    for _ in range(_MOST_DECODINGS):
        if "%" not in text:
            return
        text = unquote(text).translate(_DROPPED)
        yield text


def _encoded(text: str) -> Iterator[str]:
    """Yield addresses in base64, in one piece or cut by slashes as imgproxy does, and in hex as camo does."""
    for found in _BASE64.finditer(text):
        first = found[0].partition("/")[0]
        for each in dict.fromkeys((first, found[0].replace("/", ""), found[0])):
            yield _from_base64(each)
    for found in _HEX.finditer(text):
        yield bytes.fromhex(found[0]).decode(errors="replace")


def _from_base64(text: str) -> str:
    digits = text.replace("+", "-").replace("/", "_").partition("=")[0]
    whole = digits[: len(digits) - (len(digits) % 4 == 1)]
    return urlsafe_b64decode(whole + "=" * (-len(whole) % 4)).decode(errors="replace")
