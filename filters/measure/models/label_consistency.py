"""Say how well a caption fits what an ImageNet classifier sees, through WordNet's kinds of things."""

import hashlib
import math
from collections.abc import Sequence
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from filters.measure.glimpse import Glimpse
from filters.measure.models import imagenet, sentences
from filters.measure.models.efficientnet import SIDE_PX
from filters.measure.models.hierarchy import FILES, Hierarchy
from filters.measure.models.imagenet import ImageNet
from filters.measure.models.model import Golden
from filters.measure.models.pinned import data_file, pinned
from filters.measure.models.sentences import SentenceEncoder, words
from filters.models import ModelCard

NAME: Final = "label-consistency"
REVISION_OF_CODE: Final = "1"
"""Changed whenever a score changes, so that scores are compared only with their like."""
GOLDENS: Final = (
    Golden(picture="disc", caption="a red ball", value=3.2098, tolerance=0.02),
    Golden(picture="disc", caption="a dog", value=-1.4714, tolerance=0.02),
    Golden(picture="checks", caption="a chessboard", value=0.8563, tolerance=0.02),
    Golden(picture="gradient", caption="a sea shore", value=0.5687, tolerance=0.02),
)
_TEMPERATURE: Final = 0.7
_SHARE_FLOOR: Final = 3e-4
_RATIO_FLOOR: Final = 0.1
_NOUNS: Final = 0.3
_LIKENESS: Final = 4.0
_Seen = tuple[NDArray[np.float32], NDArray[np.float32]]
"""Of one picture: p(kind | picture) / p(kind) for each kind, and its features."""
_Meant = tuple[NDArray[np.float32], NDArray[np.float32]]
"""Of one caption: how likely each kind is meant, and the features it lets expect."""


class LabelConsistency:
    """A score of about 0 is undecided, 2 a good fit; it is not a probability and not comparable with CLIP's cosine.

    `tern over the sea` beside a tern scores high; so it does beside a gull (a kind of seabird too). It knows things and
    animals, hardly people, what they do, places, texts or proper names. The score is 0.7 times the logarithm of the
    expected ratio p(kind | picture) / p(kind) over the kinds that the caption's meaning is near to, plus 0.3 times
    the same over the kinds that its nouns name, plus 4 times the cosine between the features of the picture and those
    that the caption lets expect. A caption without words scores NaN: there is nothing to measure.
    """

    card: ModelCard
    side_px: Final = SIDE_PX
    goldens: Final = GOLDENS

    def __init__(self, sees: ImageNet, reads: SentenceEncoder, knows: Hierarchy) -> None:
        self.card = card()
        self._sees, self._reads, self._knows = sees, reads, knows

    @classmethod
    def load(cls) -> Self:
        return cls(ImageNet.load(), SentenceEncoder.load(), Hierarchy.load())

    def score(self, pairs: Sequence[tuple[Glimpse, str]]) -> list[float]:
        """Return log-odds for each, to four digits; one picture with several captions is looked at once.

        What else is asked at the same time changes a score by a ten-thousandth at most.
        """
        seen = {glimpse: self._look(glimpse) for glimpse in dict.fromkeys(glimpse for glimpse, _ in pairs)}
        captions = [words(caption) for _, caption in pairs]
        meant = self._meant([caption for caption in captions if caption])
        return [
            round(self._fit(*seen[glimpse], caption, *meant[caption]), 4) if caption else math.nan
            for (glimpse, _), caption in zip(pairs, captions, strict=True)
        ]

    def _look(self, glimpse: Glimpse) -> _Seen:
        sight = self._sees.look(glimpse)
        ratios = self._knows.of_kinds(sight.probabilities) / (self._knows.shares + _SHARE_FLOOR)
        return ratios, sight.features

    def _meant(self, captions: Sequence[str]) -> dict[str, _Meant]:
        """What is the same for all is read from memory once for all captions: it is more than a core keeps at hand."""
        if not captions:
            return {}
        vectors = self._reads.vectors(captions)
        rows = np.stack(list(vectors.values()))
        likelihoods = map(_likelihoods, rows @ self._knows.kinds.T)
        expected = rows @ self._knows.projection[:-1] + self._knows.projection[-1]
        return dict(zip(vectors, zip(likelihoods, expected, strict=True), strict=True))

    def _fit(
        self,
        ratios: NDArray[np.float32],
        features: NDArray[np.float32],
        caption: str,
        likelihoods: NDArray[np.float32],
        expected: NDArray[np.float32],
    ) -> float:
        by_meaning = math.log(float(ratios @ likelihoods) + _RATIO_FLOOR)
        by_nouns = math.log(self._named(ratios, caption) + _RATIO_FLOOR)
        return (1 - _NOUNS) * by_meaning + _NOUNS * by_nouns + _LIKENESS * _likeness(features, expected)

    def _named(self, ratios: NDArray[np.float32], caption: str) -> float:
        """Return the mean over the caption's nouns; 1, which says nothing, where none names a kind."""
        found = [
            1 + sum(weight * (float(ratios[kind]) - 1) for kind, weight in kinds.items())
            for kinds in self._knows.named(caption)
        ]
        return sum(found) / len(found) if found else 1.0


def card() -> ModelCard:
    """Hash all files of the model. `ModelNotReady` if one is missing or altered."""
    imagenet.weights()
    sentences.weights()
    sentences.vocabulary()
    for name, sha256 in FILES.items():
        pinned(data_file(name), sha256)
    digests = [imagenet.SHA256, sentences.SHA256, sentences.TOKENIZER_SHA256, *FILES.values(), REVISION_OF_CODE]
    revision = hashlib.sha256("\n".join(digests).encode()).hexdigest()[:32]
    return ModelCard(name=NAME, revision=revision, unit="log-odds", languages=("en",))


def load() -> LabelConsistency:
    """Return the model in memory. `ModelNotReady` if a file is missing or altered."""
    return LabelConsistency.load()


def _likelihoods(near: NDArray[np.float32]) -> NDArray[np.float32]:
    """How likely each kind is meant: standardised for each caption, or vague captions would fit everything."""
    powers = np.exp((near - near.mean()) / near.std() / _TEMPERATURE)
    likelihoods: NDArray[np.float32] = powers / powers.sum()
    return likelihoods


def _likeness(features: NDArray[np.float32], expected: NDArray[np.float32]) -> float:
    return float(features @ expected / np.linalg.norm(features) / np.linalg.norm(expected))
