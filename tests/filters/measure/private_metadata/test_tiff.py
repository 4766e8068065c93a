"""Claims about TIFF: nothing that could be of a picture is touched."""

import struct
from collections.abc import Callable

import pytest

from tests.filters.measure.marked import (
    tiff_with,
)
from tests.filters.measure.pictures import colour, saved
from tests.filters.measure.private_metadata.files import (
    cleaned,
    failure,
    short,
    tiff,
)


@pytest.mark.parametrize(
    "body",
    [
        b"II*\0\xff\xff\xff\xff",
        tiff_with(42033, b"SN12345678")[:4] + struct.pack("<I", 1 << 20) + tiff_with(42033, b"SN12345678")[8:],
        tiff({256: 1, 257: 1, 273: 8, 279: 200, 42033: "SN12345678"}),
        tiff({256: 1, 34853: (4, 1, struct.pack("<I", 1 << 20))}),
        tiff({256: 1, 34853: (2, 1, b"N")}),
    ],
    ids=short,
)
def test_a_tiff_whose_parts_cannot_be_told_from_pixels_is_not_stored(body: bytes) -> None:
    assert failure(body, "TIFF") == "directories"


def test_the_position_in_a_tiff_leaves_with_all_its_values() -> None:
    body = tiff({256: 1, 33432: "(c) Ann", 34853: {1: "N", 29: "51.5074", 30: (2, 1 << 30, b"far away")}})
    now, removed = cleaned(body, "TIFF")
    assert (removed, b"51.5074" in now, b"(c) Ann" in now) == (["gps"], False, True)


def test_a_tiff_keeps_an_entry_whose_value_is_lost() -> None:
    body = tiff({256: 1, 40001: (2, 1 << 30, b"far away"), 42033: "SN12345678"})
    now, removed = cleaned(body, "TIFF")
    assert (removed, b"SN12345678" in now) == (["serial"], False)


@pytest.mark.parametrize("make", [lambda: saved(colour(1, 96, 64), "TIFF", compression="jpeg")])
def test_pages_of_a_tiff_stay_as_they_are(make: Callable[[], bytes]) -> None:
    body = make()
    assert cleaned(body, "TIFF") == (body, [])
