"""Be models that cost nothing: two that work, and some that fail as models do; settings name them as plug-ins.

They are harmless by what they look at: the mean of a picture's bytes, and whether there is a caption.
"""

import math
import os
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Never

from filters.measure.glimpse import Glimpse
from filters.measure.models.model import FitModel, Golden, ModelNotReady, PictureModel
from filters.models import ModelCard

SETTINGS: Final = {
    "SAFETY_MODELS": "tests.models:calm",
    "SAFETY_DROP": "calm=0.8",
    "SAFETY_HOLD": "calm=0.2",
    "SAFETY_DROP_WITH_MINOR": "calm=0.2",
    "CONSISTENCY_MODELS": "tests.models:fits",
    "CONSISTENCY_MIN": "fits=0",
    "MODEL_WORKERS": "1",
}
"""With these a crawl needs no weights, and every harmless picture passes."""
_EVERY: Final = 97
_TOLERANCE: Final = 0.001


@dataclass(frozen=True, kw_only=True)
class Looking:
    """A safety model whose score is `answer` of how bright a picture is, from 0 to 1."""

    name: str
    answer: Callable[[float], float]
    expected: tuple[tuple[str, float], ...] = ()
    revision: str = "1" * 32
    side_px: int = 64
    mischief: Callable[[int], Sequence[float]] | None = None
    """What it does once it was found ready: what a run shows it is smaller than the pictures that it is tried on."""

    @property
    def card(self) -> ModelCard:
        return ModelCard(name=self.name, revision=self.revision, unit="probability")

    @property
    def goldens(self) -> Sequence[Golden]:
        return [Golden(picture=each, caption="", value=value, tolerance=_TOLERANCE) for each, value in self.expected]

    def score(self, glimpses: Sequence[Glimpse]) -> Sequence[float]:
        if self.mischief is not None and any(min(each.width_px, each.height_px) <= self.side_px for each in glimpses):
            return self.mischief(len(glimpses))
        return [self.answer(brightness(each)) for each in glimpses]


@dataclass(frozen=True, kw_only=True)
class Fitting:
    """A model of any language's captions whose score is `answer` of how bright a picture is, and of the caption."""

    name: str
    answer: Callable[[float, str], float]
    expected: tuple[tuple[str, str, float], ...] = ()
    revision: str = "2" * 32
    side_px: int = 64
    languages: tuple[str, ...] | None = None

    @property
    def card(self) -> ModelCard:
        return ModelCard(name=self.name, revision=self.revision, unit="log-odds", languages=self.languages)

    @property
    def goldens(self) -> Sequence[Golden]:
        return [
            Golden(picture=each, caption=caption, value=value, tolerance=_TOLERANCE)
            for each, caption, value in self.expected
        ]

    def score(self, pairs: Sequence[tuple[Glimpse, str]]) -> Sequence[float]:
        return [self.answer(brightness(glimpse), caption) for glimpse, caption in pairs]


def brightness(glimpse: Glimpse) -> float:
    """Return the mean of some of the bytes, from 0 to 1; no library is needed for that."""
    some = glimpse.rgb[::_EVERY]
    return sum(some) / (255 * len(some))


_GOLDEN: Final = {"disc": 0.7866, "noise": 0.5040}
"""How bright they are."""


def _calmly(bright: float) -> float:
    return 0.01 + bright / 20


def _alarmed(bright: float) -> float:
    return 0.9 + bright / 20


def _looking(answer: Callable[[float], float] = _calmly, **more: Any) -> Looking:
    return Looking(
        name="calm", answer=answer, expected=tuple((name, answer(_GOLDEN[name])) for name in _GOLDEN), **more
    )


def _fitting(name: str, answer: Callable[[float, str], float], **more: Any) -> Fitting:
    expected = tuple((picture, "a caption", answer(_GOLDEN[picture], "a caption")) for picture in _GOLDEN)
    return Fitting(name=name, answer=answer, expected=expected, **more)


def calm() -> PictureModel:
    """Find everything harmless."""
    return _looking()


def alarmed() -> PictureModel:
    """Find everything unsafe, under the name of `calm` and by its thresholds."""
    return _looking(_alarmed)


def wavering() -> PictureModel:
    """Find everything too close to call, by the thresholds of `calm`."""
    return _looking(lambda bright: 0.5 + bright / 20)


def fits() -> FitModel:
    """Find that every caption fits."""
    return _fitting("fits", lambda bright, caption: 5 + bright)


def misfits() -> FitModel:
    """Find that no caption fits, by the threshold of `fits`."""
    return _fitting("fits", lambda bright, caption: -5 - bright)


def english() -> FitModel:
    """Find that every English caption fits, and measure no other."""
    return _fitting("fits", lambda bright, caption: 5 + bright, languages=("en",))


def newer() -> PictureModel:
    """Be another revision of `calm`, which finds everything a little less harmless."""
    return _looking(lambda bright: 0.02 + bright / 20, revision="3" * 32)


def latest() -> PictureModel:
    return _looking(revision="4" * 32)


def latest_misfits() -> FitModel:
    """Be another revision of `fits`, which finds that no caption fits."""
    return _fitting("fits", lambda bright, caption: -5 - bright, revision="4" * 32)


def missing() -> PictureModel:
    raise ModelNotReady("calm is not installed; type: uv pip install calm")


def always_0() -> PictureModel:
    """Answer what a model answers that was not loaded, and be found out by the pictures it is tried on."""
    return Looking(name="calm", answer=lambda bright: 0.0, expected=_looking().expected)


def always_1() -> PictureModel:
    return Looking(name="calm", answer=lambda bright: 1.0, expected=_looking().expected)


def never_fits() -> FitModel:
    return Fitting(
        name="fits", answer=lambda bright, caption: 0.0, expected=_fitting("fits", lambda b, c: 5 + b).expected
    )


def not_a_number() -> PictureModel:
    return Looking(name="calm", answer=lambda bright: math.nan, expected=_looking().expected)


def shifting() -> PictureModel:
    """Be another one in every process."""
    return _looking(revision=f"{os.getpid():032x}")


def dies_loading() -> PictureModel:
    """End the worker that loads it; whoever only asks for its card lives on."""
    if "crawler.worker_process" in sys.orig_argv:
        os._exit(3)
    return _looking()


def later_not_a_number() -> PictureModel:
    return _looking(mischief=lambda count: [math.nan] * count)


def later_infinite() -> PictureModel:
    return _looking(mischief=lambda count: [-math.inf] * count)


def later_too_few() -> PictureModel:
    return _looking(mischief=lambda count: [0.01] * (count - 1))


def later_words() -> PictureModel:
    return _looking(mischief=lambda count: ["harmless"] * count)


def later_boundless() -> PictureModel:
    """Answer whole numbers that no float can be."""
    return _looking(mischief=lambda count: [10**400] * count)


def later_crashes() -> PictureModel:
    return _looking(mischief=_crash)


def later_dies() -> PictureModel:
    return _looking(mischief=lambda count: os.abort())


def later_dies_too() -> PictureModel:
    """Do so beside another model."""
    expected = _looking().expected
    return Looking(name="mortal", answer=_calmly, expected=expected, mischief=lambda count: os.abort())


def later_hangs() -> PictureModel:
    return _looking(mischief=_hang)


def later_grows() -> PictureModel:
    """Ask for more memory than any process may have."""
    return _looking(mischief=lambda count: [float(len(bytearray(1 << 45)))] * count)


def _crash(count: int) -> Never:
    raise LookupError("the caption of a match")


def _hang(count: int) -> Never:
    while True:
        threading.Event().wait()
