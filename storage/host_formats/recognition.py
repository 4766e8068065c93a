"""Recognise the format of a list by its first lines."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO, Final

from storage.host_formats.format import HostFormat
from storage.host_formats.listed import is_ip
from storage.list_lines import BadList, Rejected, read_lines

_LOOKED_AT: Final = 200

_HEADERS: Final = {
    HostFormat.ADBLOCK: re.compile(r"\[Adblock", re.IGNORECASE),
    HostFormat.RPZ: re.compile(r"\$(?:ORIGIN|TTL)\s|[^#\s;]*\s(?:\S+\s+){0,2}SOA\s", re.IGNORECASE),
}
"""One such line is enough, wherever it stands among the first."""

_V4: Final = r"\d+\.\d+\.\d+\.\d+"
_V6: Final = r"[0-9a-f]*:[0-9a-f:.]*"
_LOOKS: Final = {
    HostFormat.ADBLOCK: re.compile(r"\|\||@@|\|https?://|[^#\s]*#[@?$%]{0,3}#[^#\s]"),
    HostFormat.DNSMASQ: re.compile(r"(?:address|server|local)\s*=\s*/"),
    HostFormat.UNBOUND: re.compile(r"local-(?:zone|data)\s*:|server:"),
    HostFormat.RPZ: re.compile(r"\S*\s(?:\S+\s+){0,2}CNAME\s", re.IGNORECASE),
    HostFormat.SHA256_URLS: re.compile(r"(?:sha256:)?[0-9a-f]{64}(?:\s|$)", re.IGNORECASE),
    HostFormat.CIDR: re.compile(rf"(?:{_V4}|{_V6})(?:/\d+|\s*-\s*[0-9a-f:.]+)(?:\s|[#;]|$)", re.IGNORECASE),
    HostFormat.URLS: re.compile(r"https?://|(?=[^\s/#]*\.)[^\s/#]+/", re.IGNORECASE),
    HostFormat.WILDCARD: re.compile(r"\*\.[^\s/]+(?:\s|$)"),
    HostFormat.DOMAINS: re.compile(r"[^\s/]+\s*(?:#|$)"),
}
"""Asked in this order. A line of nothing but an address passes for a host, which all that know addresses read alike."""

_COMMENT = re.compile(r"[!;]|//|#(?![@?$%]{0,3}#[^#\s])")


def recognise(source: BinaryIO) -> HostFormat:
    """Say which format the first lines are in; raise `BadList` if they are in none, or could be in two."""
    seen: Counter[HostFormat | None] = Counter()
    headers: set[HostFormat] = set()
    for text in _first_lines(source):
        headers.update(each for each, looks in _HEADERS.items() if text is not None and looks.match(text))
        seen[_looks_like(text)] += 1
    if not seen:
        raise BadList("the file has no entry in it; nothing was imported")
    return headers.pop() if len(headers) == 1 else _chosen(seen)


def _first_lines(source: BinaryIO) -> Iterator[str | None]:
    """Yield what is no comment, and None for a line that is not text."""
    left = _LOOKED_AT
    for line in read_lines(source):
        text = None if isinstance(line, Rejected) else line[1].strip()
        if text == "" or (text is not None and _COMMENT.match(text)):
            continue
        yield text
        left -= 1
        if not left:
            return


def _looks_like(text: str | None) -> HostFormat | None:
    if text is None:
        return None
    words = text.split(maxsplit=2)
    if len(words) > 1 and is_ip(words[0].partition("%")[0]) and not words[1].startswith(("-", "#", ";", "/")):
        return HostFormat.HOSTS
    return next((each for each, looks in _LOOKS.items() if looks.match(text)), None)


def _chosen(seen: Counter[HostFormat | None]) -> HostFormat:
    for superset in (HostFormat.WILDCARD, HostFormat.CIDR):  # a bare host, a bare address is one of theirs too
        if seen[superset]:
            seen[superset] += seen.pop(HostFormat.DOMAINS, 0)
    chosen, count = seen.most_common(1)[0]
    if chosen is None or 2 * count <= seen.total():
        raise BadList(f"the first lines are of no one format: name it with --format ({', '.join(HostFormat)})")
    if chosen is HostFormat.URLS:
        raise BadList(
            "the file lists addresses: name --format urls if it means exactly these, "
            "or --format url-prefixes if it means all that begin so"
        )
    return chosen
