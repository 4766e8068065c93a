"""Write what an owner says into pictures, by hand, in the way of each container."""

import json
import struct
import zlib

import cbor2
from PIL import PngImagePlugin, TiffImagePlugin

from tests.filters.measure.pictures import colour, saved

PROHIBITED = "http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED"
PLUS = "http://ns.useplus.org/ldf/xmp/1.0/"
XAP = b"http://ns.adobe.com/xap/1.0/\0"
EXTENSION = b"http://ns.adobe.com/xmp/extension/\0"
GUID = b"0123456789ABCDEF0123456789ABCDEF"
ASSERTION = {"entries": {"cawg.ai_training": {"use": "notAllowed"}}}
LABEL = "cawg.training-mining"
GIF_TRAILER = bytes((1, *range(255, -1, -1), 0))
CONTAINERS = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "AVIF")


def xmp(properties: str = f"<plus:DataMining>{PROHIBITED}</plus:DataMining>", attributes: str = "") -> bytes:
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""'
        f' xmlns:plus="{PLUS}" xmlns:tdm="http://www.w3.org/ns/tdmrep/" xmlns:cc="http://creativecommons.org/ns#"'
        ' xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        f' xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" {attributes}>{properties}'
        '</rdf:Description></rdf:RDF></x:xmpmeta>\n   <?xpacket end="w"?>'
    ).encode()


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(body), kind) + body


def description(label: str | None) -> bytes:
    named = b"\0" if label is None else b"\3" + label.encode() + b"\0"
    return box(b"jumd", b"c2pa\0\x11\0\x10\x80\0\0\xaa\0\x38\x9b\x71" + named)


def superbox(label: str | None, *contents: bytes) -> bytes:
    return box(b"jumb", description(label) + b"".join(contents))


def store(*assertions: bytes) -> bytes:
    return superbox("c2pa", superbox("urn:uuid:1", superbox("c2pa.assertions", *assertions)))


def assertion(said: object = ASSERTION, label: str = LABEL, kind: str = "cbor") -> bytes:
    return superbox(label, box(kind.encode(), json.dumps(said).encode() if kind == "json" else cbor2.dumps(said)))


def segment(marker: int, data: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(data) + 2) + data


def with_segments(*segments: bytes, jpeg: bytes = b"") -> bytes:
    jpeg = jpeg or saved(colour(1, 96, 64), "JPEG")
    return jpeg[:2] + b"".join(segments) + jpeg[2:]


def extension(data: bytes, offset: int, length: int, guid: bytes = GUID) -> bytes:
    return segment(0xE1, EXTENSION + guid + struct.pack(">II", length, offset) + data)


def packets(body: bytes, size: int, instance: int = 1) -> list[bytes]:
    """The APP11 segments of a box: each repeats its header."""
    header, rest = body[:8], body[8:]
    pieces = [rest[at : at + size] for at in range(0, len(rest), size)]
    return [
        segment(0xEB, b"JP" + struct.pack(">HI", instance, number) + header + piece)
        for number, piece in enumerate(pieces, 1)
    ]


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def with_chunks(*chunks: bytes) -> bytes:
    png = saved(colour(1, 96, 64), "PNG")
    return png[:33] + b"".join(chunks) + png[33:]


def riff_chunk(kind: bytes, data: bytes) -> bytes:
    return kind + struct.pack("<I", len(data)) + data + bytes(len(data) % 2)


def with_riff_chunks(*chunks: bytes) -> bytes:
    webp = saved(colour(1, 96, 64), "WEBP") + b"".join(chunks)
    return webp[:4] + struct.pack("<I", len(webp) - 8) + webp[8:]


def sub_blocks(data: bytes) -> bytes:
    pieces = [data[at : at + 255] for at in range(0, len(data), 255)]
    return b"".join(bytes((len(each),)) + each for each in pieces) + b"\0"


def with_extensions(*extensions: bytes) -> bytes:
    gif = saved(colour(1, 96, 64).quantize(), "GIF")
    start = 13 + (3 << ((gif[10] & 7) + 1))
    return b"GIF89a" + gif[6:start] + b"".join(extensions) + gif[start:]


def gif_xmp(packet: bytes) -> bytes:
    return b"\x21\xff\x0bXMP DataXMP" + packet + GIF_TRAILER


def gif_c2pa(body: bytes) -> bytes:
    return b"\x21\xff\x0bC2PA_GIF\1\0\0" + sub_blocks(body)


def tiff_with(tag: int, data: bytes, pages: int = 1, type_: int = 7) -> bytes:
    directory = TiffImagePlugin.ImageFileDirectory_v2()
    directory[tag] = data
    directory.tagtype[tag] = type_
    plain = [colour(seed, 96, 64) for seed in range(1, pages)]
    return saved(colour(1, 96, 64), "TIFF", tiffinfo=directory, save_all=True, append_images=plain)


def raw_profile(name: str, data: bytes) -> bytes:
    text = f"\n{name.lower()}\n{len(data):8}\n{data.hex()}\n".encode()
    return png_chunk(b"tEXt", f"Raw profile type {name}\0".encode() + text)


def itxt(data: bytes, *, packed: bool = False, keyword: bytes = b"XML:com.adobe.xmp") -> bytes:
    text = zlib.compress(data) if packed else data
    return png_chunk(b"iTXt", keyword + b"\0" + bytes((packed, 0)) + b"en\0keyword\0" + text)


def marked(container: str, packet: bytes) -> bytes:
    """A picture with this XMP packet, written by Pillow where it can."""
    if container == "GIF":
        return with_extensions(gif_xmp(packet))
    if container == "TIFF":
        return tiff_with(700, packet, type_=1)
    if container == "PNG":
        about = PngImagePlugin.PngInfo()
        about.add_itxt("XML:com.adobe.xmp", packet.decode("utf-8"))
        return saved(colour(1, 96, 64), "PNG", pnginfo=about)
    return saved(colour(1, 96, 64), container, xmp=packet)


C2PA_UUID = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")


def credentialed(container: str, body: bytes) -> bytes:
    """A picture with this C2PA store."""
    ways = {
        "JPEG": lambda: with_segments(*packets(body, 60_000)),
        "PNG": lambda: with_chunks(png_chunk(b"caBX", body)),
        "WEBP": lambda: with_riff_chunks(riff_chunk(b"C2PA", body)),
        "GIF": lambda: with_extensions(gif_c2pa(body)),
        "TIFF": lambda: tiff_with(52545, body),
        "AVIF": lambda: saved(colour(1, 96, 64), "AVIF") + avif_store(body),
    }
    return ways[container]()


def avif_store(body: bytes) -> bytes:
    return box(b"uuid", C2PA_UUID + bytes(4) + b"manifest\0" + bytes(8) + body)


def exif_with(packet: bytes) -> bytes:
    directory = struct.pack("<HHHIII", 1, 700, 1, len(packet), 26, 0)
    return b"II*\0\x08\0\0\0" + directory + packet
