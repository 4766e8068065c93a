"""Claims about GIF: extensions are found by walking, and never in pixels."""

import pytest

from tests.filters.measure.marked import (
    gif_xmp,
    sub_blocks,
    with_extensions,
)
from tests.filters.measure.pictures import colour, saved
from tests.filters.measure.private_metadata.files import (
    PLACES,
    cleaned,
    failure,
    packet,
    resource,
    short,
    shown,
)

PACKET = packet()

RAW = b"\x21\xff\x0bXMP DataXMP"
GIFS: dict[str, tuple[bytes, list[str]]] = {
    "XMP as it is": (gif_xmp(PACKET), ["gps", "history", "owner", "place", "serial"]),
    "XMP in sub-blocks": (RAW + sub_blocks(PACKET), ["gps", "history", "owner", "place", "serial"]),
    "XMP with a zero in it": (gif_xmp(PACKET.replace(b"51.5074N", b"51.507\0N")), ["unread"]),
    "a comment with a path": (b"\x21\xfe" + sub_blocks(b"/Users/jane/SN12345678.gif"), ["history"]),
    "resources of ImageMagick": (b"\x21\xff\x0bMGK8BIM0000" + sub_blocks(resource(1028, PLACES)), ["place"]),
    "what some program keeps": (b"\x21\xff\x0bfractint001" + sub_blocks(b"SN12345678"), ["unread"]),
    "what stays": (
        b"\x21\xff\x0bNETSCAPE2.0\3\1\0\0\0\x21\xfe" + sub_blocks(b"(c) Ann") + b"\x21\xf9\4\0\0\0\0\0",
        [],
    ),
}


@pytest.mark.parametrize("name", GIFS)
def test_every_extension_of_a_gif_is_looked_into(name: str) -> None:
    extensions, words = GIFS[name]
    body = with_extensions(extensions)
    now, removed = cleaned(body, "GIF")
    assert (removed, b"SN12345678" in now) == (words, False)
    assert shown(now) == shown(body)


def test_what_looks_like_an_extension_in_the_pixels_of_a_gif_stays() -> None:
    gif = saved(colour(1, 96, 64).quantize(), "GIF")
    hidden = b"\x21\xfe" + sub_blocks(b"/home/jane")
    body = gif[:-2] + bytes((len(hidden),)) + hidden + gif[-2:]
    assert cleaned(body, "GIF") == (body, [])


@pytest.mark.parametrize("body", [b"GIF89a", with_extensions(gif_xmp(PACKET))[:-1]], ids=short)
def test_a_gif_that_does_not_end_is_not_stored(body: bytes) -> None:
    assert failure(body, "GIF") == "blocks"


def test_what_follows_the_end_of_a_gif_is_not_looked_into() -> None:
    body = saved(colour(1, 96, 64).quantize(), "GIF") + b"/home/jane"
    assert cleaned(body, "GIF") == (body, [])
