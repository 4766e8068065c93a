import zlib

import pytest

from filters.measure.chunks import gif_blocks, png_blocks, webp_blocks
from filters.measure.metadata import MOST_BYTES, MOST_PARTS, Kind
from tests.filters.measure.marked import (
    GIF_TRAILER,
    gif_c2pa,
    gif_xmp,
    itxt,
    png_chunk,
    riff_chunk,
    with_chunks,
    with_extensions,
    with_riff_chunks,
    xmp,
)


def test_other_texts_of_a_png_hold_nothing() -> None:
    chunks = png_chunk(b"tEXt", b"Comment\0" + xmp()), png_chunk(b"tEXt", b"no zero"), itxt(xmp(), keyword=b"Title")
    assert list(png_blocks(with_chunks(*chunks))) == []


@pytest.mark.parametrize(
    ("chunk", "why"),
    [
        (png_chunk(b"zTXt", b"XML:com.adobe.xmp\0\0not zlib"), "it cannot be unpacked"),
        (png_chunk(b"zTXt", b"Raw profile type xmp\0\0not zlib"), "it cannot be unpacked"),
        (png_chunk(b"zTXt", b"XML:com.adobe.xmp\0\0" + zlib.compress(xmp())[:-9]), "the file ends before it does"),
        (png_chunk(b"tEXt", b"Raw profile type xmp\0\nxmp\n 4\nnot hex"), "it is not written in hex"),
        (png_chunk(b"tEXt", b"Raw profile type xmp\0\xff\xfe"), "it is not written in hex"),
    ],
)
def test_a_text_that_cannot_be_unpacked_is_broken(chunk: bytes, why: str) -> None:
    (found,) = png_blocks(with_chunks(chunk))
    assert (found.kind, found.broken) == (Kind.XMP, why)


def test_no_more_of_a_packed_text_is_unpacked_than_is_allowed() -> None:
    (found,) = png_blocks(with_chunks(itxt(b" " * 50_000_000, packed=True)))
    assert (len(found.body), found.broken, found.cut) == (MOST_BYTES[Kind.XMP], "it is too large", True)


def test_a_chunk_that_is_cut_off_is_broken() -> None:
    (found,) = png_blocks(with_chunks(png_chunk(b"caBX", b"x" * 100))[:80])
    assert (found.kind, found.broken) == (Kind.C2PA, "the file ends before it does")
    (found,) = webp_blocks(with_riff_chunks(riff_chunk(b"C2PA", b"x" * 100))[:-20])
    assert (found.kind, found.broken) == (Kind.C2PA, "the file ends before it does")


def test_more_chunks_than_any_picture_has_are_not_walked() -> None:
    for found in (
        png_blocks(bytes(8) + png_chunk(b"abCd", b"") * (MOST_PARTS + 1)),
        webp_blocks(bytes(12) + riff_chunk(b"ABCD", b"") * (MOST_PARTS + 1)),
    ):
        assert [(each.kind, each.cut) for each in found] == [(Kind.XMP, True), (Kind.C2PA, True)]


def test_both_extensions_of_a_gif_are_found_as_often_as_they_stand() -> None:
    found = list(gif_blocks(with_extensions(gif_xmp(xmp()), gif_c2pa(b"store"), gif_xmp(b"<x/>"))))
    assert [(each.kind, each.body, each.broken) for each in found] == [
        (Kind.XMP, xmp(), None),
        (Kind.XMP, b"<x/>", None),
        (Kind.C2PA, b"store", None),
    ]


def test_extensions_that_are_cut_off_are_broken() -> None:
    for extension in (gif_xmp(xmp())[: -len(GIF_TRAILER)], gif_c2pa(b"y" * 999)[:-100]):
        (found,) = gif_blocks(b"GIF89a" + extension)
        assert found.broken == "it is cut off, or in too many pieces"


def test_no_more_of_an_extension_is_joined_than_is_allowed() -> None:
    (found,) = gif_blocks(gif_c2pa(b"y" * (MOST_BYTES[Kind.C2PA] + 300)))
    assert (len(found.body), found.broken, found.cut) == (MOST_BYTES[Kind.C2PA], "it is too large", True)
    (found,) = gif_blocks(gif_c2pa(b"")[:-1] + b"\1y" * 30_000 + b"\0")
    assert (len(found.body), found.broken) == (20_000, "it is cut off, or in too many pieces")
