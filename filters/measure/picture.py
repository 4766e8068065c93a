"""Measure everything about the bytes of a picture in one decode, and name what is wrong with the file."""

import struct
import warnings
import zlib
from collections.abc import Iterator
from importlib.metadata import version
from itertools import chain, islice
from typing import Final, TypeAlias

from PIL import Image

from filters.facts import Facts, Flaw, Picture, View
from filters.measure.borders import within_borders
from filters.measure.containers import (
    announces_more_jpegs,
    end_of_file,
    is_padding,
    jpegs_in,
    png_frames,
    sniff_format,
)
from filters.measure.digests import measure_digests
from filters.measure.frames import Part, parts
from filters.measure.glimpse import Glimpse
from filters.measure.hashes import HASHER_VERSION, measure_view
from filters.measure.limits import Flawed
from filters.measure.limits import Limits as Limits
from filters.measure.normalise import sights
from filters.measure.rights import RIGHTS_VERSION, read_rights
from filters.measure.shrinking import glimpse_of, small_jpeg
from filters.measure.tiff_parts import tiff_parts

INSTRUMENTS: Final[tuple[tuple[str, str], ...]] = (
    ("altsieve-hasher", HASHER_VERSION),
    ("altsieve-rights", RIGHTS_VERSION),
    *((name, version(name)) for name in ("imagehash", "numpy", "pillow", "scipy")),
)


def inspect(body: bytes, limits: Limits) -> Facts:
    """Return all facts about the bytes; whatever is wrong with them becomes a flaw, never an exception."""
    return inspect_and_glimpse(body, limits, 0)[0]


def inspect_and_glimpse(body: bytes, limits: Limits, side_px: int) -> tuple[Facts, Glimpse | None]:
    """Return beside the facts what models look at; None if `side_px` is 0, or if there is no whole picture."""
    (picture, glimpse), flaw = _look(body, limits, side_px)
    rights = None if picture is None else read_rights(body, picture.format)
    facts = Facts(digests=measure_digests(body), picture=picture, flaw=flaw, rights=rights, measured_by=INSTRUMENTS)
    return facts, glimpse


_Seen: TypeAlias = tuple[Picture | None, Glimpse | None]
_NOTHING: Final[_Seen] = (None, None)


_BOMBS: Final = (Image.DecompressionBombError, Image.DecompressionBombWarning)
_DECODER_ERRORS: Final = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    BufferError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What Pillow's decoders were seen to raise, or may by their source, for bytes that are not a whole picture."""


def _look(body: bytes, limits: Limits, side_px: int) -> tuple[_Seen, Flaw | None]:
    name = sniff_format(body)
    if name is None or name not in limits.formats:
        return _NOTHING, Flaw.FORMAT if body else Flaw.TRUNCATED
    try:
        picture, glimpse = _decode(name, body, limits, side_px)
    except Flawed as found:
        return _NOTHING, found.flaw
    except _BOMBS:
        return _NOTHING, Flaw.BOMB
    except MemoryError:
        return _NOTHING, Flaw.INSPECTION_CRASHED
    except _DECODER_ERRORS as error:
        return _NOTHING, _why_undecodable(name, body, error)
    return (picture, glimpse), _leftover(picture, name, body)


def _decode(name: str, body: bytes, limits: Limits, side_px: int) -> tuple[Picture, Glimpse | None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of broken metadata, which is not ours to mend
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        found = parts(name, body, limits)
        (first,) = islice(found, 1)  # a file without a frame is not decodable: ValueError
        glimpse = _glimpse(name, body, first.image, side_px) if side_px else None
        return _measure(name, chain([first], found)), glimpse


def _glimpse(name: str, body: bytes, frame: Image.Image, side_px: int) -> Glimpse:
    """Of a JPEG only the luma was decoded; its colours are decoded small, which takes less than shrinking them."""
    luma_only = name == "JPEG" and frame.mode == "L"
    return glimpse_of(small_jpeg(body[jpegs_in(body)[0]], side_px) if luma_only else frame, side_px)


def _measure(name: str, found: Iterator[Part]) -> Picture:
    views: dict[tuple[object, ...], View] = {}
    sizes: dict[int | None, tuple[int, int]] = {}
    for part in found:
        for view, size in _views(part):
            views.setdefault((view.pdq, view.pdq_quality, view.orientations, view.phash16), view)
            sizes.setdefault(part.frame, size)
    width, height = sizes[0]
    frames = len(sizes.keys() - {None})
    return Picture(format=name.lower(), width_px=width, height_px=height, frames=frames, views=tuple(views.values()))


def _views(part: Part) -> Iterator[tuple[View, tuple[int, int]]]:
    """Measure each way to see it, and each without its border if it has one."""
    for how, luma in sights(part.image):
        name = f"{part.name} {how}".rstrip()
        yield measure_view(name, luma), luma.size
        for cut, inner in within_borders(luma):
            yield measure_view(f"{name} {cut}", inner), inner.size


def _why_undecodable(name: str, body: bytes, error: BaseException) -> Flaw:
    cut_off = end_of_file(name, body) is None or "truncated" in str(error).lower()
    return Flaw.TRUNCATED if cut_off else Flaw.UNDECODABLE


def _leftover(picture: Picture, name: str, body: bytes) -> Flaw | None:
    end = end_of_file(name, body)
    if end is None:
        return Flaw.TRUNCATED
    hidden = not is_padding(body[end:]) or _BESIDES.get(name, _nothing)(picture, body)
    return Flaw.TRAILING_DATA if hidden else None


def _nothing(picture: Picture, body: bytes) -> bool:
    return False


def _unannounced(picture: Picture, body: bytes) -> bool:
    found = jpegs_in(body)
    return len(found) > 1 and not announces_more_jpegs(body[found[0]])


def _unspoken(picture: Picture, body: bytes) -> bool:
    found = tiff_parts(body)
    return found is None or found.unspoken(body)


def _unseen(picture: Picture, body: bytes) -> bool:
    """Browsers show frames beyond the number that an animated PNG says it has."""
    return png_frames(body) > picture.frames


_BESIDES: Final = {"JPEG": _unannounced, "PNG": _unseen, "TIFF": _unspoken}
"""Whether there is more in the file than its own directory or header speaks of."""
