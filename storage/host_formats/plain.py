"""Read plain lists of hosts, lists of wildcards, and hosts files."""

from collections.abc import Iterator
from typing import Final

from storage.host_formats.listed import SINKS, Item, Matches, Reading, is_ip
from storage.list_lines import Rejected, RejectReason

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


def read_domain(reading: Reading, number: int, text: str) -> Iterator[Item]:
    """Read `example.org # comment`; a wildcard is rejected rather than guessed at."""
    words = text.partition("#")[0].split()
    if len(words) > 1:
        yield Rejected(line=number, reason=RejectReason.SEVERAL_WORDS)
    elif words:
        yield from _name(reading, number, words[0])


def read_wildcard(reading: Reading, number: int, text: str) -> Iterator[Item]:
    """Read `*.example.org` as the subdomains alone, unless the list was declared `suffix`; a bare host as elsewhere."""
    words = text.partition("#")[0].split()
    if len(words) != 1 or not words[0].startswith("*."):
        yield from read_domain(reading, number, text)
    else:
        apex_too = reading.matches is Matches.SUFFIX
        under = Reading(matches=Matches.SUFFIX if apex_too else Matches.SUBDOMAINS, force=reading.force)
        yield under.host(number, words[0][2:])


def read_hosts_line(reading: Reading, number: int, text: str) -> Iterator[Item]:
    """Read `0.0.0.0 one.example two.example # comment`."""
    words = text.partition("#")[0].split()
    if not words:
        return
    address, names = words[0], [each for each in words[1:] if each.lower() not in _FURNITURE]
    if address in SINKS:
        for name in names:
            yield reading.host(number, name)
    elif not is_ip(address.partition("%")[0]):
        yield Rejected(line=number, reason=RejectReason.NO_ADDRESS)
    elif names:
        yield Rejected(line=number, reason=RejectReason.NOT_A_SINK)


def _name(reading: Reading, number: int, name: str) -> Iterator[Item]:
    if name.lower() not in _FURNITURE:
        yield reading.host(number, name)
