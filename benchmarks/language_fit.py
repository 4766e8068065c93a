"""Fit how far detectors may be believed, on the half of the captions that no figure is given for."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from benchmarks.language_captions import Caption, captions, fetch, product_names
from filters.measure.languages.by_eldc import INDONESIAN, MALAY, ByEldc
from filters.measure.languages.by_langdetect import ByLangdetect
from filters.measure.languages.by_script import ByScript
from filters.measure.languages.detector import Clues, Opinion, likelihood, log_odds
from filters.measure.languages.panel import SURE

SHARE_OF_NAMES = 0.08
"""So much of the weight have product names, of which every label is wrong."""

Example = tuple[Clues, bool, float]
"""Clues, whether the label was right, and weight."""


def main() -> None:
    fetch()
    half = [each for each in captions(400) if each.is_for_fitting and ByScript().detect(each.text) is None]
    half += [Caption(source="names", language="-", about=each, text=each) for each in product_names(300, seed=1)]
    weights = _weights(half)
    eldc, langdetect = ByEldc(), ByLangdetect()
    first = [eldc.clues(each.text) for each in half]
    second = [langdetect.clues(each.text) for each in half]
    of_eldc = _fitted(_examples(half, first, weights, leave_out=MALAY))
    of_langdetect = _fitted(_examples(half, second, weights))
    print("by_eldc.WEIGHTS", of_eldc, "by_langdetect.WEIGHTS", of_langdetect)
    said = [_opinion(of_eldc, *each) for each in first]
    also = [_opinion(of_langdetect, *each) for each in second]
    _weigh(half, said, also, weights)


def _weigh(
    half: Sequence[Caption], said: Sequence[Opinion | None], also: Sequence[Opinion | None], weights: Sequence[float]
) -> None:
    agreed: list[Example] = []
    kept: list[Example] = []
    changed: list[Example] = []
    for each, first, second, weight in zip(half, said, also, weights, strict=True):
        if first is None or second is None or first.confidence >= SURE:
            continue
        if first.label == second.label:
            agreed.append(((log_odds(first),), first.label == each.language, weight))
        else:
            kept.append(((log_odds(first),), first.label == each.language, weight))
            changed.append(((log_odds(second),), second.label == each.language, weight))
    print("detector.AGREED", _shift(agreed), "KEPT", _shift(kept), "CHANGED", _shift(changed))


def _weights(half: Sequence[Caption]) -> list[float]:
    """Every language of a set counts alike, however many texts it has."""
    many = Counter((each.source, each.language) for each in half)
    places = len(many) - 1
    names = SHARE_OF_NAMES * places / many["names", "-"]
    return [names if each.source == "names" else 1 / many[each.source, each.language] for each in half]


def _examples(
    half: Sequence[Caption], said: Sequence[tuple[str, Clues]], weights: Sequence[float], leave_out: str = ""
) -> list[Example]:
    return [
        (clues, label == each.language, weight)
        for each, (label, clues), weight in zip(half, said, weights, strict=True)
        if label and label != leave_out
    ]


def _opinion(weights: Sequence[float], label: str, clues: Clues) -> Opinion | None:
    if not label:
        return None
    return INDONESIAN if label == MALAY else Opinion(label=label, confidence=likelihood(weights, clues))


def _fitted(examples: Sequence[Example]) -> tuple[float, ...]:
    """Return the weights of a logistic regression, by Newton's method, with a little held back."""
    clues = np.array([(1.0, *each[0]) for each in examples])
    right = np.array([float(each[1]) for each in examples])
    weight = np.array([each[2] for each in examples]) * len(examples) / sum(each[2] for each in examples)
    found: npt.NDArray[np.float64] = np.zeros(clues.shape[1])
    held_back = np.diag([0.0] + [0.1] * (clues.shape[1] - 1))
    for _ in range(25):
        expected = 1 / (1 + np.exp(-clues @ found))
        slope = clues.T @ (weight * (right - expected)) - held_back @ found
        curve = (clues.T * (weight * expected * (1 - expected))) @ clues + held_back
        found = found + np.linalg.solve(curve, slope)
    return tuple(round(float(each), 2) for each in found)


def _shift(examples: Sequence[Example]) -> float:
    """Return what is to be added to the log odds so that as many are expected right as are."""
    odds, right = np.array([each[0][0] for each in examples]), np.array([float(each[1]) for each in examples])
    weight, shift = np.array([each[2] for each in examples]), 0.0
    for _ in range(25):
        expected = 1 / (1 + np.exp(-odds - shift))
        shift += float(np.sum(weight * (right - expected)) / np.sum(weight * expected * (1 - expected)))
    return round(shift, 2)


if __name__ == "__main__":
    main()
