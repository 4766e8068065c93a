"""Read an ai.txt of Spawning: which kinds of files, and which paths, may be used to train models."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from filters.signals.path_rules import PathRule, PathRules, paths_of
from filters.signals.robots_lines import EVERYBODY, Groups, Key, Line, begins_as_robots, grouped, read_lines
from filters.signals.signal import Protocol, Saying, Says

_KIND: Final = re.compile(rb"\*(\.[A-Za-z0-9]+)\$?\Z")
_ENDINGS: Final = re.compile(rb"\.[a-z0-9]+")


class AiTxt:
    """Rules as in robots.txt: `Disallow: *.jpg` speaks of a kind of file, `Allow: /free/` of a path.

    A kind is one in any case, whatever follows it: `*.jpg` covers `/1.JPG?width=9`, and not `/1.jpgx`. The longest rule
    counts, and as nobody has specified it, the no of equally long ones. Rules before any user agent are for everybody.
    """

    def __init__(self, groups: Groups) -> None:
        self._groups = groups
        self._rules: dict[str, PathRules[Line]] = {}

    @classmethod
    def read(cls, body: bytes) -> "AiTxt | None":
        """Return None for another text of this name: many are Markdown, and a missing one is often a page."""
        return cls(grouped(read_lines(body))) if begins_as_robots(body) else None

    def says(self, url: str, agent: str = EVERYBODY) -> Saying | None:
        """Return what is said of the use of an absolute URL; None if no rule covers it."""
        name = self._groups.name_for(agent)
        if name not in self._rules:
            self._rules[name] = PathRules(_rules((*self._groups.outside, *self._groups.lines(name))))
        paths = paths_of(url)
        lines = self._rules[name].longest(paths, kinds=dict.fromkeys(_ENDINGS.findall(paths[0].lower())))
        line = next((each for each in lines if each.key is Key.DISALLOW), next(iter(lines), None))
        if line is None:
            return None
        says = Says.DENY if line.key is Key.DISALLOW else Says.ALLOW
        return Saying(protocol=Protocol.AI_TXT, says=says, found_in=line.found_in, raw=line.text)


def _rules(lines: Iterable[Line]) -> Iterator[PathRule[Line]]:
    """Yield each rule once; that of a kind as a pattern which is the kind and nothing else."""
    said = {(each.key, each.value): each for each in lines if each.key in (Key.ALLOW, Key.DISALLOW) and each.value}
    for (key, value), line in said.items():
        kind = _KIND.match(value)
        pattern = kind[1].lower() + b"$" if kind else value
        yield PathRule(pattern=pattern, denies=key is Key.DISALLOW, says=line)
