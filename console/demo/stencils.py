"""Draw what many scenes share: trees, houses, boats, clouds, flowers, people."""

from console.demo.brushes import Canvas, Colour

_BARK: Colour = (84, 62, 48)


def pine(canvas: Canvas, x: float, y: float, height: float, colour: Colour) -> None:
    """Draw a pine that stands on (x, y)."""
    canvas.box(_BARK, x - height * 0.02, y - height * 0.15, x + height * 0.02, y)
    for step in range(4):
        foot, wide = y - height * (0.12 + 0.2 * step), height * (0.24 - 0.045 * step) / canvas.ratio
        shade = canvas.near(colour, 10)
        canvas.shape(shade, (x - wide, foot), (x + wide, foot), (x, foot - height * 0.36))


def tree(canvas: Canvas, x: float, y: float, height: float, colour: Colour) -> None:
    """Draw a round-headed tree that stands on (x, y)."""
    canvas.line(_BARK, height * 0.06, (x, y), (x, y - height * 0.6))
    for dx, dy in ((-0.16, 0.5), (0.16, 0.52), (0, 0.68), (-0.1, 0.78), (0.12, 0.8), (0, 0.6)):
        shade = canvas.near(colour, 22)
        canvas.disc(shade, x + dx * height / canvas.ratio, y - dy * height, height * 0.2 / canvas.ratio)


def house(canvas: Canvas, x: float, y: float, width: float, wall: Colour, roof: Colour, lit: bool = False) -> None:
    """Draw a gabled house whose lower left corner is (x, y)."""
    tall = width * 0.75 * canvas.ratio
    canvas.box(wall, x, y - tall, x + width, y)
    canvas.box(canvas.near(roof, 20), x + width * 0.7, y - tall * 1.75, x + width * 0.82, y - tall)
    peak = (x + width / 2, y - tall * 1.75)
    canvas.shape(roof, (x - width * 0.1, y - tall), peak, (x + width * 1.1, y - tall))
    pane: Colour = (252, 214, 120) if lit else (74, 96, 122)
    for column in (0.14, 0.62):
        canvas.box(pane, x + width * column, y - tall * 0.75, x + width * (column + 0.24), y - tall * 0.4)
    canvas.box((96, 60, 44), x + width * 0.42, y - tall * 0.45, x + width * 0.58, y)


def sailing_boat(canvas: Canvas, x: float, y: float, size: float, hull: Colour, sail: Colour) -> None:
    """Draw a boat under two sails with the middle of its keel at (x, y)."""
    tall = size * canvas.ratio
    canvas.line((70, 54, 44), size * 0.03, (x, y - tall * 0.1), (x, y - tall * 1.5))
    canvas.shape(
        sail, (x + size * 0.04, y - tall * 1.45), (x + size * 0.04, y - tall * 0.3), (x + size * 0.6, y - tall * 0.3)
    )
    canvas.shape(
        canvas.near(sail, 12),
        (x - size * 0.04, y - tall * 1.3),
        (x - size * 0.04, y - tall * 0.3),
        (x - size * 0.42, y - tall * 0.3),
    )
    deck, keel = y - tall * 0.2, y
    canvas.shape(hull, (x - size * 0.6, deck), (x + size * 0.7, deck), (x + size * 0.45, keel), (x - size * 0.45, keel))


def cloud(canvas: Canvas, x: float, y: float, size: float, colour: Colour) -> None:
    for dx, dy, radius in (
        (-0.5, 0.05, 0.26),
        (-0.2, -0.08, 0.36),
        (0.15, -0.04, 0.34),
        (0.5, 0.06, 0.24),
        (0, 0.1, 0.4),
    ):
        canvas.disc(canvas.near(colour, 8), x + dx * size, y + dy * size * canvas.ratio, radius * size, flat=0.55)


def flower(canvas: Canvas, x: float, y: float, size: float, petal: Colour, heart: Colour, stem: float = 0.0) -> None:
    """Draw a flower with six petals round (x, y), on a stem of this length."""
    if stem:
        canvas.line((62, 112, 58), size * 0.16, (x, y), (x + size * 0.3, y + stem))
        canvas.disc((74, 128, 66), x + size * 0.7, y + stem * 0.6, size * 0.5, flat=0.35)
    for dx, dy in ((0.62, 0), (0.31, 0.54), (-0.31, 0.54), (-0.62, 0), (-0.31, -0.54), (0.31, -0.54)):
        canvas.disc(canvas.near(petal, 16), x + dx * size, y + dy * size * canvas.ratio, size * 0.42)
    canvas.disc(heart, x, y, size * 0.34)


def person(canvas: Canvas, x: float, y: float, height: float, coat: Colour) -> None:
    """Draw a small figure in a coat that stands on (x, y)."""
    wide = height * 0.17 / canvas.ratio
    canvas.box((52, 48, 58), x - wide * 0.6, y - height * 0.4, x + wide * 0.6, y)
    canvas.shape(
        coat,
        (x - wide, y - height * 0.25),
        (x + wide, y - height * 0.25),
        (x + wide * 0.6, y - height * 0.8),
        (x - wide * 0.6, y - height * 0.8),
    )
    canvas.disc((226, 188, 160), x, y - height * 0.89, height * 0.1 / canvas.ratio)


def window_rows(
    canvas: Canvas, frame: tuple[float, float, float, float], columns: int, rows: int, pane: Colour
) -> None:
    """Lay a grid of windows over a wall."""
    x0, y0, x1, y1 = frame
    wide, tall = (x1 - x0) / columns, (y1 - y0) / rows
    for row in range(rows):
        for column in range(columns):
            left, top = x0 + wide * (column + 0.25), y0 + tall * (row + 0.25)
            canvas.box(canvas.near(pane, 30), left, top, left + wide * 0.5, top + tall * 0.55)
