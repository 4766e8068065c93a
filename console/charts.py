"""Draw curves and bars as SVG that asks no other host for anything and says in words what it shows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Final, TypeAlias

from console.axis import Axis, around, tick_label
from console.legend import COLOURS, Legend, stroke, text

WIDTH_PX: Final = 640
HEIGHT_PX: Final = 340
_LEFT, _RIGHT, _TOP, _BOTTOM = 92, 16, 10, 52
_MARK_PX: Final = 16
_LEVEL_PX, _NAMES_PX, _COUNT_PX = 26, 150, 80
Point: TypeAlias = tuple[float, float]
Bar: TypeAlias = tuple[float, float, Sequence[int]]
"""Its lower and upper edge, and how many of each kind are in it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """What every picture says: `title` is its name, `says` what a person sees in it, the two words the axes."""

    title: str
    says: str
    across: str
    up: str
    marks: Mapping[str, float] = field(default_factory=dict)
    """Names of places on the axis across, such as thresholds: a line each."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Plot:
    chart: Chart
    legend: Legend
    across: Axis
    up: Axis


def curves(chart: Chart, lines: Mapping[str, Sequence[Point]], *, box: tuple[Point, Point] | None = None) -> str:
    """Return a picture with one line for each name. `box` gives its lower left and upper right corners."""
    (left, bottom), (right, top) = box or _corners([each for line in lines.values() for each in line])
    plot = _plot(chart, list(lines), (left, right), (bottom, top))
    return _picture(plot, _lines(lines, plot))


def bars(chart: Chart, bins: Sequence[Bar], kinds: Sequence[str]) -> str:
    """Return a histogram: for each bin its edges and the counts of each kind, one on the other."""
    most = max((sum(counts) for _, _, counts in bins), default=0)
    edges = [edge for low, high, _ in bins for edge in (low, high)]
    marked = [*edges, *chart.marks.values()] or [0.0]
    plot = _plot(chart, kinds, (min(marked), max(marked)), (0, max(most, 1)), solid=True)
    return _picture(plot, _bars(bins, plot))


def levels(title: str, says: str, counts: Mapping[str, int]) -> str:
    """Return a bar for each name, one below the other, with how many it stands for."""
    most = max(counts.values(), default=0)
    widest = WIDTH_PX - _NAMES_PX - _COUNT_PX
    inside: list[str] = []
    for row, (name, count) in enumerate(counts.items()):
        y, width = _TOP + _LEVEL_PX * row, round(widest * count / max(most, 1), 1)
        inside += (
            text(_NAMES_PX - 8, y + 14, name, "end"),
            f'<rect x="{_NAMES_PX}" y="{y}" width="{width}" height="{_LEVEL_PX - 6}" fill="{COLOURS[0]}"/>',
            text(_NAMES_PX + width + 6, y + 14, f"{count:,}", "start"),
        )
    return _svg(title, says, _TOP + _LEVEL_PX * len(counts), inside)


def _corners(points: Sequence[Point]) -> tuple[Point, Point]:
    xs, ys = [x for x, _ in points] or [0.0], [y for _, y in points] or [0.0]
    return (min(xs), min(ys)), (max(xs), max(ys))


def _plot(chart: Chart, names: Sequence[str], across: Point, up: Point, *, solid: bool = False) -> _Plot:
    legend = Legend(names=names, left_px=_LEFT, right_px=WIDTH_PX - _RIGHT, solid=solid)
    top = _TOP + legend.height_px + _MARK_PX * len(chart.marks)
    (left, right), (low, high) = around(*across), around(*up)
    return _Plot(
        chart=chart,
        legend=legend,
        across=Axis(low=left, high=right, from_px=_LEFT, to_px=WIDTH_PX - _RIGHT),
        up=Axis(low=low, high=high, from_px=HEIGHT_PX - _BOTTOM, to_px=top),
    )


def _picture(plot: _Plot, inside: Iterator[str]) -> str:
    parts = [*_grid(plot.across, plot.up), *inside, *plot.legend.svg(), *_marks(plot), *_names(plot)]
    return _svg(plot.chart.title, plot.chart.says, HEIGHT_PX, parts)


def _svg(title: str, says: str, height_px: int, parts: Iterable[str]) -> str:
    """The title and the words are what a screen reader tells; the numbers are in the table beside."""
    return (
        f'<svg role="img" viewBox="0 0 {WIDTH_PX} {height_px}" xmlns="http://www.w3.org/2000/svg">'
        f"<title>{escape(title)}</title><desc>{escape(says)}</desc>{''.join(parts)}</svg>"
    )


def _grid(across: Axis, up: Axis) -> Iterator[str]:
    for tick in across.ticks(8):
        x = across.at(tick)
        yield f'<line class="grid" x1="{x}" y1="{up.to_px}" x2="{x}" y2="{up.from_px}"/>'
        yield text(x, up.from_px + 18, tick_label(tick), "middle")
    for tick in up.ticks():
        y = up.at(tick)
        yield f'<line class="grid" x1="{across.from_px}" y1="{y}" x2="{across.to_px}" y2="{y}"/>'
        yield text(across.from_px - 8, y + 4, tick_label(tick), "end")


def _lines(lines: Mapping[str, Sequence[Point]], plot: _Plot) -> Iterator[str]:
    for number, line in enumerate(lines.values()):
        path = " ".join(f"{plot.across.at(x)},{plot.up.at(y)}" for x, y in line)
        yield f'<polyline fill="none" points="{path}" {stroke(number)}/>'


def _bars(bins: Sequence[Bar], plot: _Plot) -> Iterator[str]:
    for low, high, counts in bins:
        below = 0
        x = plot.across.at(low)
        width = round(max(plot.across.at(high) - x - 1, 1), 1)
        for colour, count in zip(COLOURS, counts, strict=False):
            y = plot.up.at(below + count)
            if count:
                tall = round(plot.up.at(below) - y, 1)
                yield f'<rect x="{x}" y="{y}" width="{width}" height="{tall}" fill="{colour}"/>'
            below += count


def _marks(plot: _Plot) -> Iterator[str]:
    """The names stand above the picture, one a row, and in front of all lines, so that nothing hides one."""
    names, across = [], plot.across
    for number, (name, value) in enumerate(plot.chart.marks.items()):
        x = across.at(value)
        y = plot.up.to_px - 2 - _MARK_PX * number
        right = x > (across.from_px + across.to_px) / 2
        yield f'<line class="mark" x1="{x}" y1="{y - 10}" x2="{x}" y2="{plot.up.from_px}"/>'
        names.append(text(x - 4 if right else x + 4, y, f"{name} {value:g}", "end" if right else "start", "halo"))
    yield from names


def _names(plot: _Plot) -> Iterator[str]:
    yield text((WIDTH_PX + _LEFT - _RIGHT) / 2, HEIGHT_PX - 10, plot.chart.across, "middle", "name")
    y = (plot.up.to_px + plot.up.from_px) / 2
    yield f'<g transform="rotate(-90 16 {y})">{text(16, y, plot.chart.up, "middle", "name")}</g>'
