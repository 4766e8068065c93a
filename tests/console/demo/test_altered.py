import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageOps

from console.demo import altered
from console.demo.pictures import jpeg
from filters.measure.pdq import pdq


def _hash(body: bytes, frame: int = 0) -> int:
    picture = Image.open(io.BytesIO(body))
    picture.seek(frame)
    upright = ImageOps.exif_transpose(picture.convert("RGB") if frame else picture).convert("L")
    return int(pdq(np.asarray(upright.resize((512, 512))))[0], 16)


@pytest.mark.parametrize(
    "alter",
    [altered.reencoded, altered.resized, altered.small, altered.palette, altered.turned_by_exif, altered.webp],
)
def test_an_altered_copy_has_other_bytes_and_is_near_the_original(alter: Callable[[str], bytes]) -> None:
    copy = alter("castle")
    assert copy != jpeg("castle")
    assert (_hash(copy) ^ _hash(jpeg("castle"))).bit_count() <= 31


def test_the_known_picture_of_an_animation_is_its_second_frame() -> None:
    animation = altered.second_frame("rainbow", "castle")
    assert (_hash(animation, 0) ^ _hash(jpeg("castle"))).bit_count() > 62
    assert (_hash(animation, 1) ^ _hash(jpeg("castle"))).bit_count() <= 31


def test_a_mirrored_copy_is_far_from_the_original_until_it_is_mirrored_back() -> None:
    assert (_hash(altered.mirrored("castle")) ^ _hash(jpeg("castle"))).bit_count() > 62


def test_the_bomb_is_small_and_wants_many_pixels() -> None:
    bomb = altered.bomb()
    assert len(bomb) < 60_000
    with pytest.warns(Image.DecompressionBombWarning):
        assert Image.open(io.BytesIO(altered.plain_png(12_000, 12_000))).size == (12_000, 12_000)


@pytest.mark.parametrize("make", [altered.broken_png, lambda: altered.half("kite")])
def test_a_damaged_file_cannot_be_decoded(make: Callable[[], bytes]) -> None:
    with pytest.raises(OSError, match=r"broken|truncated"):
        Image.open(io.BytesIO(make())).load()
