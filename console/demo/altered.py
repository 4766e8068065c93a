"""Make altered and damaged files from the scenes: what sites do to pictures, and what goes wrong with them."""

import struct
import zlib
from io import BytesIO

from PIL import ExifTags, Image, ImageOps

from console.demo.pictures import jpeg, paint

_ORIENTATION_TAG = 0x0112
_TURN_LEFT_TO_SHOW = 8
"""EXIF: the stored picture lies on its side and is to be turned a quarter to the left."""


# The same scene in other bytes


def reencoded(name: str) -> bytes:
    return _save(paint(name), "JPEG", quality=45)


def resized(name: str) -> bytes:
    original = paint(name)
    return _save(original.resize((original.width * 11 // 20, original.height * 11 // 20)), "JPEG", quality=80)


def small(name: str) -> bytes:
    original = paint(name)
    return _save(original.resize((original.width * 7 // 40, original.height * 7 // 40)), "JPEG", quality=90)


def palette(name: str) -> bytes:
    return _save(paint(name).quantize(128), "PNG")


def turned_by_exif(name: str) -> bytes:
    """Store the scene on its side, with the EXIF orientation that shows it upright."""
    exif = Image.Exif()
    exif[_ORIENTATION_TAG] = _TURN_LEFT_TO_SHOW
    return _save(paint(name).transpose(Image.Transpose.ROTATE_270), "JPEG", quality=88, exif=exif)


def mirrored(name: str) -> bytes:
    return _save(ImageOps.mirror(paint(name)), "JPEG", quality=85)


def second_frame(cover: str, name: str) -> bytes:
    """Show another scene first and this one second, as an animated WebP."""
    hidden = paint(name)
    first = paint(cover).resize(hidden.size)
    return _save(first, "WEBP", save_all=True, append_images=[hidden], duration=800, quality=70)


def webp(name: str) -> bytes:
    return _save(paint(name), "WEBP", quality=80)


def png(name: str) -> bytes:
    return _save(paint(name), "PNG")


# Files that say more than they show


def with_position(name: str) -> bytes:
    """Return the scene as a camera saves it: with its position, its serial number, and whose picture it is."""
    exif = Image.Exif()
    exif[ExifTags.Base.Copyright] = "Copyright of the harbour museum"
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.BodySerialNumber] = "4711-0815"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(
        {ExifTags.GPS.GPSLatitudeRef: "N", ExifTags.GPS.GPSLatitude: (54.0, 10.0, 30.0)}
    )
    return _save(paint(name), "JPEG", quality=88, exif=exif)


# Files that a crawler should not keep


def thumbnail(name: str) -> bytes:
    return _save(ImageOps.fit(paint(name), (160, 120)), "JPEG", quality=90)


def strip(name: str) -> bytes:
    """Cut a strip that is five times as wide as it is high."""
    return _save(ImageOps.fit(paint(name), (1200, 240)), "JPEG", quality=88)


def padded(name: str, size_bytes: int) -> bytes:
    """Return the scene as a JPEG of about this size; what fills it up lies in application segments inside the file."""
    plain = jpeg(name)
    full = b"\xff\xef\xff\xff" + bytes(0xFFFD)
    return plain[:2] + full * max(0, (size_bytes - len(plain)) // len(full)) + plain[2:]


def half(name: str) -> bytes:
    whole = jpeg(name)
    return whole[: len(whole) // 2]


def with_trailing_data(name: str) -> bytes:
    return jpeg(name) + b"PK\x03\x04 more than a picture: " + bytes(range(256)) * 4


def with_reservation(name: str) -> bytes:
    """Return the scene with XMP that prohibits training (PLUS Data Mining), as a photographer's program writes it."""
    xmp = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/" '
        'plus:DataMining="http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED-AIMLTRAINING"/></rdf:RDF></x:xmpmeta>'
    )
    return _save(paint(name), "JPEG", quality=88, xmp=xmp.encode())


def drawing() -> bytes:
    """Return an SVG, which is a program rather than a picture."""
    shapes = "".join(
        f'<circle cx="{x}" cy="{x % 97 + 60}" r="{x % 23 + 4}" fill="#{x * 9973 % 0xFFFFFF:06x}"/>'
        for x in range(40, 600, 7)
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="640" height="220">{shapes}</svg>'.encode()


def document() -> bytes:
    """Return the beginning of a PDF, which a server may well call a JPEG."""
    return b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n" + b"% The minutes of the harbour board\n" * 300


def broken_png() -> bytes:
    """Return a PNG whose head is in order and whose pixels are no compressed data at all."""
    header = struct.pack(">IIBBBBB", 640, 480, 8, 2, 0, 0, 0)
    return _png((b"IHDR", header), (b"IDAT", b"The tide took the rest of this picture. " * 250), (b"IEND", b""))


def empty_sky() -> bytes:
    """Return a picture with nothing in it, which no perceptual hash can tell from another."""
    return _save(Image.new("RGB", (640, 480), (168, 196, 220)), "BMP")


def flip_book(name: str, frames: int = 70) -> bytes:
    """Return an animation of more frames than anybody looks at."""
    small = paint(name).resize((240, 210))
    pages = [small.crop((number % 20, number // 20, 210 + number % 20, 200 + number // 20)) for number in range(frames)]
    return _save(pages[0], "WEBP", save_all=True, append_images=pages[1:], duration=60, quality=40, method=0)


def bomb() -> bytes:
    """Return a PNG of 20,000 x 20,000 pixels in black and white: a few dozen kilobytes that want gigabytes."""
    return plain_png(20_000, 20_000)


def plain_png(width_px: int, height_px: int) -> bytes:
    """Return an all black one-bit PNG."""
    squeeze = zlib.compressobj(9)
    row = bytes(1 + (width_px + 7) // 8)
    rows = b"".join(squeeze.compress(row) for _ in range(height_px)) + squeeze.flush()
    header = struct.pack(">IIBBBBB", width_px, height_px, 1, 0, 0, 0, 0)
    return _png((b"IHDR", header), (b"IDAT", rows), (b"IEND", b""))


def _png(*chunks: tuple[bytes, bytes]) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in chunks)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _save(image: Image.Image, file_format: str, **how: object) -> bytes:
    out = BytesIO()
    image.save(out, file_format, **how)
    return out.getvalue()
