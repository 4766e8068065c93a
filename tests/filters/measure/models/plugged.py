"""Give models as another package would: a good one of each use, and broken ones."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from filters.measure.glimpse import Glimpse
from filters.measure.models.model import Golden
from filters.models import ModelCard

Maker = Callable[[], "Brightness"]
BRIGHTNESS = ModelCard(name="brightness", revision="1", unit="probability")
LONGEST = ModelCard(name="longest", revision="1", unit="log-odds")
GOLDENS = (Golden(picture="checks", caption="", value=0.5), Golden(picture="stripes", caption="", value=0.4346))


@dataclass(frozen=True, kw_only=True)
class Brightness:
    """Mean brightness from 0 to 1, unless told to say something else."""

    card: ModelCard = BRIGHTNESS
    side_px: int = 64
    goldens: Sequence[Golden] = GOLDENS
    says: Callable[[list[float]], Sequence[float]] = list

    def score(self, glimpses: Sequence[Glimpse]) -> Sequence[float]:
        return self.says([sum(each.rgb) / len(each.rgb) / 255 for each in glimpses])


@dataclass(frozen=True, kw_only=True)
class Longest:
    """The length of the caption."""

    card: ModelCard = LONGEST
    side_px: int = 64
    goldens: Sequence[Golden] = (
        Golden(picture="disc", caption="a disc", value=6),
        Golden(picture="disc", caption="a red disc", value=10),
    )

    def score(self, pairs: Sequence[tuple[Glimpse, str]]) -> Sequence[float]:
        return [float(len(caption)) for _, caption in pairs]


def brightness() -> Brightness:
    return Brightness()


def longest() -> Longest:
    return Longest()


def always_0() -> Brightness:
    return Brightness(says=lambda values: [0.0] * len(values))


def always_1() -> Brightness:
    return Brightness(says=lambda values: [1.0] * len(values))


def constant_goldens() -> Brightness:
    golden = Golden(picture="checks", caption="", value=0.5)
    return Brightness(goldens=(golden, golden), says=lambda values: [0.5] * len(values))


def no_goldens() -> Brightness:
    return Brightness(goldens=())


def golden_of_no_picture() -> Brightness:
    return Brightness(goldens=(*GOLDENS, Golden(picture="cat", caption="", value=0.5)))


def golden_of_nan() -> Brightness:
    return Brightness(goldens=(*GOLDENS, Golden(picture="disc", caption="", value=math.nan)))


def golden_that_anything_meets() -> Brightness:
    return Brightness(goldens=(*GOLDENS, Golden(picture="disc", caption="", value=0, tolerance=math.inf)))


def nan() -> Brightness:
    return Brightness(says=lambda values: [math.nan] * len(values))


def one_short() -> Brightness:
    return Brightness(says=lambda values: values[:-1])


def depends_on_the_others() -> Brightness:
    return Brightness(says=lambda values: values if len(values) > 1 else [0.1])


def knows_none_alone() -> Brightness:
    return Brightness(says=lambda values: values if len(values) > 1 else [])


def raises() -> Brightness:
    return Brightness(says=lambda values: [1 / (len(values) * 0)])


def does_not_load() -> Brightness:
    raise OSError("weights.bin is not there")


def bad_name() -> Brightness:
    return Brightness(card=ModelCard(name="two words", revision="1", unit="probability"))


def no_unit() -> Brightness:
    return Brightness(card=ModelCard(name="brightness", revision="1", unit="stars"))


def no_revision() -> Brightness:
    return Brightness(card=ModelCard(name="brightness", revision="", unit="probability"))
