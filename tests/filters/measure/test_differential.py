"""Our PDQ beside ThreatExchange's own, on the same files."""

from functools import cache
from pathlib import Path

import msgspec
import pytest

from filters.measure.picture import Limits, inspect
from tests.filters.measure.pictures import colour, distance, saved

RECORDED = Path(__file__).parents[2] / "data" / "pdq-threatexchange.json"
TELLING_QUALITY = 80
HASHED_SIDE_PX = 512


class Vector(msgspec.Struct, frozen=True):
    seed: int
    width_px: int
    height_px: int
    pdq: str
    quality: int


VECTORS = msgspec.json.decode(RECORDED.read_bytes(), type=list[Vector])


@cache
def ours(vector: Vector) -> tuple[str, int]:
    body = saved(colour(vector.seed, vector.width_px, vector.height_px), "JPEG", quality=90)
    picture = inspect(body, Limits()).picture
    assert picture is not None
    return picture.views[0].pdq, picture.views[0].pdq_quality


def sizes() -> list[tuple[int, int]]:
    return sorted({(each.width_px, each.height_px) for each in VECTORS})


@pytest.mark.parametrize("size", sizes(), ids=str)
def test_pictures_of_good_quality_are_within_ten_bits_unless_they_are_much_larger_than_what_is_hashed(
    size: tuple[int, int],
) -> None:
    """Full size and 512 pixels are two pictures to PDQ: that takes up to a third of the 31 bits, and no more."""
    allowed = 10 if max(size) <= 2 * HASHED_SIDE_PX else 18
    telling = [each for each in VECTORS if (each.width_px, each.height_px) == size and each.quality >= TELLING_QUALITY]
    assert telling
    assert max(distance(ours(each)[0], each.pdq) for each in telling) <= allowed


def test_qualities_agree() -> None:
    assert max(abs(ours(each)[1] - each.quality) for each in VECTORS if max(each.width_px, each.height_px) <= 512) <= 2


def test_what_we_hash_is_no_constant() -> None:
    assert len({ours(each)[0] for each in VECTORS}) > len(VECTORS) // 2
