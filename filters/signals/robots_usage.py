"""Read the lines of robots.txt that speak of use: Content-Usage and Content-Signal."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from filters.signals.aipref import read_content_usage
from filters.signals.content_signal import read_content_signal
from filters.signals.path_rules import PathRule, PathRules
from filters.signals.robots_lines import Key, Line
from filters.signals.signal import Saying, Says

_READERS: Final = {Key.CONTENT_USAGE: read_content_usage, Key.CONTENT_SIGNAL: read_content_signal}


class UsageLines:
    """What the lines of a group say of a path, which may stand before the statement: `/free/ train-ai=y`.

    Of Content-Usage the statements with the longest matching path count, all of them if there are several
    (draft-ietf-aipref-attach, 3.1). Content-Signal has no such rule: there a longer path does not lift what it is
    silent about. Lines before any group speak to nobody, but a no is heard wherever it stands.
    """

    def __init__(self, lines: Iterable[Line], outside: Iterable[Line]) -> None:
        rules = list(_rules(lines))
        signals = [each for key, each in rules if key is Key.CONTENT_SIGNAL]
        self._preferences = PathRules(each for key, each in rules if key is Key.CONTENT_USAGE)
        self._signals = PathRules(each for each in signals if each.says.says is not Says.UNKNOWN)
        self._unclear_signals = PathRules(each for each in signals if each.says.says is Says.UNKNOWN)
        self._outside = PathRules(each for _, each in _rules(outside) if each.denies)

    def covering(self, paths: tuple[bytes, ...]) -> tuple[Saying, ...]:
        preferences = self._preferences.longest(paths)
        signals = self._signals.longest(paths) or self._unclear_signals.longest(paths)
        return preferences + signals + self._outside.longest(paths)


def _rules(lines: Iterable[Line]) -> Iterator[tuple[Key, PathRule[Saying]]]:
    """Yield a rule for each line, but one only for those that say the same of the same path."""
    seen = set()
    for line in lines:
        if line.key in _READERS:
            rule = _rule(line)
            same = (line.key, rule.pattern, rule.says.says)
            if same not in seen:
                seen.add(same)
                yield line.key, rule


def _rule(line: Line) -> PathRule[Saying]:
    path, statement = _halves(line.value)
    saying = _READERS[line.key](statement.decode(errors="replace"), line.found_in)
    return PathRule(pattern=path, denies=saying.says is Says.DENY, says=replace(saying, raw=line.text))


def _halves(value: bytes) -> tuple[bytes, bytes]:
    """Split a path off: it begins with a slash and ends before the first white space."""
    if not value.startswith(b"/"):
        return b"", value
    path, *statement = value.split(maxsplit=1)
    return path, b"".join(statement)
