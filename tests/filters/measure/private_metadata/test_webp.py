"""Claims about WebP."""

import pytest

from tests.filters.measure.marked import (
    riff_chunk,
    with_riff_chunks,
)
from tests.filters.measure.private_metadata.files import (
    cleaned,
    exif,
    failure,
    packet,
    shown,
)

PACKET = packet()

WEBPS: dict[str, tuple[bytes, list[str]]] = {
    "EXIF with a prefix": (riff_chunk(b"EXIF", b"Exif\0\0" + exif()), ["gps", "owner", "serial", "thumbnail"]),
    "XMP under a name that ends with a zero": (
        riff_chunk(b"XMP\0", PACKET),
        ["gps", "history", "owner", "place", "serial"],
    ),
    "a chunk of some program": (riff_chunk(b"GPMF", b"SN12345678"), ["unread"]),
}


@pytest.mark.parametrize("name", WEBPS)
def test_every_chunk_of_a_webp_is_looked_into(name: str) -> None:
    chunk, words = WEBPS[name]
    body = with_riff_chunks(chunk)
    now, removed = cleaned(body, "WEBP")
    assert (removed, b"SN12345678" in now) == (words, False)
    assert shown(now) == shown(body)


def test_a_webp_of_very_many_chunks_is_not_stored() -> None:
    assert failure(with_riff_chunks(riff_chunk(b"ICCP", b"") * 65_600), "WEBP") == "chunks"
