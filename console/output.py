"""Write what a command found: as text for people, or as JSON for programs."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final, TypeVar

import click
import msgspec

from console.printable import printable

Row = TypeVar("Row")

_LOOK_AHEAD: Final = 200
"""Rows that decide how wide the columns are; so a list of millions is not held in memory."""
_WIDEST: Final = 60


@dataclass(frozen=True, kw_only=True)
class Output:
    """Write text or JSON to standard output. JSON is ASCII, so that no terminal or locale can change it."""

    as_json: bool

    def text(self, line: str = "", **style: object) -> None:
        """Write a line for people; nothing when a program reads."""
        if not self.as_json:
            click.echo(click.style(line, **style) if style else line)  # type: ignore[arg-type]  # style is passed on

    def record(self, fields: object, lines: Iterable[str]) -> None:
        """Write one thing: one JSON object, or the lines that tell people of it."""
        if self.as_json:
            self._json(fields)
            return
        for each in lines:
            click.echo(each)

    def rows(
        self,
        rows: Iterable[Row],
        columns: Mapping[str, Callable[[Row], object]],
        fields: Callable[[Row], object] = msgspec.to_builtins,
        *,
        empty: str,
    ) -> int:
        """Write a list, and return how many rows it had: one JSON object a line, or columns for people."""
        if self.as_json:
            return sum(1 for each in rows if self._json(fields(each)))
        count = -1
        for count, line in enumerate(table(rows, columns), start=-1):
            click.echo(click.style(line, bold=True) if count < 0 else line)
        if count < 0:
            click.echo(empty)
        return count + 1

    def items(self, items: Iterable[Row], lines: Callable[[Row], Iterable[str]]) -> None:
        """Write a list of things that people read as sentences: one JSON object a line, or the lines of each."""
        for each in items:
            self.record(each, [] if self.as_json else lines(each))

    def _json(self, fields: object) -> bool:
        click.echo(json.dumps(msgspec.to_builtins(fields)))
        return True


def table(rows: Iterable[Row], columns: Mapping[str, Callable[[Row], object]]) -> Iterable[str]:
    """Yield a line of titles and one line a row; nothing for no rows. A long value is never cut, it pushes its line."""
    cells = ([cell(read(row)) for read in columns.values()] for row in rows)
    first = list(islice(cells, _LOOK_AHEAD))
    if not first:
        return
    titles = [list(columns)]
    widths = [min(_WIDEST, max(map(len, column))) for column in zip(*titles, *first, strict=True)]
    for each in chain(titles, first, cells):
        yield _line(each, widths)


def cell(value: object) -> str:
    """Return a value as people read it: a dash for nothing, a time to the second."""
    if value is None or value == "":
        return "-"
    if isinstance(value, Mapping):
        return cell(" ".join(f"{name}={'none' if each in (None, '') else cell(each)}" for name, each in value.items()))
    if hasattr(value, "isoformat"):
        return moment(value)
    return printable(str(value))


def moment(at: object) -> str:
    """Return a time in UTC as `2026-11-23 02:06:00Z`, a day as `2026-11-23`."""
    text = str(msgspec.to_builtins(at))
    day, _, clock = text.partition("T")
    return f"{day} {clock[:8]}Z" if clock else day


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(text.ljust(width) for text, width in zip(cells, widths, strict=True)).rstrip()
