"""Read the zone file of a response policy zone (RPZ)."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import Final

from storage.host_formats.listed import BLOCK, EXCEPT, SINKS, Action, Item, Line, Matches, Reading
from storage.host_formats.networks import network_entries
from storage.host_formats.records import Record, read_record
from storage.list_lines import BadList, Rejected, RejectReason

_WORD = re.compile(r';.*|"(?:[^"\\]|\\.)*"?|[()]|[^\s;()"]+')
_MOST_WORDS: Final = 1000
"""The longest record of a policy zone, its SOA, has about a dozen."""

_UNNAMED: Final = "?."  # the zone's own name, which most such files leave to the configuration
_BLOCKS: Final = frozenset({".", "*.", "rpz-drop."})
_OTHER_TRIGGERS: Final = frozenset({"rpz-nsdname", "rpz-nsip", "rpz-client-ip"})
_OF_THE_ZONE: Final = frozenset({"SOA", "NS"})


def read_zone(reading: Reading, lines: Iterable[Line]) -> Iterator[Item]:
    """Read `example.org CNAME .` as this host alone, and `*.example.org CNAME .` as its subdomains.

    A list that was declared `suffix` blocks both by either. Raises `BadList` for a parenthesis that is never closed,
    since every line after it would be lost.
    """
    zone = _Zone(reading=reading)
    for line in lines:
        if isinstance(line, Rejected):
            yield line
        else:
            yield from zone.read(*line)
    zone.end()


@dataclass(kw_only=True, slots=True)
class _Zone:
    """What the lines above say of the next one: the names are absolute, and end in a dot."""

    reading: Reading
    apex: str = _UNNAMED
    origin: str = _UNNAMED
    owner: str | None = None
    open_since: int | None = None
    words: list[str] = field(default_factory=list)
    inherits: bool = False

    def read(self, number: int, text: str) -> Iterator[Item]:
        """Read one line; a record may go over several, in parentheses."""
        if self.open_since is None:
            self.words = []
            self.inherits = text[:1].isspace()
        for word in _WORD.findall(text):
            self._take(number, word)
        if self.open_since is None:
            yield from self._entry(number, self.words)
        elif len(self.words) > _MOST_WORDS:
            self.end()

    def end(self) -> None:
        if self.open_since is not None:
            raise BadList(f"the parenthesis of line {self.open_since} is not closed; nothing was imported")

    def _take(self, number: int, word: str) -> None:
        if word == "(":
            self.open_since = self.open_since or number
        elif word == ")":
            self.open_since = None
        elif not word.startswith(";"):
            self.words.append(word)

    def _entry(self, number: int, words: list[str]) -> Iterator[Item]:
        if not words:
            return
        if words[0].startswith("$"):
            yield from self._directive(number, words)
            return
        if not self.inherits:
            self.owner = self._absolute(words.pop(0))
        record = read_record(words)
        if record is None or self.owner is None:
            yield Rejected(line=number, reason=RejectReason.BROKEN_ROW)
        elif record.type == "SOA":
            self._begin(self.owner)
        elif self.owner != self.apex or record.type not in _OF_THE_ZONE:
            yield from self._policy(number, self.owner, record)

    def _directive(self, number: int, words: list[str]) -> Iterator[Item]:
        if words[0].upper() == "$ORIGIN" and len(words) == 2:
            self.origin = self._absolute(words[1])
            if self.apex == _UNNAMED and not self.origin.endswith(_UNNAMED) and self.origin != ".":
                self.apex = self.origin
        elif words[0].upper() != "$TTL":
            yield Rejected(line=number, reason=RejectReason.OTHER_DIRECTIVE)

    def _absolute(self, name: str) -> str:
        lowered = name.lower()
        if lowered == "@":
            return self.origin
        if lowered.endswith("."):
            return lowered
        return f"{lowered}." if self.origin == "." else f"{lowered}.{self.origin}"

    def _begin(self, apex: str) -> None:
        if self.origin == _UNNAMED:
            self.origin = apex
        self.apex = apex

    def _policy(self, number: int, owner: str, record: Record) -> Iterator[Item]:
        trigger = owner.removesuffix("." + self.apex)
        action = _action(trigger, record)
        if trigger == owner or owner == self.apex:
            yield Rejected(line=number, reason=RejectReason.OUT_OF_ZONE)
        elif isinstance(action, RejectReason):
            yield Rejected(line=number, reason=action)
        else:
            yield from self._trigger(number, trigger, action)

    def _trigger(self, number: int, trigger: str, action: Action) -> Iterator[Item]:
        labels = trigger.split(".")
        if labels[-1] in _OTHER_TRIGGERS:
            yield Rejected(line=number, reason=RejectReason.OTHER_TRIGGER)
        elif labels[-1] == "rpz-ip":
            yield from _addresses(number, labels[:-1], action)
        elif trigger == "*":
            yield Rejected(line=number, reason=RejectReason.MATCHES_ALL)
        elif labels[0] == "*":
            yield self._host(number, trigger[2:], Matches.SUBDOMAINS, action)
        else:
            yield self._host(number, trigger, Matches.EXACT, action)

    def _host(self, number: int, host: str, says: Matches, action: Action) -> Item:
        widened = Matches.SUFFIX if self.reading.matches is Matches.SUFFIX else None  # the zone says the rest itself
        return Reading(matches=widened, force=self.reading.force).host(number, host, says, action)


def _action(trigger: str, record: Record) -> Action | RejectReason:
    target = record.data[0].lower() if record.data else ""
    if record.type in {"A", "AAAA"}:
        return BLOCK if target in SINKS else RejectReason.NOT_A_SINK
    if record.type != "CNAME":
        return RejectReason.UNKNOWN_TYPE
    if target in _BLOCKS:
        return BLOCK
    return EXCEPT if target in {"rpz-passthru.", f"{trigger}."} else RejectReason.OTHER_ACTION


def _addresses(number: int, labels: list[str], action: Action) -> Iterator[Item]:
    """Read `24.0.2.0.192` as 192.0.2.0/24, and `32.zz.db8.2001` as 2001:db8::/32."""
    length, parts = labels[0] if labels else "", labels[:0:-1]
    if len(parts) == 4 and "zz" not in parts:
        address = ".".join(parts)
    elif "zz" in parts:
        at = parts.index("zz")
        address = f"{':'.join(parts[:at])}::{':'.join(parts[at + 1 :])}"
    else:
        address = ":".join(parts)
    try:
        networks = [ip_network(f"{address}/{int(length)}", strict=False)]
    except ValueError:
        networks = []
    yield from network_entries(number, networks, action)
