"""Read the rules of ad blockers that speak of whole hosts or of the beginning of an address."""

import re
from collections.abc import Iterator
from typing import Final

from storage.host_formats.listed import BLOCK, EXCEPT, Action, Item, Matches, Reading
from storage.host_formats.urls import url_entry
from storage.list_lines import Rejected, RejectReason

KEEP_THE_MEANING: Final = frozenset({"important", "all", "document", "doc"})
"""Options that narrow nothing. Any other makes a rule one for some requests only, which no list of hosts can say."""

_COSMETIC = re.compile(r"[^#$]*(?:#[@?$%]{0,3}#|\$@?\$)\S|#%#|#@%#")
_HEADER = re.compile(r"\[[^\]]*\]$")
_OPTIONS = re.compile(r"[a-z0-9_~-]+(?:=.*)?(?:,[a-z0-9_~-]+(?:=.*)?)*", re.IGNORECASE)
_IN_A_PATTERN = frozenset("*^|")


def read_adblock(reading: Reading, number: int, text: str) -> Iterator[Item]:
    """Read `||example.org^` and `||example.org/path`, and exceptions, which begin with `@@`."""
    if text.startswith("!") or _HEADER.match(text):
        return
    if _COSMETIC.match(text):
        yield Rejected(line=number, reason=RejectReason.COSMETIC)
    elif not text.startswith(("#", "//")):  # as comments are written in many lists that call themselves so
        yield _rule(reading, number, text)


def _rule(reading: Reading, number: int, text: str) -> Item:
    action: Action = EXCEPT if text.startswith("@@") else BLOCK
    rule, options = _without_options(text.removeprefix("@@"))
    if len(rule) > 1 and rule.startswith("/") and rule.endswith("/"):
        return Rejected(line=number, reason=RejectReason.REGEX)
    if not options <= KEEP_THE_MEANING:
        return Rejected(line=number, reason=RejectReason.LIMITED_RULE)
    if rule.startswith("||"):
        return _anchored(reading, number, rule[2:], action)
    if rule.startswith(("|http://", "|https://")) and (action == BLOCK or rule.endswith("|")):
        return _address(reading, number, rule[1:], action)
    return Rejected(line=number, reason=RejectReason.PATTERN)


def _without_options(rule: str) -> tuple[str, frozenset[str]]:
    before, dollar, after = rule.rpartition("$")
    if not dollar or not _OPTIONS.fullmatch(after):
        return rule, frozenset()
    return before, frozenset(after.lower().split(","))


def _anchored(reading: Reading, number: int, rule: str, action: Action) -> Item:
    """`||` stands for any scheme and any subdomain."""
    if "/" in rule:
        if rule.endswith("|"):  # one URL on any subdomain
            return Rejected(line=number, reason=RejectReason.PATTERN)
        return _address(reading, number, rule, action)
    host, says = rule.removesuffix("|").removesuffix("^"), Matches.SUFFIX
    if host.startswith("*."):
        host, says = host[2:], Matches.SUBDOMAINS
    if _IN_A_PATTERN & set(host):
        return Rejected(line=number, reason=RejectReason.PATTERN)
    return Reading(force=reading.force).host(number, host, says, action)


def _address(reading: Reading, number: int, rule: str, action: Action) -> Item:
    """Without `|` at its end a rule covers every address that begins with it, as an entry does on subdomains too.

    So an exception for what begins so on one host alone is not taken.
    """
    whole = rule.endswith("|")
    begins = rule[:-1] if whole else rule.rstrip("*")
    if _IN_A_PATTERN & set(begins):
        return Rejected(line=number, reason=RejectReason.PATTERN)
    return url_entry(reading, number, begins, prefix=not whole, action=action)
