"""Hold the shipped model of captions for all tests of a process: loading it takes half a second."""

from functools import cache

from filters.measure.models.hierarchy import Hierarchy
from filters.measure.models.imagenet import ImageNet
from filters.measure.models.label_consistency import LabelConsistency
from filters.measure.models.sentences import SentenceEncoder


@cache
def hierarchy() -> Hierarchy:
    return Hierarchy.load()


@cache
def encoder() -> SentenceEncoder:
    return SentenceEncoder.load()


@cache
def network() -> ImageNet:
    return ImageNet.load()


def label_consistency() -> LabelConsistency:
    return LabelConsistency(network(), encoder(), hierarchy())
