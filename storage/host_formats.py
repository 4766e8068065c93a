"""Read hosts to block from files of plain domains and from hosts files."""

import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from ipaddress import ip_address
from typing import BinaryIO, Final, TypeAlias

from filters.indexes.hosts import NotAHost, is_address, normalise_host
from storage.list_lines import BadList, Rejected, RejectReason, read_lines

_LOOKED_AT: Final = 200
_SINKS: Final = frozenset({"0.0.0.0", "127.0.0.1", "::", "::1"})  # noqa: S104 - of a block entry
_FURNITURE: Final = frozenset(
    {
        "localhost",
        "localhost.localdomain",
        "localhost4",
        "localhost6",
        "local",
        "broadcasthost",
        "ip6-localhost",
        "ip6-loopback",
        "ip6-localnet",
        "ip6-mcastprefix",
        "ip6-allnodes",
        "ip6-allrouters",
        "ip6-allhosts",
        "0.0.0.0",  # noqa: S104 - StevenBlack lists it
    }
)
"""Names that every hosts file holds for the machine it is on; they are no entries and are not counted as rejected."""

_PLAIN_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.[a-z][a-z0-9_]{0,62}")
_NEVER_IN_A_HOST = re.compile(r"[\x00-\x20/@?\\%*,;|^<>()\"'`{}\x7f]")

Line: TypeAlias = tuple[int, str] | Rejected


class HostFormat(StrEnum):
    """Formats of host lists; the value is what `--format` takes."""

    DOMAINS = "domains"
    HOSTS = "hosts"


def read_hosts(source: BinaryIO, layout: HostFormat | None = None) -> Iterator[str | Rejected]:
    """Yield each host normalised, and each line or name that is none as `Rejected`; `layout` None recognises it.

    `#` begins a comment. Each host stands for its subdomains too, so wildcards are rejected rather than guessed at, and
    so is what would block more than its line says: a URL with a path, a single label such as `com`.
    """
    lines = _without_comments(read_lines(source))
    if layout is None:
        layout, lines = _recognise(lines)
    return _entries(lines, _READERS[layout])


def recognise(source: BinaryIO) -> HostFormat:
    """Say which format the first lines are in; raise `BadList` if the file is empty."""
    return _recognise(_without_comments(read_lines(source)))[0]


def listed_host(word: str) -> str | RejectReason:
    """Return the host that a word of a list stands for, or why it stands for none."""
    lowered = word.lower()
    if _PLAIN_NAME.fullmatch(lowered) and "xn--" not in lowered and len(lowered) <= 253:
        return lowered  # what normalise_host would return, without asking the parser: most lines of most lists
    if _NEVER_IN_A_HOST.search(word) or (":" in word and not _is_ip(word)):
        return RejectReason.NOT_A_HOST
    try:
        host = normalise_host(word)
    except NotAHost:
        return RejectReason.NOT_A_HOST
    if is_address(host):
        return host if _is_ip(word) else RejectReason.NOT_A_HOST  # 2130706433 in a list is a slip, not 127.0.0.1
    return host if "." in host else RejectReason.SINGLE_LABEL


def _without_comments(lines: Iterable[Line]) -> Iterator[Line]:
    for line in lines:
        if isinstance(line, Rejected):
            yield line
        elif text := line[1].partition("#")[0].strip():
            yield line[0], text


def _recognise(lines: Iterator[Line]) -> tuple[HostFormat, Iterator[Line]]:
    first = list(itertools.islice(lines, _LOOKED_AT))
    if not first:
        raise BadList("the file has no entry in it; nothing was imported")
    like_hosts = sum(1 for each in first if not isinstance(each, Rejected) and _looks_like_hosts(each[1]))
    layout = HostFormat.HOSTS if 2 * like_hosts > len(first) else HostFormat.DOMAINS
    return layout, itertools.chain(first, lines)


def _looks_like_hosts(text: str) -> bool:
    words = text.split()
    return len(words) > 1 and _is_ip(words[0].partition("%")[0])


def _entries(lines: Iterable[Line], read: Callable[[int, str], Iterator[str | Rejected]]) -> Iterator[str | Rejected]:
    for line in lines:
        if isinstance(line, Rejected):
            yield line
        else:
            yield from read(*line)


def _read_domain(number: int, text: str) -> Iterator[str | Rejected]:
    if len(text.split()) > 1:
        yield Rejected(line=number, reason=RejectReason.SEVERAL_WORDS)
    else:
        yield from _read_name(number, text)


def _read_hosts_line(number: int, text: str) -> Iterator[str | Rejected]:
    address, *names = text.split()
    names = [each for each in names if each.lower() not in _FURNITURE]
    if address in _SINKS:
        for name in names:
            yield from _read_name(number, name)
    elif not _is_ip(address.partition("%")[0]):
        yield Rejected(line=number, reason=RejectReason.NO_ADDRESS)
    elif names:
        yield Rejected(line=number, reason=RejectReason.NOT_A_SINK)


def _read_name(number: int, name: str) -> Iterator[str | Rejected]:
    if name.lower() in _FURNITURE:
        return
    host = listed_host(name)
    yield Rejected(line=number, reason=host) if isinstance(host, RejectReason) else host


def _is_ip(word: str) -> bool:
    try:
        ip_address(word)
    except ValueError:
        return False
    return True


_READERS: Final = {HostFormat.DOMAINS: _read_domain, HostFormat.HOSTS: _read_hosts_line}
