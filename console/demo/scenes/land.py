"""Paint landscapes: hills, snow, mountains, fields, woods."""

from console.demo.brushes import Canvas
from console.demo.stencils import cloud, flower, house, pine, tree


def hills_at_dusk(c: Canvas) -> None:
    c.sky((54, 40, 92), (196, 92, 96), (250, 186, 112), down_to=0.7)
    c.disc((255, 232, 170), 0.27, 0.42, 0.07)
    for x, y in ((0.7, 0.12), (0.42, 0.2), (0.9, 0.28)):
        cloud(c, x, y, 0.13, (228, 132, 116))
    for y, shade in ((0.55, (122, 70, 98)), (0.68, (82, 52, 84)), (0.82, (44, 34, 58))):
        c.ridge(y, 0.14, shade)
    for x, y in c.spots(9, 0.45, 0.86, 0.98, 0.97):
        tree(c, x, y, 0.22, (30, 28, 44))


def house_in_snow(c: Canvas) -> None:
    c.sky((96, 120, 158), (206, 216, 230), down_to=0.62)
    c.ridge(0.5, 0.1, (168, 184, 206))
    for x, y in c.spots(16, 0.02, 0.56, 0.98, 0.64):
        pine(c, x, y, 0.2, (52, 84, 84))
    c.ridge(0.66, 0.06, (240, 244, 250), waves=1.2)
    house(c, 0.5, 0.84, 0.27, (150, 74, 58), (250, 250, 252), lit=True)
    pine(c, 0.2, 0.94, 0.62, (40, 76, 70))
    for x, y in c.spots(150, 0, 0, 1, 1):
        c.disc((255, 255, 255), x, y, 0.004)


def mountain_lake(c: Canvas) -> None:
    c.sky((74, 134, 196), (190, 220, 238), down_to=0.5)
    for x, top, wide, shade in (
        (0.2, 0.2, 0.3, (108, 118, 140)),
        (0.78, 0.08, 0.34, (92, 100, 126)),
        (0.5, 0.26, 0.26, (124, 130, 146)),
    ):
        c.shape(shade, (x - wide, 0.56), (x, top), (x + wide, 0.56))
        c.shape(
            (246, 248, 252),
            (x, top),
            (x - wide * 0.3, top + 0.13),
            (x - 0.03, top + 0.1),
            (x + 0.05, top + 0.15),
            (x + wide * 0.28, top + 0.12),
        )
    c.water(0.54, (58, 112, 142), (142, 186, 204), glints=120)
    c.ridge(0.93, 0.05, (70, 104, 62))
    for x, y in c.spots(5, 0.0, 0.92, 0.3, 0.99):
        pine(c, x, y, 0.34, (36, 74, 58))


def desert_dunes(c: Canvas) -> None:
    c.sky((58, 142, 204), (246, 226, 190), down_to=0.45)
    c.disc((255, 250, 222), 0.82, 0.14, 0.05)
    c.shape((226, 166, 92), (0, 0.42), (0.3, 0.3), (0.62, 0.46), (1, 0.36), (1, 1), (0, 1))
    c.shape((176, 110, 62), (0.3, 0.3), (0.62, 0.46), (0.42, 0.62), (0.3, 0.5))
    c.shape((240, 190, 116), (0, 0.74), (0.48, 0.52), (1, 0.8), (1, 1), (0, 1))
    c.shape((160, 96, 58), (0.48, 0.52), (1, 0.8), (1, 1), (0.66, 1), (0.56, 0.74))
    for x, foot, tall in ((0.14, 0.9, 0.4), (0.86, 0.62, 0.2)):
        for dx, y0, y1 in (
            (0, foot, foot - tall),
            (-0.05, foot - tall * 0.45, foot - tall * 0.75),
            (0.05, foot - tall * 0.4, foot - tall * 0.8),
        ):
            c.line((58, 110, 70), 0.025, (x, min(y0, foot)), (x + dx, y0), (x + dx, y1))


def waterfall(c: Canvas) -> None:
    c.sky((150, 192, 204), (214, 228, 220), down_to=0.3)
    c.shape((84, 82, 78), (0, 0.12), (0.38, 0.16), (0.42, 0.8), (0, 1))
    c.shape((70, 70, 72), (0.6, 0.18), (1, 0.08), (1, 1), (0.56, 0.8))
    for x, y in c.spots(60, 0, 0.2, 1, 0.85):
        c.shape(c.near((92, 88, 80), 30), (x, y), (x + 0.07, y + 0.03), (x + 0.05, y + 0.09), (x - 0.02, y + 0.06))
    c.box((218, 234, 240), 0.38, 0.16, 0.6, 0.82)
    for x, y in c.spots(70, 0.39, 0.17, 0.59, 0.7):
        c.line(c.near((172, 206, 222), 25), 0.006, (x, y), (x, y + 0.12))
    c.water(0.8, (62, 128, 132), (196, 224, 224))
    for x, y in c.spots(14, 0, 0.1, 1, 0.22):
        if not 0.36 < x < 0.62:
            tree(c, x, y + 0.04, 0.2, (64, 116, 62))


def poppy_field(c: Canvas) -> None:
    c.sky((120, 172, 214), (236, 238, 226), down_to=0.36)
    c.ridge(0.32, 0.06, (112, 140, 104))
    c.box((126, 152, 74), 0, 0.38, 1, 1.01)
    house(c, 0.7, 0.4, 0.13, (236, 226, 204), (168, 86, 64))
    for x, y in c.spots(170, 0, 0.42, 1, 1):
        size = 0.004 + 0.05 * (y - 0.4)
        flower(c, x, y, size, (208, 44, 36), (44, 28, 34), stem=size * 1.6)


def autumn_path(c: Canvas) -> None:
    c.sky((206, 214, 208), (238, 216, 166), down_to=0.6)
    c.box((158, 112, 56), 0, 0.55, 1, 1.01)
    c.shape((212, 180, 138), (0.47, 0.55), (0.53, 0.55), (0.82, 1.01), (0.2, 1.01))
    for depth in range(6):
        foot, tall = 0.58 + depth * 0.075, 0.36 + depth * 0.13
        for side in (-1, 1):
            x = 0.5 + side * (0.1 + depth * 0.085)
            tree(c, x, foot, tall, ((204, 108, 36), (222, 160, 48), (172, 66, 38))[(depth + (side > 0)) % 3])
    for x, y in c.spots(140, 0, 0.6, 1, 1):
        c.disc(c.near((206, 116, 40), 40), x, y, 0.006, flat=0.5)


def northern_lights(c: Canvas) -> None:
    c.sky((8, 12, 40), (20, 44, 76), down_to=0.8)
    for x, y in c.spots(140, 0, 0, 1, 0.7):
        c.disc((236, 240, 255), x, y, 0.0025)
    for start, shade in ((0.12, (64, 214, 140)), (0.36, (92, 236, 176)), (0.66, (136, 96, 206))):
        for step in range(26):
            x = start + step * 0.011
            top = 0.1 + 0.1 * (step % 7) / 7 + start * 0.12
            c.line(c.near(shade, 30), 0.008, (x, top), (x + 0.03, top + 0.36))
    c.ridge(0.76, 0.08, (34, 50, 74))
    c.ridge(0.88, 0.05, (206, 218, 232))
    for x, y in c.spots(12, 0, 0.8, 1, 0.92):
        pine(c, x, y, 0.28, (12, 26, 34))


def vineyard(c: Canvas) -> None:
    c.sky((132, 178, 222), (250, 236, 206), down_to=0.34)
    c.ridge(0.3, 0.1, (126, 148, 132))
    c.box((176, 148, 94), 0, 0.4, 1, 1.01)
    for row in range(11):
        foot = -0.9 + row * 0.28
        c.shape((74, 118, 52), (0.46 + row * 0.012, 0.4), (0.467 + row * 0.012, 0.4), (foot + 0.15, 1.01), (foot, 1.01))
        for _, y in c.spots(12, 0, 0.45, 1, 1):
            across = 0.463 + row * 0.012 + (foot + 0.075 - 0.463 - row * 0.012) * (y - 0.4) / 0.6
            c.disc(c.near((92, 138, 56), 25), across, y, 0.012 * (0.4 + y))
    house(c, 0.12, 0.42, 0.16, (232, 206, 162), (178, 90, 60))


def rainbow(c: Canvas) -> None:
    c.sky((70, 84, 112), (152, 168, 182), down_to=0.66)
    for x, y in c.spots(9, 0, 0.02, 1, 0.16):
        cloud(c, x, y, 0.16, (96, 106, 128))
    for ring, shade in enumerate(
        ((214, 64, 62), (236, 142, 54), (244, 216, 78), (92, 176, 92), (70, 122, 204), (112, 76, 168))
    ):
        c.arc(shade, 0.016, 0.56, 0.74, 0.42 - ring * 0.015, 180, 360)
    c.ridge(0.66, 0.06, (104, 150, 74))
    c.ridge(0.84, 0.08, (72, 122, 58))
    for x, y in c.spots(26, 0.02, 0.72, 0.98, 0.97):
        c.disc((244, 242, 234), x, y, 0.018, flat=0.7)
        c.disc((50, 46, 48), x + 0.016, y - 0.008, 0.007)
