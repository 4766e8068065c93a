"""Read a list of hosts, addresses or URLs, whatever format it is in."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, Final

from storage.host_formats.adblock import read_adblock
from storage.host_formats.dnsmasq import read_dnsmasq
from storage.host_formats.format import HostFormat
from storage.host_formats.listed import Item, Line, Matches, Reader, Reading
from storage.host_formats.networks import read_network
from storage.host_formats.plain import read_domain, read_hosts_line, read_wildcard
from storage.host_formats.recognition import recognise
from storage.host_formats.rpz import read_zone
from storage.host_formats.unbound import read_unbound
from storage.host_formats.urls import read_digest, read_prefix, read_url
from storage.host_formats.ut1 import read_category
from storage.list_lines import BadList, Rejected, read_lines

_READERS: Final[Mapping[HostFormat, Reader]] = {
    HostFormat.DOMAINS: read_domain,
    HostFormat.WILDCARD: read_wildcard,
    HostFormat.HOSTS: read_hosts_line,
    HostFormat.ADBLOCK: read_adblock,
    HostFormat.DNSMASQ: read_dnsmasq,
    HostFormat.UNBOUND: read_unbound,
    HostFormat.CIDR: read_network,
    HostFormat.URLS: read_url,
    HostFormat.URL_PREFIXES: read_prefix,
    HostFormat.SHA256_URLS: read_digest,
}


def read_hosts(
    source: BinaryIO, layout: HostFormat | None = None, *, matches: Matches | None = None, force: bool = False
) -> Iterator[Item]:
    """Yield each entry as a `ListLine`, and each line or name that is none as `Rejected`; layout None recognises it.

    `matches` says what bare hosts cover, in formats whose lines do not say it; None leaves it to the format, and that
    is with their subdomains wherever it says nothing. `force` takes public suffixes such as co.uk. What would cover
    more than its line says is rejected. Memory holds a line, whatever the file is.
    """
    if layout is None:
        begin = source.tell()
        layout = recognise(source)
        source.seek(begin)
    if layout is HostFormat.UT1:
        raise BadList("a UT1 list is a directory: unpack it (tar xzf FILE) and name the directory of one category")
    reading = Reading(matches=matches, force=force)
    lines = read_lines(source)
    return read_zone(reading, lines) if layout is HostFormat.RPZ else _read(lines, _READERS[layout], reading)


def read_directory(path: Path, *, matches: Matches | None = None, force: bool = False) -> Iterator[Item]:
    """Yield the entries of one category of UT1, as `read_hosts` does those of a file."""
    return read_category(path, Reading(matches=matches, force=force))


def _read(lines: Iterable[Line], read: Reader, reading: Reading) -> Iterator[Item]:
    for line in lines:
        if isinstance(line, Rejected):
            yield line
        elif text := line[1].strip():
            yield from read(reading, line[0], text)
