"""Show how a crawl gets on: live on a terminal, a line now and then elsewhere, nothing to programs."""

import sys
import time
from typing import Final, Protocol, Self

import click
from rich.console import Console
from rich.live import Live
from rich.text import Text

from console.progress import Standing

_EVERY_S: Final = 5.0
_MOST_REASONS: Final = 12


class Display(Protocol):
    """Show a standing; to be entered before the crawl starts and left after it."""

    def __enter__(self) -> Self: ...
    def __exit__(self, *_: object) -> None: ...
    def show(self, standing: Standing) -> None: ...
    def say(self, line: str) -> None: ...


def display(*, as_json: bool) -> Display:
    """Return what fits: nothing for programs, a live picture on a terminal, a line now and then otherwise."""
    if as_json:
        return Silent()
    return OnTerminal() if sys.stderr.isatty() else Lines()


class Silent:
    """Show nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def show(self, standing: Standing) -> None:
        return None

    def say(self, line: str) -> None:
        return None


class Lines(Silent):
    """Write a line to standard error every few seconds."""

    def __init__(self) -> None:
        self._next_s = 0.0

    def show(self, standing: Standing) -> None:
        if standing.begun and time.monotonic() >= self._next_s:
            self._next_s = time.monotonic() + _EVERY_S
            self.say(standing.line())

    def say(self, line: str) -> None:
        click.echo(line, err=True)


class OnTerminal(Silent):
    """Keep a few lines of the terminal up to date; they stay when the crawl ends."""

    def __init__(self) -> None:
        self._live = Live(console=Console(stderr=True, highlight=False), refresh_per_second=4, transient=True)

    def __enter__(self) -> Self:
        self._live.start()
        self._live.update(Text("starting"))
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def show(self, standing: Standing) -> None:
        self._live.update(picture(standing))

    def say(self, line: str) -> None:
        self._live.console.print(Text(line))


def picture(standing: Standing) -> Text:
    """Return the lines for a terminal: the counts, then what was not kept by reason."""
    rows = standing.reasons()
    lines = [f"  {n:>7}  {outcome:<8} {reason}" for outcome, reason, n in rows[:_MOST_REASONS]]
    if len(rows) > _MOST_REASONS:
        lines.append(f"           and {len(rows) - _MOST_REASONS} more reasons")
    return Text("\n".join([standing.counts(), standing.pace(), *lines]))
