"""Read what strace has written: each system call with its file, and when it began and ended among all others."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

_LINE: Final = re.compile(r"(\d+)\s+(.*)")
_BEGUN: Final = re.compile(r"(\w+)\((.*?)(?: <unfinished \.\.\.>|\)\s+= (.*))?$")
_ENDED: Final = re.compile(r"<\.\.\. (\w+) resumed>(.*?)\)?\s+= (.*)$")
_OPEN_FILE: Final = re.compile(r"\d+<([^>]*)>")
_NAMED: Final = re.compile(r'"([^"]*)"')
_MOMENT: Final = re.compile(r'\{\\"(passed|stored)\\": \\"([^"\\]+)\\"')


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """A system call of one thread; `begun` and `ended` are its places among all lines."""

    thread: str
    name: str
    text: str
    begun: int
    ended: int
    result: str = ""

    @property
    def file(self) -> str:
        """Return the path of the open file that it is about."""
        found = _OPEN_FILE.match(self.text)
        return found[1] if found else ""

    @property
    def names(self) -> list[str]:
        """Return the paths that it names."""
        return _NAMED.findall(self.text)

    @property
    def said(self) -> tuple[str, str] | None:
        """Return what the process tells its test by it: that it passed a moment, or that a pair is stored."""
        found = _MOMENT.search(self.text) if self.name == "sendto" else None
        return (found[1], found[2]) if found else None


def read_calls(trace: Path) -> list[Call]:
    """Return the calls that succeeded, in the order in which they began."""
    calls: dict[int, Call] = {}
    open_calls: dict[str, int] = {}
    for at, (thread, rest) in enumerate(_lines(trace)):
        if (ended := _ENDED.match(rest)) and thread in open_calls:
            begun = calls[open_calls.pop(thread)]
            calls[begun.begun] = replace(begun, ended=at, result=ended[3], text=begun.text + ended[2])
        elif begun_now := _BEGUN.match(rest):
            call = Call(
                thread=thread, name=begun_now[1], text=begun_now[2], begun=at, ended=at, result=begun_now[3] or ""
            )
            calls[at] = call
            if begun_now[3] is None:
                open_calls[thread] = at
    return [each for each in calls.values() if each.result[:1].isdigit()]


def _lines(trace: Path) -> Iterator[tuple[str, str]]:
    for line in trace.read_text(errors="replace").splitlines():
        if found := _LINE.match(line):
            yield found[1], found[2]
