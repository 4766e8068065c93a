"""Read the configuration of dnsmasq."""

import re
from collections.abc import Iterator
from typing import Final

from storage.host_formats.listed import BLOCK, EXCEPT, SINKS, Action, Item, Reading
from storage.list_lines import Rejected, RejectReason

_COMMENT = re.compile(r"(?:^|\s)#.*")  # a # alone is a value: the servers of everybody, or no address at all
_DIRECTIVES: Final = ("address", "server", "local")


def read_dnsmasq(reading: Reading, number: int, text: str) -> Iterator[Item]:
    """Read `address=/one.example/two.example/0.0.0.0`, `server=/example.org/`, `local=/example.org/`."""
    text = _COMMENT.sub("", text).strip()
    if not text:
        return
    directive, _, rest = text.partition("=")
    domains = rest.strip().split("/")
    if directive.strip() not in _DIRECTIVES or len(domains) < 3 or domains[0]:
        yield Rejected(line=number, reason=RejectReason.OTHER_DIRECTIVE)
        return
    action = _action(directive.strip(), domains[-1].strip())
    for domain in domains[1:-1]:
        yield (
            Rejected(line=number, reason=action)
            if isinstance(action, RejectReason)
            else _domain(reading, number, domain.strip(), action)
        )


def _action(directive: str, value: str) -> Action | RejectReason:
    if not value:
        return BLOCK
    if directive == "address":
        return BLOCK if value == "#" or value in SINKS else RejectReason.NOT_A_SINK
    return EXCEPT if value == "#" else RejectReason.OTHER_ACTION  # names are asked for elsewhere, not kept from anybody


def _domain(reading: Reading, number: int, domain: str, action: Action) -> Item:
    if domain in {"#", "*"}:
        return Rejected(line=number, reason=RejectReason.MATCHES_ALL)
    return Reading(force=reading.force).host(number, domain.removeprefix("."), action=action)
