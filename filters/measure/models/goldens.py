"""Make the harmless pictures that every model is tried on, and accept none that answers otherwise than it did."""

import hashlib
import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from filters.measure.glimpse import Glimpse
from filters.measure.models.model import FitModel, Golden, Model, ModelNotReady, PictureModel


@cache
def picture(name: str) -> Glimpse:
    """Return one by its name; the same bytes on every machine. `KeyError` if there is none."""
    pixels = _DRAWN[name]()
    height_px, width_px, _ = pixels.shape
    return Glimpse(width_px=width_px, height_px=height_px, rgb=pixels.tobytes())


def check_picture_model(model: PictureModel) -> None:
    """Raise `ModelNotReady` unless it says of each golden what it should, alone and among others."""
    goldens = _goldens(model)
    pictures = [picture(each.picture) for each in goldens]
    _require(model, goldens, _asked(model, lambda: model.score(pictures)))
    _require(model, goldens, _asked(model, lambda: [_only(model.score([each])) for each in pictures]))


def check_fit_model(model: FitModel) -> None:
    """Raise `ModelNotReady` unless it says of each golden, picture and caption, what it should; alone too."""
    goldens = _goldens(model)
    pairs = [(picture(each.picture), each.caption) for each in goldens]
    _require(model, goldens, _asked(model, lambda: model.score(pairs)))
    _require(model, goldens, _asked(model, lambda: [_only(model.score([each])) for each in pairs]))


def _only(values: Sequence[float]) -> float:
    (value,) = values
    return value


def _goldens(model: Model) -> Sequence[Golden]:
    """Two values must be so far apart that no constant is within the tolerance of both."""
    name, goldens = model.card.name, model.goldens
    if unknown := sorted({each.picture for each in goldens} - set(PICTURES)):
        raise ModelNotReady(f"{name} has goldens of pictures that there are not: {', '.join(unknown)}")
    if not all(math.isfinite(each.value) and 0 <= each.tolerance < math.inf for each in goldens):
        raise ModelNotReady(f"{name} has a golden that is no number")
    if not any(
        abs(one.value - other.value) > one.tolerance + other.tolerance
        for one, other in itertools.combinations(goldens, 2)
    ):
        raise ModelNotReady(f"{name} has no two goldens that differ, so a model that answers a constant would pass")
    return goldens


def _asked(model: Model, score: Callable[[], Sequence[float]]) -> Sequence[float]:
    try:
        return [float(each) for each in score()]
    except Exception as error:  # noqa: BLE001  whatever a model can bring about, it is not one to rely on
        raise ModelNotReady(f"{model.card.name} fails on harmless pictures with {type(error).__name__}") from None


def _require(model: Model, goldens: Sequence[Golden], values: Sequence[float]) -> None:
    name = model.card.name
    if len(values) != len(goldens):
        raise ModelNotReady(f"{name} gives {len(values)} numbers for {len(goldens)} harmless pictures")
    for golden, value in zip(goldens, values, strict=True):
        if not abs(value - golden.value) <= golden.tolerance:  # NaN is within no tolerance
            raise ModelNotReady(
                f"{name} says {value:.4f} of the harmless picture {golden.picture}, not {golden.value:.4f}: "
                "its files or what runs it are not those it was pinned with"
            )


def _gradient() -> NDArray[np.uint8]:
    """Sky over grass: blue that fades downwards, then green."""
    down, across = np.mgrid[0:240, 0:320]
    sky = np.stack([90 + down // 2, 140 + down // 2, np.full_like(down, 235)], axis=-1)
    grass = np.stack([40 + across // 16, 120 + across // 8, np.full_like(down, 50)], axis=-1)
    return np.where((down < 150)[..., None], sky, grass).astype(np.uint8)


def _checks() -> NDArray[np.uint8]:
    """Black and white squares of 30 pixels."""
    down, across = np.mgrid[0:240, 0:240]
    return np.repeat(((down // 30 + across // 30) % 2 * 255)[..., None], 3, axis=-1).astype(np.uint8)


def _disc() -> NDArray[np.uint8]:
    """A red disc on white, upright."""
    down, across = np.mgrid[0:360, 0:270]
    inside = (down - 180) ** 2 + (across - 135) ** 2 <= 100**2
    return np.where(inside[..., None], (205, 25, 30), (255, 255, 255)).astype(np.uint8)


def _stripes() -> NDArray[np.uint8]:
    """Yellow and dark blue, and smaller than what most models ask for: it comes as it is."""
    across = np.mgrid[0:64, 0:96][1]
    return np.where((across // 12 % 2 == 0)[..., None], (250, 205, 40), (20, 40, 110)).astype(np.uint8)


def _pebble() -> NDArray[np.uint8]:
    """A tan oval on sand: what a classifier of skin is least sure of."""
    down, across = np.mgrid[0:256, 0:256]
    inside = ((across - 128) * 100 // 70) ** 2 + ((down - 128) * 100 // 110) ** 2 <= 100**2
    return np.where(inside[..., None], (205, 150, 115), (200, 180, 170)).astype(np.uint8)


def _noise() -> NDArray[np.uint8]:
    """From a hash, whose bytes no version of a library changes."""
    stream = hashlib.shake_256(b"altsieve noise").digest(240 * 256 * 3)
    return np.frombuffer(stream, dtype=np.uint8).reshape(240, 256, 3)


_DRAWN: Final[Mapping[str, Callable[[], NDArray[np.uint8]]]] = {
    "gradient": _gradient,
    "checks": _checks,
    "disc": _disc,
    "stripes": _stripes,
    "pebble": _pebble,
    "noise": _noise,
}
PICTURES: Final = tuple(_DRAWN)
"""Their names."""
