"""Claims about PNG: chunks keep their place, have a right checksum, and say nothing private, packed or not."""

import zlib

import pytest

from tests.filters.measure.marked import (
    itxt,
    png_chunk,
    raw_profile,
    with_chunks,
)
from tests.filters.measure.private_metadata.files import (
    PLACES,
    cleaned,
    exif,
    failure,
    packet,
    shown,
    with_exif,
)

XAP = b"http://ns.adobe.com/xap/1.0/\0"
PACKET = packet()


def packed(keyword: bytes, text: bytes, method: bytes = b"\0") -> bytes:
    return png_chunk(b"zTXt", keyword + b"\0" + method + zlib.compress(text))


def hex_profile(name: str, data: bytes) -> bytes:
    digits = data.hex()
    lines = "\n".join(digits[at : at + 72] for at in range(0, len(digits), 72))
    return f"\n{name}\n{len(data):8}\n{lines}\n".encode()


def bad_checksum(chunk: bytes) -> bytes:
    return chunk[:-4] + bytes(4)


CHUNKS: dict[str, tuple[bytes, list[str]]] = {
    "XMP, packed": (itxt(PACKET, packed=True), ["gps", "history", "owner", "place", "serial"]),
    "XMP of ImageMagick, packed": (
        packed(b"Raw profile type xmp", hex_profile("xmp", PACKET)),
        ["gps", "history", "owner", "place", "serial"],
    ),
    "EXIF of ImageMagick, packed": (
        packed(b"Raw profile type APP1", hex_profile("app1", b"Exif\0\0" + exif())),
        ["gps", "owner", "serial", "thumbnail"],
    ),
    "XMP of APP1": (raw_profile("app1", XAP + PACKET), ["gps", "history", "owner", "place", "serial"]),
    "a TIFF": (raw_profile("exif", exif(">")), ["gps", "owner", "serial", "thumbnail"]),
    "IPTC without resources": (raw_profile("iptc", PLACES), ["place"]),
    "EXIF with a prefix": (png_chunk(b"eXIf", b"Exif\0\0" + exif()), ["gps", "owner", "serial", "thumbnail"]),
    "a text named like a property": (png_chunk(b"tEXt", b"exif:GPSLatitude\x0051.5074"), ["gps"]),
    "the path of a thumbnail's picture": (png_chunk(b"tEXt", b"Thumb::URI\0file:///a.png"), ["history"]),
    "the id of a document": (png_chunk(b"iTXt", b"xmpMM:DocumentID\0\0\0\0\0SN12345678"), ["history"]),
    "a comment with a position": (packed(b"Comment", b"Latitude 51.5074, and more of it" * 9), ["gps"]),
    "a short comment that packs badly": (packed(b"Comment", b"C:\\jane.psd"), ["history"]),
    "a packed text that cannot be unpacked": (png_chunk(b"zTXt", b"Comment\0\0no zlib"), ["unread"]),
    "a packed text that is cut off": (png_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"abc")[:-2]), ["unread"]),
    "a packed text with more behind it": (png_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"a") + b"b"), ["unread"]),
    "a text without a keyword": (png_chunk(b"tEXt", b"no zero"), ["unread"]),
    "a text without a language": (png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0no zero"), ["unread"]),
    "a text that ends with its keyword": (png_chunk(b"iTXt", b"Comment\0"), ["unread"]),
    "a profile that is not in hex": (png_chunk(b"tEXt", b"Raw profile type exif\0\nexif\n 2\nzz\n"), ["unread"]),
    "a profile of an unknown kind": (raw_profile("app12", b"[picture info] SN12345678"), ["unread"]),
    "a chunk of some program": (png_chunk(b"prVW", b"SN12345678"), ["unread"]),
    "a chunk that readers pass over": (bad_checksum(png_chunk(b"prVW", b"SN12345678")), ["unread"]),
    "what stays": (
        png_chunk(b"tEXt", b"Copyright\0(c) Ann 2026") + raw_profile("icc", b"profile") + png_chunk(b"fiLl", b"\0"),
        [],
    ),
}


@pytest.mark.parametrize("name", CHUNKS)
def test_every_chunk_of_a_png_is_looked_into(name: str) -> None:
    chunks, words = CHUNKS[name]
    body = with_chunks(chunks)
    now, removed = cleaned(body, "PNG")
    assert removed == words
    assert b"SN12345678" not in now
    assert b"SN12345678".hex().encode() not in now
    if "pass over" not in name and "not in hex" not in name:  # Pillow cannot open those
        assert shown(now) == shown(body)


def test_a_packed_text_that_gets_longer_without_what_is_private_is_not_stored() -> None:
    attributes = " ".join(f'exif:GPS{number}="{number}" dc:is{number}="{number}"' for number in range(12))
    text = packet(f"<dc:title>{attributes}</dc:title><dc:title {attributes}/>", "")
    assert failure(with_chunks(itxt(text, packed=True)), "PNG") == "packed"


def test_a_png_of_very_many_chunks_is_not_stored() -> None:
    assert failure(with_chunks(png_chunk(b"tEXt", b"") * 65_600), "PNG") == "chunks"


def test_a_png_that_is_cut_off_in_a_chunk_keeps_its_size() -> None:
    cleaned(with_exif("PNG", exif())[:100], "PNG")
