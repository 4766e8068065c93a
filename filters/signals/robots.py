"""Decide by a robots.txt what may be fetched (RFC 9309), and hear what else it says of use."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from filters.signals.path_rules import PathRule, PathRules, paths_of
from filters.signals.robots_lines import EVERYBODY, Key, Line, grouped, read_lines
from filters.signals.robots_usage import UsageLines
from filters.signals.signal import MOST_RAW_CHARACTERS, Protocol, Saying, Says

MOST_DELAY_S: Final = 1e6

_ITSELF: Final = b"/robots.txt"
_SECONDS: Final = re.compile(rb"(?:\d+(?:\.\d*)?|\.\d+)\Z")
_ABSOLUTE: Final = re.compile(r"https?://[^\s/?#]", re.IGNORECASE)
_NOTHING: Final = PathRules(
    [
        PathRule(
            pattern=b"", denies=True, says=Line(number=0, key=Key.DISALLOW, value=b"/ # too many overlapping groups")
        )
    ]
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Decided:
    """Whether a URL may be fetched, by which rule on which line; None and allowed where no rule matches."""

    allowed: bool
    rule: str | None = None
    line: int | None = None


class RobotsTxt:
    """A robots.txt, read. Whatever its bytes are, reading never raises and costs no more than their number.

    `agent` is a product token, which is compared as a whole and whatever its case. Groups of one token are one group;
    the group of everybody, `*`, holds for those only that have none. Of the rules that match a URL the longest counts,
    and of equally long ones Allow.
    """

    def __init__(self, lines: Sequence[Line]) -> None:
        sitemaps = (each.value.decode(errors="replace") for each in lines if each.key is Key.SITEMAP and each.value)
        self.sitemaps = tuple(dict.fromkeys(sitemaps))
        self._groups = grouped(each for each in lines if each.key is not Key.SITEMAP)
        self._rules: dict[str, PathRules[Line]] = {}
        self._shared: dict[tuple[int, ...], PathRules[Line]] = {}
        self._room = 2 * len(lines) + 1000  # lines that may be prepared: most speak to one agent, or to a shared group
        self._usages: dict[str, UsageLines] = {}

    @classmethod
    def read(cls, body: bytes, agent: str = "", tokens: Iterable[str] = ()) -> "RobotsTxt":
        """Read the first 512 KiB, without half a line at their end. Lines that are not understood are passed over.

        For an `agent`, and for `tokens` that `decide_as` is asked for, the first question costs no more than the next:
        what it needs is prepared here, which need not be where it is asked.
        """
        read = cls(list(read_lines(body)))
        if agent:
            read.usage(_ITSELF.decode(), agent)
        read.decide_as(_ITSELF.decode(), tokens)
        return read

    def decide(self, url: str, agent: str) -> Decided:
        """Say whether a crawler may fetch an absolute, normalised URL."""
        line = self._rule(self._groups.name_for(agent), paths_of(url))
        if line is None:
            return Decided(allowed=True)
        return Decided(allowed=line.key is Key.ALLOW, rule=line.text[:MOST_RAW_CHARACTERS], line=line.number)

    def decide_as(self, url: str, tokens: Iterable[str]) -> Saying | None:
        """Return the no of the first of these crawlers that has a group of its own, and may not fetch it."""
        paths = paths_of(url)
        for token in tokens:
            line = None if token == EVERYBODY else self._rule(token.lower(), paths)
            if line is not None and line.key is Key.DISALLOW:
                found_in = f"{line.found_in}, group of {token}"
                return Saying(protocol=Protocol.AI_TOKENS, says=Says.DENY, found_in=found_in, raw=line.text)
        return None

    def usage(self, url: str, agent: str) -> tuple[Saying, ...]:
        """Return what Content-Usage and Content-Signal lines say of a URL; nothing of one that may not be fetched."""
        if not self.decide(url, agent).allowed:
            return ()
        name = self._groups.name_for(agent)
        if name not in self._usages:
            self._usages[name] = UsageLines(self._groups.lines(name), self._groups.outside)
        return self._usages[name].covering(paths_of(url))

    def crawl_delay(self, agent: str) -> float | None:
        """Return the longest that its group asks for, in seconds; at most a million."""
        lines = self._groups.lines(self._groups.name_for(agent))
        said = [each.value for each in lines if each.key is Key.CRAWL_DELAY and _SECONDS.match(each.value)]
        return max((min(float(each), MOST_DELAY_S) for each in said), default=None)

    def licences(self, agent: str) -> tuple[str, ...]:
        """Return the absolute URLs of RSL documents: those in its group, else those before any group."""
        named = _licences(self._groups.lines(self._groups.name_for(agent)))
        return named or _licences(self._groups.outside)

    def _rule(self, name: str, paths: tuple[bytes, ...]) -> Line | None:
        """Return the line that decides, None if it is allowed by no rule or is robots.txt itself."""
        if name not in self._rules:
            self._rules[name] = self._prepared(name)
        matching = () if paths[0] == _ITSELF else self._rules[name].longest(paths)
        return next((each for each in matching if each.key is Key.ALLOW), next(iter(matching), None))

    def _prepared(self, name: str) -> PathRules[Line]:
        """Return the rules of an agent: one object for all that have the same groups.

        Where groups overlap so that many agents have many rules each, preparing them would cost their product: then
        the answer is no.
        """
        groups = tuple(map(id, self._groups.of.get(name, ())))
        if groups not in self._shared:
            lines = list(self._groups.lines(name))
            self._room -= len(lines)
            self._shared[groups] = PathRules(_rules(lines)) if self._room >= 0 else _NOTHING
        return self._shared[groups]


def _rules(lines: Iterable[Line]) -> Iterable[PathRule[Line]]:
    """Return the rules of a group, each once; one without a path rules nothing."""
    said = {(each.key, each.value): each for each in lines if each.key in (Key.ALLOW, Key.DISALLOW) and each.value}
    return [PathRule(pattern=each.value, denies=each.key is Key.DISALLOW, says=each) for each in said.values()]


def _licences(lines: Iterable[Line]) -> tuple[str, ...]:
    said = (each.value.decode(errors="replace") for each in lines if each.key is Key.LICENSE)
    return tuple(dict.fromkeys(each for each in said if _ABSOLUTE.match(each)))
