"""Lay names out in rows above a picture, each with a stroke or a block of its colour."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

COLOURS: Final = ("#1f5fa8", "#b34700", "#3d7a2a", "#7a3d8f", "#6b5b00", "#a3174a")
"""Each with a contrast of at least 4.5 to 1 on white; curves also differ by their dashes."""
_DASHES: Final = ("", "7 4", "2 3", "9 3 2 3", "12 4", "4 2")
_CHARACTER_PX: Final = 7
_SAMPLE_PX: Final = 36
ROW_PX: Final = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Legend:
    """Names from `left_px` to `right_px`; `solid` for bars."""

    names: Sequence[str]
    left_px: float
    right_px: float
    solid: bool = False

    @property
    def height_px(self) -> int:
        return ROW_PX * (1 + max((row for _, row, _ in self._placed()), default=-1))

    def svg(self) -> Iterator[str]:
        for number, (x, row, name) in enumerate(self._placed()):
            y = 14 + ROW_PX * row
            yield f'<line x1="{x}" y1="{y}" x2="{x + 28}" y2="{y}" {stroke(number, solid=self.solid)}/>'
            yield text(x + 34, y + 4, name, "start")

    def _placed(self) -> Iterator[tuple[float, int, str]]:
        x, row = self.left_px, 0
        for name in self.names:
            width = _SAMPLE_PX + _CHARACTER_PX * len(name)
            if x > self.left_px and x + width > self.right_px:
                x, row = self.left_px, row + 1
            yield x, row, name
            x += width + 16


def stroke(number: int, *, solid: bool = False) -> str:
    """Return how the curve of this number is drawn, or with `solid` a block of its colour."""
    dashes = "" if solid else _DASHES[number % len(_DASHES)]
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'stroke="{COLOURS[number % len(COLOURS)]}" stroke-width="{8 if solid else 2}"{dashed}'


def text(x: float, y: float, words: str, anchor: str, kind: str = "") -> str:
    """Return words at a place; `anchor` is start, middle or end."""
    named = f' class="{kind}"' if kind else ""
    return f'<text x="{round(x, 1)}" y="{round(y, 1)}" text-anchor="{anchor}"{named}>{escape(words)}</text>'
