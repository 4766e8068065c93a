"""Ways to smuggle a known picture past a gate; each is a row of docs/limits.md."""

import struct
import zlib
from base64 import b64encode
from collections.abc import Callable
from functools import cache
from pathlib import Path

import msgspec
import numpy as np
import pytest
from PIL import Image, ImageOps

from crawler.canary_edits import ALTERATIONS
from crawler.canary_pictures import draw
from filters.measure.picture import Limits, inspect
from filters.near_hash import NearHash
from filters.verdict import Outcome
from tests.filters.known_lists import known, known_pdq
from tests.filters.measure.marked import marked, segment, with_segments
from tests.filters.measure.pictures import grey, saved
from tests.filters.measure.profiles import SWAPPED, curved_profile, rgb_profile
from tests.filters.measure.test_colours import shuffled
from tests.filters.measure.test_containers import multi_picture
from tests.filters.measure.test_embedded import beside, irb, jfif, jfxx, resource, thumbnail, with_xmp_thumbnail
from tests.filters.measure.test_normalise import lab, opaque_white
from tests.filters.measure.test_picture import bomb_png
from tests.filters.measure.test_thumbnail import exif_with_pixels, exif_with_thumbnail
from tests.filters.measure.test_tiff_parts import tiff
from tests.filters.subjects import subject

CASES = Path(__file__).parents[2] / "cases" / "bypasses.json"
KNOWN = draw(0)
SMALL = KNOWN.resize((160, 120))
COVER = draw(1).resize((640, 480))
JPEG = saved(SMALL, "JPEG", quality=90)
UNTOUCHED = saved(KNOWN, "JPEG", quality=90)
MISSED = "missed"
STILL = ("PNG", "WEBP", "BMP", "AVIF")
MOVING = ("GIF", "PNG", "WEBP", "AVIF")


class Case(msgspec.Struct, frozen=True):
    vector: str
    done: str
    ends: str


BYPASSES = {each.vector: each for each in msgspec.json.decode(CASES.read_bytes(), type=list[Case])}


def altered(*edits: str) -> list[bytes]:
    return [ALTERATIONS[each](KNOWN) for each in edits]


def frames(container: str, *others: Image.Image) -> bytes:
    return saved(COVER.copy(), container, save_all=True, append_images=[each.copy() for each in others], duration=50)


def with_thumbnail(*segments: bytes) -> bytes:
    return with_segments(*segments, jpeg=saved(COVER, "JPEG"))


def on_its_side() -> bytes:
    exif = Image.Exif()
    exif[274] = 6
    return saved(KNOWN.transpose(Image.Transpose.ROTATE_90), "JPEG", exif=exif)


def invisible() -> bytes:
    clear = KNOWN.convert("RGBA")
    clear.putalpha(0)
    return saved(clear, "PNG")


def swapped() -> bytes:
    red, green, blue = KNOWN.split()
    return saved(Image.merge("RGB", (blue, red, green)), "PNG", icc_profile=rgb_profile(SWAPPED, 2.2))


def deep(factor: float, kind: type[np.generic]) -> bytes:
    return saved(Image.fromarray((np.asarray(KNOWN.convert("L")).astype(float) * factor).astype(kind)), "TIFF")


def on_a_scene() -> bytes:
    scene = COVER.copy()
    scene.paste(KNOWN.resize((320, 240)), (200, 160))
    return saved(scene, "JPEG")


def saying_less(body: bytes) -> bytes:
    control = body.find(b"acTL")
    said = b"acTL" + struct.pack(">II", 2, 0)
    return body[:control] + said + struct.pack(">I", zlib.crc32(said)) + body[control + 16 :]


def in_a_corner() -> bytes:
    shown = KNOWN.resize((320, 240))
    larger = COVER.copy()
    larger.paste(shown, (0, 0))
    body = saved(larger, "GIF")
    return body[:6] + struct.pack("<HH", 320, 240) + body[10:]


def shuffled_levels() -> bytes:
    levels = shuffled()
    stored = KNOWN.point([levels.index(level) for level in range(256)] * 3)
    return saved(stored, "PNG", icc_profile=curved_profile(levels))


def unlike_borders() -> list[Image.Image]:
    size = KNOWN.width + 120, KNOWN.height + 120
    halves = Image.new("RGB", size, "white")
    halves.paste("black", (size[0] // 2, 0, *size))
    noise = np.random.default_rng(1).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    return [halves, Image.fromarray(noise), Image.linear_gradient("L").resize(size).convert("RGB")]


def framed(border: Image.Image) -> bytes:
    border.paste(KNOWN, (60, 60))
    return saved(border, "JPEG")


def inverted_inks() -> bytes:
    return saved(ImageOps.invert(KNOWN).convert("CMYK"), "TIFF")


FORMS: dict[str, Callable[[], list[bytes]]] = {
    "a known picture in a later frame of an animation": lambda: [frames(each, KNOWN) for each in MOVING],
    "in more frames than an animated PNG says it has": lambda: [saying_less(frames("PNG", KNOWN, COVER))],
    "in a frame that is larger than the screen of its GIF": lambda: [in_a_corner()],
    "in an AVIF that is a still and an animation": lambda: [
        frames("AVIF", KNOWN)[:8] + brand + frames("AVIF", KNOWN)[12:] for brand in (b"avif", b"avis")
    ],
    "in an animation of more frames than are looked at": lambda: [
        saved(grey(1, 64, 64), "GIF", save_all=True, append_images=[grey(n, 64, 64) for n in range(2, 66)], duration=9)
    ],
    "in a later page of a TIFF": lambda: [frames("TIFF", KNOWN)],
    "in a sub-directory of a TIFF, which viewers do not show": lambda: [tiff(COVER.convert("L"), KNOWN.convert("L"))],
    "between the parts of a TIFF, where no directory leads": lambda: [tiff(COVER.convert("L"), None) + KNOWN.tobytes()],
    "as a second JPEG behind the first, which a multi-picture header announces": lambda: [
        multi_picture([COVER.copy(), KNOWN.copy()])
    ],
    "as a second JPEG that nothing announces": lambda: [saved(COVER, "JPEG") + UNTOUCHED],
    "in the thumbnail of a camera (EXIF)": lambda: [
        saved(COVER, "JPEG", exif=exif_with_thumbnail(JPEG)),
        saved(COVER, "JPEG", exif=exif_with_pixels(SMALL)),
    ],
    "in the thumbnail of JFIF or JFXX": lambda: [
        with_thumbnail(jfif(SMALL.resize((120, 90)).tobytes(), 120, 90)),
        with_thumbnail(jfxx(0x10, JPEG)),
    ],
    "in the thumbnail of Photoshop's resources": lambda: [with_thumbnail(irb(resource(1036, thumbnail(JPEG))))],
    "in the thumbnail of XMP": lambda: [marked("PNG", with_xmp_thumbnail(b64encode(JPEG).decode()))],
    "as a whole JPEG in any other segment of a JPEG": lambda: [with_thumbnail(segment(0xE7, b"a maker's own" + JPEG))],
    "as a JPEG that goes on in the next segments": lambda: [
        with_thumbnail(segment(0xE7, JPEG[:3000]), segment(0xE7, JPEG[3000:]))
    ],
    "as a whole JPEG in a chunk, a box or a value of another format": lambda: list(beside(JPEG).values()),
    "lying on its side, to be turned by EXIF": lambda: [on_its_side()],
    "turned or mirrored for good": lambda: [
        ALTERATIONS[each](KNOWN) for each in ("mirror", "flip", "turn-90", "turn-180")
    ],
    "as a negative": lambda: altered("invert"),
    "in colours under full transparency": lambda: [invisible()],
    "as the transparency itself": lambda: [saved(opaque_white(KNOWN.convert("L")), "PNG")],
    "with a palette": lambda: [saved(KNOWN.quantize(64), "PNG"), saved(KNOWN, "GIF")],
    "in inks, inverted or not": lambda: [saved(KNOWN.convert("CMYK"), "JPEG"), inverted_inks()],
    "in 16 bits, or as fractions": lambda: [deep(257, np.uint16), deep(3, np.uint16), deep(1 / 255, np.float32)],
    "in CIELAB": lambda: [saved(lab(KNOWN), "TIFF")],
    "with a colour profile that makes others of its numbers": lambda: [swapped()],
    "with curves that move only some levels of a channel": lambda: [shuffled_levels()],
    "in a frame of one tone": lambda: [
        ALTERATIONS["border-3"](KNOWN),
        saved(ImageOps.expand(KNOWN, 90, (80, 9, 99)), "JPEG"),
    ],
    "in a mat, a line and a mat again": lambda: [
        saved(ImageOps.expand(ImageOps.expand(ImageOps.expand(KNOWN, 30, "white"), 4), 30, "white"), "JPEG")
    ],
    "between the bars of a film": lambda: altered("letterbox-10", "letterbox-30"),
    "below a band with a caption": lambda: altered("band-25"),
    "with a comment added": lambda: [saved(KNOWN, "JPEG", comment=b"other bytes")],
    "with an archive behind its end": lambda: [UNTOUCHED + b"PK\x03\x04 and so on"],
    "under the name and type of another format": lambda: [
        saved(KNOWN, each) for each in ("PNG", "WEBP", "BMP", "AVIF")
    ],
    "cut off in the middle": lambda: [UNTOUCHED[: len(UNTOUCHED) // 2]],
    "as a bomb of few bytes and many pixels": lambda: [bomb_png(12_000)],
    "as SVG, HEIC, PDF or PostScript": lambda: [
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(40),
        b"%PDF-1.7\n",
        b"%!PS-Adobe-3.0\n",
    ],
    "smaller than 64 pixels": lambda: [saved(draw(3).resize((48, 36)), "PNG")],
    "so flat that no hash tells it from others": lambda: [saved(Image.new("RGB", (300, 300), "teal"), "PNG")],
    "with a fifth of it cut off": lambda: altered("crop-20"),
    "turned by 5 degrees": lambda: altered("rotate-5"),
    "beside another picture": lambda: altered("collage"),
    "pasted into a larger picture that is not of one tone": lambda: [on_a_scene()],
    "in the metadata of a file, packed in any other way than JPEG": lambda: [
        with_thumbnail(segment(0xE7, saved(SMALL, "PNG")[:65_000]))
    ],
    "in a frame of two colours, of noise or of a gradient": lambda: [framed(each) for each in unlike_borders()],
}


def ends(body: bytes) -> str:
    """Return the flaw that refuses the file, or what near-hash says, whose list holds nothing but the known picture."""
    facts = inspect(body, Limits())
    if facts.flaw is not None:
        return facts.flaw.value
    verdict = near_hash().judge(subject(measured=facts))
    return MISSED if verdict.outcome is Outcome.CLEAN else str(verdict.reason)


@cache
def near_hash() -> NearHash:
    original = inspect(saved(KNOWN, "PNG"), Limits()).picture
    assert original is not None
    return NearHash(known(known_pdq(original.views[0].pdq)))


@pytest.mark.parametrize("vector", FORMS)
def test_a_bypass_ends_as_the_documentation_says(vector: str) -> None:
    assert {ends(body) for body in FORMS[vector]()} == {BYPASSES[vector].ends}


def test_each_row_of_the_documentation_is_tried() -> None:
    assert list(FORMS) == list(BYPASSES)


def test_trailing_data_does_not_keep_the_picture_from_being_judged() -> None:
    facts = inspect(UNTOUCHED + b"PK\x03\x04 and so on", Limits())
    assert near_hash().judge(subject(measured=facts)).reason == "hash.near-list"


def test_another_picture_is_clean() -> None:
    assert ends(saved(COVER, "JPEG")) == MISSED
