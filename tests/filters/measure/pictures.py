"""Draw pictures that are the same on every machine, with integers only, and save them in many ways."""

import random
from functools import cache
from io import BytesIO

import numpy as np
import numpy.typing as npt
from PIL import Image


@cache
def drawn(seed: int, width: int, height: int) -> npt.NDArray[np.uint8]:
    """Cones and boxes of many sizes: as steep and as varied as a photograph, and of quality 100."""
    chance = random.Random(seed)  # noqa: S311 - the stream of `random.Random` is promised never to change
    rows, columns = np.mgrid[0:height, 0:width].astype(np.int64)
    total = np.zeros((height, width), dtype=np.int64)
    for _ in range(14):
        x, y, reach = chance.randrange(width), chance.randrange(height), chance.randint(4, 40) * max(width, height)
        away = (abs(columns - x) + abs(rows - y)) * 100
        total += chance.randint(-100, 100) * np.maximum(0, reach - away) // reach
    for _ in range(10):
        left, top = chance.randrange(width), chance.randrange(height)
        across, down = chance.randint(1, width), chance.randint(1, height)
        total[top : top + down, left : left + across] += chance.randint(-60, 60)
    total -= total.min()
    return (total * 255 // max(1, int(total.max()))).astype(np.uint8)


def grey(seed: int, width: int = 320, height: int = 240) -> Image.Image:
    return Image.fromarray(drawn(seed, width, height))


def colour(seed: int, width: int = 320, height: int = 240) -> Image.Image:
    """A coloured picture whose luma is not one of its channels."""
    luma = drawn(seed, width, height)
    return Image.merge("RGB", [Image.fromarray(each) for each in (luma, luma // 4 * 3 + 40, 255 - luma // 3)])


def saved(image: Image.Image, container: str, **options: object) -> bytes:
    buffer = BytesIO()
    image.save(buffer, container, **options)
    return buffer.getvalue()


def distance(one: str, other: str) -> int:
    return (int(one, 16) ^ int(other, 16)).bit_count()
