"""Paint things close by: flowers in a vase, a bowl of fruit, books, a cat, a kite."""

import math

from console.demo.brushes import Canvas
from console.demo.stencils import cloud, flower, person


def sunflowers(c: Canvas) -> None:
    c.sky((92, 132, 140), (132, 164, 160))
    c.box((142, 92, 60), 0, 0.78, 1, 1.01)
    c.shape((56, 92, 150), (0.4, 0.62), (0.6, 0.62), (0.66, 0.86), (0.58, 0.95), (0.42, 0.95), (0.34, 0.86))
    for x, y, size in (
        (0.5, 0.24, 0.1),
        (0.28, 0.36, 0.09),
        (0.72, 0.34, 0.09),
        (0.4, 0.5, 0.08),
        (0.62, 0.52, 0.08),
        (0.2, 0.16, 0.07),
        (0.8, 0.14, 0.07),
    ):
        c.line((70, 110, 56), 0.012, (x, y), (0.5, 0.66))
        flower(c, x, y, size, (244, 186, 34), (92, 56, 32))


def fruit_bowl(c: Canvas) -> None:
    c.sky((196, 176, 150), (226, 210, 186), down_to=0.6)
    c.box((116, 70, 48), 0, 0.58, 1, 1.01)
    for x, y, shade in (
        (0.3, 0.5, (214, 52, 46)),
        (0.45, 0.44, (238, 150, 42)),
        (0.6, 0.46, (150, 182, 64)),
        (0.7, 0.54, (232, 196, 66)),
        (0.52, 0.56, (196, 44, 58)),
        (0.4, 0.58, (240, 160, 50)),
    ):
        c.disc(shade, x, y, 0.1)
        c.disc(c.near(shade, 40), x - 0.03, y - 0.05, 0.03)
    c.shape((70, 112, 168), (0.16, 0.58), (0.86, 0.58), (0.72, 0.84), (0.3, 0.84))
    for stripe in range(6):
        c.disc((240, 236, 226), 0.27 + stripe * 0.095, 0.68, 0.025)
    c.box((52, 84, 136), 0.36, 0.83, 0.66, 0.88)


def cat_on_a_sill(c: Canvas) -> None:
    c.sky((170, 206, 228), (226, 236, 226), down_to=0.75)
    c.ridge(0.56, 0.1, (124, 164, 104))
    c.box((236, 228, 214), 0, 0.72, 1, 0.84)
    c.box((150, 104, 88), 0, 0.83, 1, 1.01)
    for x in (0.0, 0.47, 0.95):
        c.box((244, 240, 232), x, 0, x + 0.05, 0.74)
    c.box((206, 84, 74), 0.0, 0, 0.14, 0.8)
    c.disc((52, 48, 54), 0.69, 0.6, 0.15, flat=1.1)
    c.disc((52, 48, 54), 0.66, 0.43, 0.1)
    for side in (-1, 1):
        c.shape((52, 48, 54), (0.66 + side * 0.095, 0.42), (0.66 + side * 0.08, 0.3), (0.66 + side * 0.015, 0.36))
        c.disc((190, 210, 90), 0.66 + side * 0.04, 0.42, 0.016)
    c.line((52, 48, 54), 0.03, (0.78, 0.7), (0.88, 0.72), (0.92, 0.86), (0.86, 0.94))


def bookshelf(c: Canvas) -> None:
    c.sky((94, 62, 44), (76, 50, 38))
    shades = (
        (176, 54, 50),
        (46, 88, 130),
        (218, 178, 92),
        (70, 112, 84),
        (130, 84, 128),
        (226, 220, 204),
        (60, 56, 70),
    )
    for shelf in range(4):
        foot, x = 0.23 + shelf * 0.25, 0.03
        while x < 0.93:
            wide, tall = float(c.chance.uniform(0.02, 0.055)), float(c.chance.uniform(0.13, 0.2))
            c.box(c.near(shades[int(c.chance.integers(7))], 14), x, foot - tall, x + wide, foot)
            c.box((236, 214, 150), x + wide * 0.2, foot - tall * 0.8, x + wide * 0.8, foot - tall * 0.7)
            x += wide + (0.09 if c.chance.random() < 0.08 else 0.003)
        c.box((148, 104, 70), 0, foot, 1, foot + 0.03)


def kite(c: Canvas) -> None:
    c.sky((92, 152, 212), (186, 216, 236))
    for x, y in ((0.2, 0.7), (0.8, 0.2), (0.86, 0.62)):
        cloud(c, x, y, 0.18, (250, 250, 250))
    c.shape((212, 54, 62), (0.3, 0.06), (0.56, 0.2), (0.36, 0.56))
    c.shape((246, 198, 64), (0.3, 0.06), (0.12, 0.34), (0.36, 0.56))
    c.line((60, 60, 60), 0.006, (0.3, 0.06), (0.36, 0.56))
    c.line((60, 60, 60), 0.006, (0.12, 0.34), (0.56, 0.2))
    tail = [(0.36 + 0.02 * step + 0.03 * math.sin(step * 1.1), 0.56 + 0.028 * step) for step in range(15)]
    c.line((120, 70, 60), 0.006, *tail)
    for x, y in tail[1::3]:
        c.shape(
            (86, 150, 92),
            (x - 0.04, y - 0.02),
            (x, y),
            (x - 0.04, y + 0.03),
            (x + 0.04, y + 0.02),
            (x, y),
            (x + 0.04, y - 0.03),
        )
    c.ridge(0.95, 0.03, (110, 160, 80))
    person(c, 0.7, 0.99, 0.14, (60, 90, 150))


def chess(c: Canvas) -> None:
    c.sky((62, 74, 70), (88, 96, 88), down_to=0.36)
    for row in range(6):
        y0, y1 = 0.34 + row * row * 0.018 + row * 0.02, 0.34 + (row + 1) ** 2 * 0.018 + (row + 1) * 0.02
        for column in range(-4, 12):
            shade = (236, 220, 188) if (row + column) % 2 else (108, 66, 46)
            spread0, spread1 = 0.12 + y0 * 0.1, 0.12 + y1 * 0.1
            c.shape(
                shade,
                *(
                    (0.5 + (column + dx - 4) * spread, y)
                    for dx, spread, y in ((0, spread0, y0), (1, spread0, y0), (1, spread1, y1), (0, spread1, y1))
                ),
            )
    for x, foot, size, shade in (
        (0.22, 0.52, 0.05, (34, 30, 32)),
        (0.5, 0.46, 0.04, (34, 30, 32)),
        (0.78, 0.6, 0.06, (244, 236, 220)),
        (0.4, 0.86, 0.085, (244, 236, 220)),
        (0.64, 0.9, 0.07, (34, 30, 32)),
    ):
        c.shape(
            shade,
            (x - size, foot),
            (x + size, foot),
            (x + size * 0.35, foot - size * 3),
            (x - size * 0.35, foot - size * 3),
        )
        c.disc(shade, x, foot - size * 3.4, size * 0.6)


def umbrella_in_rain(c: Canvas) -> None:
    c.sky((96, 108, 124), (150, 158, 166), down_to=0.7)
    for column in range(5):
        c.box(c.near((112, 112, 124), 18), column * 0.2, 0.1 + 0.07 * (column * 2 % 3), column * 0.2 + 0.19, 0.7)
    c.box((78, 84, 98), 0, 0.68, 1, 1.01)
    c.shape(
        (206, 46, 52),
        (0.12, 0.42),
        (0.3, 0.16),
        (0.5, 0.1),
        (0.7, 0.16),
        (0.88, 0.42),
        (0.7, 0.38),
        (0.5, 0.43),
        (0.3, 0.38),
    )
    c.line((60, 50, 50), 0.012, (0.5, 0.1), (0.5, 0.72))
    person(c, 0.46, 0.96, 0.6, (236, 194, 72))
    for x, y in c.spots(170, 0, 0, 1, 1):
        c.line((206, 216, 226), 0.004, (x, y), (x - 0.015, y + 0.05))


def fish_tank(c: Canvas) -> None:
    c.sky((40, 122, 160), (20, 72, 116))
    c.box((214, 190, 140), 0, 0.88, 1, 1.01)
    for x, y in c.spots(16, 0.02, 0.9, 0.98, 0.97):
        reach = float(c.chance.uniform(0.2, 0.5))
        c.line(
            c.near((54, 132, 80), 25),
            0.02,
            (x, y),
            (x + 0.02, y - reach * 0.4),
            (x - 0.02, y - reach * 0.7),
            (x + 0.01, y - reach),
        )
    for x, y, size, shade in (
        (0.28, 0.3, 0.12, (244, 142, 40)),
        (0.7, 0.22, 0.09, (246, 214, 80)),
        (0.62, 0.56, 0.14, (222, 70, 74)),
        (0.2, 0.64, 0.08, (150, 112, 204)),
        (0.86, 0.72, 0.07, (246, 240, 230)),
    ):
        c.shape(shade, (x + size * 0.8, y), (x + size * 1.5, y - size * 0.7), (x + size * 1.5, y + size * 0.7))
        c.disc(shade, x, y, size, flat=0.6)
        c.box((250, 246, 236), x - size * 0.1, y - size * 0.75, x + size * 0.12, y + size * 0.75)
        c.disc((20, 20, 26), x - size * 0.6, y - size * 0.1, size * 0.1)
    for x, y in c.spots(40, 0.4, 0.02, 0.55, 0.85):
        c.arc((200, 232, 244), 0.004, x, y, 0.012, 0, 360)


def teapot(c: Canvas) -> None:
    c.sky((236, 222, 206), (222, 200, 178), down_to=0.62)
    for column in range(12):
        c.box((206, 176, 158), column / 12, 0, column / 12 + 0.03, 0.62)
    c.box((70, 112, 120), 0, 0.62, 1, 1.01)
    c.disc((238, 238, 240), 0.45, 0.56, 0.2, flat=0.9)
    c.arc((238, 238, 240), 0.035, 0.24, 0.54, 0.11, 80, 290)
    c.shape((238, 238, 240), (0.6, 0.62), (0.8, 0.34), (0.86, 0.36), (0.64, 0.72))
    c.disc((60, 90, 160), 0.45, 0.28, 0.03)
    for x, y in ((0.36, 0.5), (0.46, 0.62), (0.55, 0.5)):
        flower(c, x, y, 0.045, (62, 96, 170), (240, 200, 90))
    c.shape((196, 74, 62), (0.7, 0.72), (0.94, 0.72), (0.9, 0.9), (0.74, 0.9))
    c.disc((110, 60, 36), 0.82, 0.72, 0.11, flat=0.25)


def clock_face(c: Canvas) -> None:
    c.sky((116, 70, 56), (142, 90, 68))
    for x, y in c.spots(130, -0.02, 0, 1, 1):
        c.box(c.near((150, 92, 70), 28), x, y, x + 0.09, y + 0.045)
    c.disc((44, 44, 56), 0.48, 0.5, 0.4)
    c.disc((244, 238, 222), 0.48, 0.5, 0.36)
    for hour in range(12):
        turn = math.radians(hour * 30)
        reach = (math.sin(turn), -math.cos(turn) * c.ratio)
        c.line(
            (60, 50, 56),
            0.03 if hour % 3 == 0 else 0.014,
            *((0.48 + reach[0] * far, 0.5 + reach[1] * far) for far in (0.27, 0.33)),
        )
    for turn, far, wide in ((math.radians(305), 0.2, 0.03), (math.radians(62), 0.29, 0.02)):
        c.line((30, 30, 44), wide, (0.48, 0.5), (0.48 + math.sin(turn) * far, 0.5 - math.cos(turn) * far * c.ratio))
    c.disc((190, 150, 60), 0.48, 0.5, 0.03)
