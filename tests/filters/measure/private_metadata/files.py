"""Write metadata by hand, private and not, and put it into files of every container."""

import struct
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import TypeAlias

from PIL import Image

from filters.measure.digests import measure_digests
from filters.measure.private_metadata.patches import patched
from filters.measure.private_metadata.removal import without_private
from tests.filters.measure.marked import (
    marked,
    png_chunk,
    riff_chunk,
    segment,
    with_chunks,
    with_riff_chunks,
    with_segments,
    xmp,
)
from tests.filters.measure.pictures import colour, saved

Value: TypeAlias = "str | int | bytes | tuple[int, int, bytes] | Mapping[int, Value]"
"""ASCII, a LONG, UNDEFINED bytes, type with count and bytes, or a directory of its own."""
Entries: TypeAlias = Mapping[int, Value]

SECRETS = ("51.5074", "SN12345678", "Jane Owner", "Sublocation", "raw/0001.nef", "f47ac10b")
KEPT = ("Ann Artist", "(c) Ann 2026")
NAMESPACES = " ".join(
    f'xmlns:{prefix}="http://{namespace}"'
    for prefix, namespace in {
        "aux": "ns.adobe.com/exif/1.0/aux/",
        "exif": "ns.adobe.com/exif/1.0/",
        "exifEX": "cipa.jp/exif/1.0/",
        "Iptc4xmpCore": "iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
        "Iptc4xmpExt": "iptc.org/std/Iptc4xmpExt/2008-02-29/",
        "xmp": "ns.adobe.com/xap/1.0/",
        "xmpGImg": "ns.adobe.com/xap/1.0/g/img/",
        "xmpMM": "ns.adobe.com/xap/1.0/mm/",
        "stRef": "ns.adobe.com/xap/1.0/sType/ResourceRef#",
        "darktable": "darktable.sf.net/",
        "drone": "www.dji.com/drone-dji/1.0/",
        "tiff": "ns.adobe.com/tiff/1.0/",
    }.items()
)
PRIVATE_XMP = (
    "<exif:GPSLatitude>51.5074N</exif:GPSLatitude><aux:SerialNumber>SN12345678</aux:SerialNumber>"
    "<aux:OwnerName>Jane Owner</aux:OwnerName><photoshop:City>Sublocation</photoshop:City>"
    "<xmpMM:DerivedFrom><rdf:Description stRef:filePath='raw/0001.nef'/></xmpMM:DerivedFrom>"
    "<dc:rights>(c) Ann 2026</dc:rights><dc:creator>Ann Artist</dc:creator>"
)


def packet(properties: str = PRIVATE_XMP, attributes: str = 'xmpMM:DocumentID="f47ac10b"') -> bytes:
    return xmp(properties, f"{NAMESPACES} {attributes}")


def directory(entries: Entries, at: int, order: str = "<", following: int = 0, big: bool = False) -> bytes:
    """Write a directory that begins there, and behind it its values and the directories that it leads to."""
    count, head, offset = ("Q", "HHQ", "Q") if big else ("H", "HHI", "I")
    width = struct.calcsize("=" + offset)
    behind = at + struct.calcsize("=" + count) + len(entries) * (4 + 2 * width) + width
    written, values = struct.pack(order + count, len(entries)), b""
    for tag, value in sorted(entries.items()):
        type_, number, data = _typed(value, order, behind + len(values), big)
        if isinstance(value, Mapping):
            values += data
            data = struct.pack(order + offset, behind + len(values) - len(data))
        elif len(data) > width:
            place = behind + len(values)
            values += data + bytes(len(data) % 2)
            data = struct.pack(order + offset, place)
        written += struct.pack(order + head, tag, type_, number) + data.ljust(width, b"\0")
    return written + struct.pack(order + offset, following) + values


def _typed(value: Value, order: str, at: int, big: bool) -> tuple[int, int, bytes]:
    if isinstance(value, str):
        return 2, len(value) + 1, value.encode() + b"\0"
    if isinstance(value, int):
        return 4, 1, struct.pack(order + "I", value)
    if isinstance(value, bytes):
        return 7, len(value), value
    return value if isinstance(value, tuple) else (18 if big else 4, 1, directory(value, at, order, big=big))


def tiff(entries: Entries, order: str = "<", following: bytes = b"", big: bool = False) -> bytes:
    """Write a TIFF of one directory; with `following`, a second one that has the JPEG of a thumbnail."""
    header = (b"II" if order == "<" else b"MM") + struct.pack(order + "HHHQ", 43, 8, 0, 16)
    if not big:
        header = header[:2] + struct.pack(order + "HI", 42, 8)
    first = directory(entries, len(header), order, big=big)
    if not following:
        return header + first
    second = len(header) + len(first) + len(first) % 2
    first = directory(entries, len(header), order, second, big).ljust(second - len(header), b"\0")
    thumbnail: dict[int, Value] = {259: (3, 1, struct.pack(order + "H", 6)), 513: 0, 514: len(following)}
    place = second + len(directory(thumbnail, second, order, big=big))
    return header + first + directory({**thumbnail, 513: place}, second, order, big=big) + following


def thumbnail() -> bytes:
    return saved(colour(7, 32, 24), "JPEG")


GPS: Entries = {1: "N", 2: (5, 3, struct.pack("<6I", 51, 1, 30, 1, 266, 10)), 29: "51.5074"}
EXIF: Entries = {
    36864: b"0232",
    37500: b"Maker SN12345678 and whatever else it writes",
    37510: b"ASCII\0\0\0a word to keep",
    42016: "f47ac10b58cc4372a5670e02b2c3d479",
    42032: "Jane Owner",
    42033: "SN12345678",
}
TURNED: Value = (3, 1, struct.pack("<H", 6))


def exif(order: str = "<") -> bytes:
    turned = (3, 1, struct.pack(order + "H", 6))
    entries: dict[int, Value] = {
        274: turned,
        282: (5, 1, struct.pack(order + "2I", 300, 1)),
        315: KEPT[0],
        33432: KEPT[1],
    }
    return tiff({**entries, 34665: EXIF, 34853: GPS}, order, thumbnail())


def with_exif(container: str, data: bytes) -> bytes:
    """A picture with this EXIF, as the container has it."""
    ways: dict[str, Callable[[], bytes]] = {
        "JPEG": lambda: with_segments(segment(0xE1, b"Exif\0\0" + data)),
        "PNG": lambda: with_chunks(png_chunk(b"eXIf", data)),
        "WEBP": lambda: with_riff_chunks(riff_chunk(b"EXIF", data)),
        "AVIF": lambda: saved(colour(1, 96, 64), "AVIF", exif=data),
    }
    return ways[container]()


def with_xmp(container: str, data: bytes) -> bytes:
    return marked(container, data)


def resource(number: int, data: bytes) -> bytes:
    return b"8BIM" + struct.pack(">H", number) + b"\0\0" + struct.pack(">I", len(data)) + data + bytes(len(data) % 2)


def dataset(record: int, number: int, text: bytes) -> bytes:
    return struct.pack(">BBBH", 0x1C, record, number, len(text)) + text


PLACES = dataset(2, 80, b"Ann Artist") + dataset(2, 92, b"Sublocation") + dataset(2, 116, b"(c) Ann 2026")


def cleaned(body: bytes, container: str) -> tuple[bytes, list[str]]:
    """Return what is stored, and the words for what was taken out; a second look has to find nothing more."""
    stored, patches = without_private(body, container, measure_digests(body))
    assert stored.failure is None
    now = patched(body, patches)
    assert len(now) == len(body) == stored.size_bytes
    assert measure_digests(now).sha256 == stored.sha256
    again, more = without_private(now, container, measure_digests(now))
    assert (again.removed, more, again.sha256) == ((), (), stored.sha256)
    return now, [each.value for each in stored.removed]


def failure(body: bytes, container: str) -> str | None:
    stored, patches = without_private(body, container, measure_digests(body))
    assert stored.sha256 is not None or not patches
    return stored.failure


def shown(body: bytes) -> tuple[object, ...]:
    """Return what a picture looks like to whoever opens it: pixels, colours, how it is turned, how large it prints."""
    with Image.open(BytesIO(body)) as picture:
        picture.load()
        turned = picture.getexif().get(274)
        colours = [picture.info.get(name) for name in ("icc_profile", "gamma", "dpi", "transparency", "jfif_density")]
        return picture.mode, picture.size, picture.tobytes(), turned, colours


def short(value: object) -> str | None:
    """Return the id of a test that is given bytes: how they begin, and how many they are."""
    return f"{value[:8].hex()} {len(value)}" if isinstance(value, bytes) else None
