"""Read one category of the blacklists of the University of Toulouse (UT1), which is a directory."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from storage.host_formats.listed import Item, Reading
from storage.host_formats.plain import read_domain
from storage.host_formats.urls import read_prefix
from storage.list_lines import BadList, Rejected, RejectReason, read_lines

READ: Final = ("domains", "urls")
NOT_READ: Final = ("expressions", "usage", "very_restrictive_expression")


def read_category(path: Path, reading: Reading) -> Iterator[Item]:
    """Yield the entries of `domains` and `urls`; each line of a file that is not read counts as rejected.

    Line numbers are those of the file that the line is in. As squidGuard does, which these lists are made for, an
    address covers all that begin so, also on the subdomains of its host.
    """
    files = [path / name for name in READ if (path / name).is_file()]
    if not files:
        raise BadList(_what_to_name(path))
    for file in files:
        yield from _read(file, reading)
    for file in (path / name for name in NOT_READ):
        if file.is_file():
            yield from _count(file)


def _what_to_name(path: Path) -> str:
    if any((path / f"{name}.gz").is_file() for name in READ):
        return "the lists of this category are compressed: unpack them first (gunzip FILE)"
    return "not one category of UT1: name a directory that holds domains or urls, such as blacklists/CATEGORY"


def _read(file: Path, reading: Reading) -> Iterator[Item]:
    with file.open("rb") as source:
        for line in read_lines(source):
            if isinstance(line, Rejected):
                yield line
            elif file.name == "domains":
                yield from read_domain(reading, *line)
            else:
                yield from read_prefix(reading, line[0], line[1].strip())


def _count(file: Path) -> Iterator[Item]:
    with file.open("rb") as source:
        for number, line in enumerate(read_lines(source), 1):
            if isinstance(line, Rejected) or line[1].strip():
                yield Rejected(line=number, reason=RejectReason.NOT_READ)
