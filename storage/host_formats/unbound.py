"""Read the configuration of unbound."""

import re
from collections.abc import Iterator
from typing import Final

from storage.host_formats.listed import BLOCK, EXCEPT, SINKS, Action, Item, Matches, Reading
from storage.host_formats.records import read_record
from storage.list_lines import Rejected, RejectReason

_ZONE_TYPES: Final[dict[str, Action]] = {
    **dict.fromkeys(
        (
            "always_deny",
            "always_nodata",
            "always_null",
            "always_nxdomain",
            "always_refuse",
            "deny",
            "inform_deny",
            "inform_redirect",
            "redirect",
            "refuse",
            "static",
        ),
        BLOCK,
    ),
    "always_transparent": EXCEPT,
}
"""`transparent` is not here: what local-data says below such a zone holds, so that it is no clean exception."""

_DIRECTIVE = re.compile(r"([a-z-]+)\s*:(.*)")
_WORD = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([^\s"'#][^\s"']*))""")


def read_unbound(reading: Reading, number: int, text: str) -> Iterator[Item]:
    """Read `local-zone: "example.org" always_nxdomain` and `local-data: "example.org A 0.0.0.0"`."""
    if text.startswith("#"):
        return
    found = _DIRECTIVE.match(text)
    key, words = (found[1], _words(found[2])) if found else ("", [])
    if key == "local-zone":
        yield _zone(reading, number, words)
    elif key == "local-data":
        yield _data(reading, number, words)
    elif not (key == "server" and not words):
        yield Rejected(line=number, reason=RejectReason.OTHER_DIRECTIVE)


def _words(rest: str) -> list[str]:
    words, at = [], 0
    while found := _WORD.match(rest, at):
        words.append(next(each for each in found.groups() if each is not None))
        at = found.end()
    return words if rest[at:].lstrip()[:1] in {"", "#"} else []


def _zone(reading: Reading, number: int, words: list[str]) -> Item:
    if len(words) != 2:
        return Rejected(line=number, reason=RejectReason.BROKEN_ROW)
    name, action = words[0], _ZONE_TYPES.get(words[1].lower())
    if action is None:
        return Rejected(line=number, reason=RejectReason.OTHER_ACTION)
    if name == ".":
        return Rejected(line=number, reason=RejectReason.MATCHES_ALL)
    return Reading(force=reading.force).host(number, name, action=action)


def _data(reading: Reading, number: int, words: list[str]) -> Item:
    """A name with an address that leads nowhere is blocked, and none below it."""
    name, *rest = words[0].split() if len(words) == 1 and words[0].strip() else [""]
    record = read_record(rest)
    if record is None:
        return Rejected(line=number, reason=RejectReason.BROKEN_ROW)
    if record.type not in {"A", "AAAA"}:
        return Rejected(line=number, reason=RejectReason.UNKNOWN_TYPE)
    if not record.data or record.data[0] not in SINKS:
        return Rejected(line=number, reason=RejectReason.NOT_A_SINK)
    return reading.host(number, name, Matches.EXACT)
