"""Read the TDM Reservation Protocol: header, meta and /.well-known/tdmrep.json."""

from collections.abc import Iterable, Iterator
from json import detect_encoding
from typing import Any, Final

import msgspec

from filters.signals.signal import Protocol, Saying, Says
from filters.signals.url_rules import UrlRule, UrlRules

FILE: Final = "tdmrep.json"
MOST_BYTES: Final = 512 * 1024
META_NAMES: Final = frozenset(("tdm-reservation", "tdm-policy"))
_SAYS: Final = {"1": Says.DENY, "0": Says.ALLOW}


def read_reservation(value: str, policy: str, found_in: str) -> Saying:
    """Return what the value of a header or a meta says: `1` denies, `0` allows, anything else is a protocol error.

    A `1` denies in a list too: whoever hands an answer on may join the lines of a header to one, `0, 1`.
    """
    said = {_SAYS.get(each.strip(), Says.UNKNOWN) for each in value.split(",")}
    says = Says.DENY if Says.DENY in said else said.pop() if len(said) == 1 else Says.UNKNOWN
    return _saying(says, found_in, value.strip(), policy)


class TdmRep:
    """The rules of a host in their order; the first that covers a URL and has a value that can be read, counts."""

    def __init__(self, rules: Iterable[UrlRule[Saying]]) -> None:
        self._rules = UrlRules(rules)

    @classmethod
    def read(cls, body: bytes) -> "TdmRep | None":
        """Return None for another text, such as a page that says that there is no such file. What is no JSON, or no
        array, says neither yes nor no of every URL, as the protocol has it; what is larger or deeper than we read
        says no.
        """
        text = body.decode(detect_encoding(body[:4]), "replace").lstrip("\ufeff \t\r\n")
        if not text.startswith(("[", "{")):
            return None
        if len(body) > MOST_BYTES:
            return _for_all(Says.DENY, f"more than {MOST_BYTES} bytes")
        try:
            entries = msgspec.json.decode(text)
        except RecursionError:
            return _for_all(Says.DENY, "nested too deep")
        except (msgspec.DecodeError, ValueError):
            return _for_all(Says.UNKNOWN, "no JSON")
        return cls(_rules(entries)) if isinstance(entries, list) else _for_all(Says.UNKNOWN, "no array")

    def says(self, url: str) -> Saying | None:
        """Return what is said of a URL, None if no rule covers it."""
        covering = self._rules.covering(url)
        return next((each for each in covering if each.says is not Says.UNKNOWN), covering[0] if covering else None)


def _for_all(says: Says, raw: str) -> TdmRep:
    return TdmRep([_rule("/", _saying(says, FILE, raw, ""))])


def _rules(entries: list[Any]) -> Iterator[UrlRule[Saying]]:
    for number, entry in enumerate(entries, start=1):
        location = entry.get("location") if isinstance(entry, dict) else None
        if isinstance(location, str):
            yield _rule(location, _of_entry(entry, f"{FILE} rule {number}"))


def _rule(location: str, saying: Saying) -> UrlRule[Saying]:
    return UrlRule(pattern=location, denies=saying.says is Says.DENY, says=saying)


def _of_entry(entry: dict[str, Any], found_in: str) -> Saying:
    value = entry.get("tdm-reservation")
    says = _SAYS.get(str(value), Says.UNKNOWN) if isinstance(value, int) else Says.UNKNOWN
    policy = entry.get("tdm-policy")
    words = "missing" if value is None else msgspec.json.encode(value).decode()
    return _saying(says, found_in, f"{entry['location']} {words}", policy if isinstance(policy, str) else "")


def _saying(says: Says, found_in: str, raw: str, policy: str) -> Saying:
    words = f"{raw}, tdm-policy: {policy}" if policy else raw
    return Saying(protocol=Protocol.TDMREP, says=says, found_in=found_in, raw=words)
