import pytest
from PIL import Image

from filters.measure.hashes import HASHER_VERSION, measure_view
from tests.filters.measure.pictures import distance, grey

# A change here is a change of every hash held: raise HASHER_VERSION with it, and hash again what is held.
PINNED = {
    "2": (
        "a3072caca0a90a8f24b9fa4ba115bf7c188373ae4aca5a9afb6d4c527178cf53",
        "9ad765798f472539db6eaca929a99aa7608c9f7e5052692bde9270a8ca829a92",
    )
}


def test_hashes_of_a_large_picture_are_pinned_to_the_version_of_the_hasher() -> None:
    view = measure_view("frame 0", grey(3, 1300, 900))
    pdq, phash16 = PINNED[HASHER_VERSION]
    assert distance(view.pdq, pdq) <= 2
    assert distance(view.phash16, phash16) <= 2
    assert view.pdq_quality >= 50


def test_the_first_orientation_is_near_the_hash_of_the_larger_picture() -> None:
    view = measure_view("frame 0", grey(3, 700, 500))
    assert distance(view.orientations[0], view.pdq) <= 31


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1), (5, 5), (63, 64), (3000, 7)])
def test_any_size_can_be_hashed(size: tuple[int, int]) -> None:
    view = measure_view("frame 0", Image.new("L", size, 90))
    assert (len(view.pdq), len(view.phash16), len(view.orientations)) == (64, 64, 8)
    assert view.pdq_quality == 0
