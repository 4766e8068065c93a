import numpy as np
import pytest

from filters.measure.pdq import orientations, pdq
from tests.filters.measure.pictures import distance, drawn

# What pdqhash 0.2.8 (Meta's C++ reference, compiled) says of `drawn(seed, width, height)`.
GOLDEN = [
    (1, 512, 512, "ebad0bed29e1f9e74848d51794d3d6925d904b52c4a9f669a43435994a6a4e65", 100),
    (2, 512, 384, "98cd63b208cce4557baa8c45e3345dab1b36b84d4ef212e8ad355aa963ae8d55", 91),
    (3, 320, 240, "24bca0a9ab07a4adfb5ba485b77c5acb58127bae4a523a6c4b5e444a7138cf53", 100),
    (4, 240, 320, "0744d269ac1671660cd1de6a69368f58d7c32db8563baec6d36929b65c6d824d", 100),
    (5, 511, 129, "1487874303e30d1f0e67bc1e078356c4231bde8e7c3cc3852f7fc381549bf87e", 100),
    (6, 128, 128, "11bdb195b19d6171420b7ecc3e8c71ccde4e8ea3fcb492bd53f0231e84714b43", 100),
    (7, 129, 128, "74929d966554643639458db2acfe6196e4366dd68bf45643f966a01ba0aa6d69", 99),
    (8, 64, 64, "9476633df73cb73a8a31d633cdb9ff744709a25aa612502fbad464e635620809", 100),
    (9, 64, 65, "7e892473ad736bda808959991b995b9851d999d1c9dac2b75dd22c311f313721", 100),
    (10, 100, 90, "bbfbc2fa411330242ed6a49b4b9095ab3224b7ee685b859b4896b77e53644969", 100),
    (11, 400, 385, "37795733a6835b79d7d420961adbc522e64efedd28562b116f25268436609d2a", 100),
    (12, 500, 33, "c9b62d5a52e9a96d52da2fd2d5ad925a859656a5a5d14b6d838b2db64949904b", 100),
]
# Its compute_dihedral of `drawn(21, 64, 64)`: as is, rotated by 90, 180, 270, flipped, mirrored, over both diagonals.
GOLDEN_ORIENTATIONS = [
    "c8e1c4f3ca6932867a0ee38fef9f658bf3ee796a38e2786168ca80f103670506",
    "c60010271de8e70f08783cbe2e82f83cd7841f01e0f6bdfb2f88e17c5feb18e9",
    "91b46a59173c982c275b092592cacf2126bbd3c06d37d2cb3d1f2a5b5632afac",
    "93513a8d48ad4da5dd2d16146bd7529482d1b5abb5a317517a9d4bd60abeb243",
    "88e13b0c4269cd797a0e1c70c79f9a7473ee82953862879e684a7f0e0267faf9",
    "91b491a6173c65d32f5bb6da92ca30de26bb28376d370d343d1f55a456325053",
    "e684efd81ff818f0aa7843013e8207c3d7ace0fee0f642042fc81e835febe716",
    "9351417248adb25a552d29ab6bd7ad6982d14a54b5a3e8ae7a9db4290abe4dbc",
]
# A matrix product adds in another order on another processor, which may tip a cosine over the median.
ROUNDING_BITS = 2


@pytest.mark.parametrize(("seed", "width", "height", "value", "quality"), GOLDEN)
def test_hash_and_quality_are_those_of_the_reference(
    seed: int, width: int, height: int, value: str, quality: int
) -> None:
    measured, measured_quality = pdq(drawn(seed, width, height))
    assert distance(measured, value) <= ROUNDING_BITS
    assert abs(measured_quality - quality) <= 1


def test_orientations_are_those_of_the_reference_in_its_order() -> None:
    measured = orientations(drawn(21, 64, 64))
    far = [distance(one, other) for one, other in zip(measured, GOLDEN_ORIENTATIONS, strict=True)]
    assert max(far) <= ROUNDING_BITS


def test_orientations_are_the_hashes_of_the_turned_pixels() -> None:
    square = drawn(5, 64, 64)
    turned = [square, np.rot90(square), np.rot90(square, 2), np.rot90(square, 3)]
    expected = {pdq(each)[0] for each in (*turned, *(np.fliplr(one) for one in turned))}
    for value in orientations(square):
        assert min(distance(value, each) for each in expected) <= ROUNDING_BITS
    assert len(set(orientations(square))) == 8


def test_half_of_all_bits_are_set() -> None:
    assert all(int(pdq(drawn(seed, 200, 150))[0], 16).bit_count() == 128 for seed in range(10))


@pytest.mark.parametrize("shape", [(4, 100), (100, 4), (1, 1)])
def test_a_side_below_five_pixels_has_no_hash_and_no_quality(shape: tuple[int, int]) -> None:
    assert pdq(np.full(shape, 77, np.uint8)) == ("0" * 64, 0)


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_flat_picture_has_no_quality(level: int) -> None:
    assert pdq(np.full((300, 200), level, np.uint8))[1] == 0


def test_orientations_are_refused_on_other_sizes() -> None:
    with pytest.raises(ValueError, match="64 x 64"):
        orientations(drawn(1, 128, 128))
