"""Paint on a canvas in fractions of its width and height, the same strokes every time."""

import math
import zlib
from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
from PIL import Image, ImageDraw

Colour: TypeAlias = tuple[int, int, int]
Point: TypeAlias = tuple[float, float]

_OVERSIZE = 2
"""Painted at twice the size and shrunk, for smooth edges."""


class Canvas:
    """A picture being painted: x and y run from 0 to 1, sizes are fractions of the width."""

    def __init__(self, name: str, width_px: int, height_px: int) -> None:
        self.chance = np.random.default_rng(zlib.crc32(name.encode()))
        self._size = (width_px, height_px)
        self._image = Image.new("RGB", (width_px * _OVERSIZE, height_px * _OVERSIZE))
        self._draw = ImageDraw.Draw(self._image)
        self.ratio = width_px / height_px

    # Grounds

    def sky(self, *colours: Colour, down_to: float = 1.0) -> None:
        """Fill from the top with a gradient through the colours, and go on with the last one."""
        self.box(colours[-1], 0, 0, 1, 1.01)
        height = round(self._image.height * down_to)
        at = np.linspace(0, len(colours) - 1, height)
        bands = np.stack([np.interp(at, range(len(colours)), [c[i] for c in colours]) for i in range(3)], axis=1)
        gradient = np.broadcast_to(bands[:, None, :], (height, self._image.width, 3))
        self._image.paste(Image.fromarray(gradient.astype(np.uint8)), (0, 0))

    def ridge(self, y: float, rise: float, colour: Colour, waves: float = 2.0) -> None:
        """Fill everything below a wavy line, like hills one behind the other."""
        phase = self.chance.uniform(0, 2 * math.pi, 4)
        xs = np.linspace(0, 1, 120)
        swing = sum(np.sin(xs * waves * math.pi * k + phase[k - 1]) / k for k in (1, 2, 3, 4))
        line = [(float(x), float(y - rise * s / 2)) for x, s in zip(xs, swing, strict=True)]
        self.shape(colour, (0, 1.01), *line, (1, 1.01))

    def water(self, y: float, colour: Colour, glint: Colour, glints: int = 90) -> None:
        """Fill below y and lay short glints on it, longer towards the viewer."""
        self.box(colour, 0, y, 1, 1.01)
        for x, depth in self.spots(glints, 0, y + 0.01, 1, 1):
            length = 0.02 + 0.09 * (depth - y)
            self.line(glint, 0.002 + 0.006 * (depth - y), (x - length, depth), (x + length, depth))

    # Shapes

    def shape(self, colour: Colour, *points: Point) -> None:
        self._draw.polygon([self._px(*each) for each in points], fill=colour)

    def box(self, colour: Colour, x0: float, y0: float, x1: float, y1: float) -> None:
        self._draw.rectangle((*self._px(x0, y0), *self._px(x1, y1)), fill=colour)

    def line(self, colour: Colour, width: float, *points: Point) -> None:
        pixels = max(1, round(width * self._image.width))
        self._draw.line([self._px(*each) for each in points], fill=colour, width=pixels, joint="curve")

    def disc(self, colour: Colour, x: float, y: float, radius: float, flat: float = 1.0) -> None:
        """Draw a disc; `flat` below 1 presses it, above 1 stretches it upwards."""
        tall = radius * self.ratio * flat
        self._draw.ellipse((*self._px(x - radius, y - tall), *self._px(x + radius, y + tall)), fill=colour)

    def arc(self, colour: Colour, width: float, x: float, y: float, radius: float, start: int, end: int) -> None:
        tall = radius * self.ratio
        frame = (*self._px(x - radius, y - tall), *self._px(x + radius, y + tall))
        self._draw.arc(frame, start, end, fill=colour, width=max(1, round(width * self._image.width)))

    # Chance

    def spots(self, count: int, x0: float, y0: float, x1: float, y1: float) -> Iterator[Point]:
        """Yield points of a region, far ones (small y) first."""
        ys = np.sort(self.chance.uniform(y0, y1, count))
        return zip(self.chance.uniform(x0, x1, count).tolist(), ys.tolist(), strict=True)

    def near(self, colour: Colour, spread: int = 25) -> Colour:
        """Return a colour close to this one."""
        red, green, blue = np.clip(np.array(colour) + self.chance.integers(-spread, spread + 1), 0, 255).tolist()
        return (red, green, blue)

    # The end

    def finish(self, *, strokes: int = 2600, angle: float = 20.0, liveliness: int = 22) -> Image.Image:
        """Go over the picture with short strokes in its own colours, and shrink it to its size."""
        pixels = np.asarray(self._image)
        for x, y in self.chance.permutation(np.array(list(self.spots(strokes, 0, 0, 1, 0.999)))).tolist():
            column, row = self._px(min(x, 0.999), y)
            colour = pixels[round(row) % pixels.shape[0], round(column) % pixels.shape[1]]
            slant = math.radians(angle + float(self.chance.normal(0, 18)))
            reach = 0.007 + 0.009 * float(self.chance.random())
            ends = [(x + sign * reach * math.cos(slant), y + sign * reach * math.sin(slant)) for sign in (-1, 1)]
            self.line(self.near((int(colour[0]), int(colour[1]), int(colour[2])), liveliness), 0.007, *ends)
        return self._image.resize(self._size, Image.Resampling.LANCZOS)

    def _px(self, x: float, y: float) -> Point:
        return (x * self._image.width, y * self._image.height)
