"""Read the starter blocklist that ships with Altsieve: hosts, and for each of them why it is there."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from storage.host_formats import listed_host
from storage.list_lines import BadList, Rejected, RejectReason, read_lines

STARTER_FILE: Final = Path(__file__).with_name("starter_blocklist.txt")


def starter_entries(path: Path = STARTER_FILE) -> Mapping[str, str]:
    """Return the reason for each host, in the order of the file; raise `BadList` for a line that is no entry."""
    entries: dict[str, str] = {}
    with path.open("rb") as source:
        for line in read_lines(source):
            if isinstance(line, Rejected):
                raise BadList(f"line {line.line} of the starter list is not text")
            number, text = line
            if text.strip() and not text.startswith("#"):
                host, why = _entry(number, text)
                if host in entries:
                    raise BadList(f"line {number} of the starter list names a host for the second time")
                entries[host] = why
    return entries


def _entry(number: int, text: str) -> tuple[str, str]:
    word, _, why = text.strip().partition(" ")
    host = listed_host(word)
    if isinstance(host, RejectReason) or not why.strip():
        raise BadList(f"line {number} of the starter list is not a host and why it is there")
    return host, why.strip()
