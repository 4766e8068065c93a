"""Measure how well label consistency tells captions that fit a picture from captions of other pictures."""

import argparse
import platform
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.models.captioned import Captioned, bring
from benchmarks.record import record
from filters.measure.models.label_consistency import LabelConsistency, load
from settings.base import CONSISTENCY_MIN, MODEL_BATCH

WORK = Path(__file__).parents[1] / ".bench/captioned"
SEED = 5
WRONG_CAPTIONS = 20
ROUNDS = 2000
DEFAULT = CONSISTENCY_MIN["label-consistency"]
KEPT = (0.80, 0.90, 0.95, 0.98)


@dataclass(frozen=True, kw_only=True, slots=True)
class Scored:
    """`right` [pictures] has the scores of their own captions, `wrong` [pictures, 20] those of other pictures'."""

    right: NDArray[np.float64]
    wrong: NDArray[np.float64]

    def auc(self) -> float:
        """How often a right pair scores above a wrong one, with one threshold for all; a tie counts half."""
        wrong = np.sort(self.wrong, axis=None)
        below = np.searchsorted(wrong, self.right, "left") + np.searchsorted(wrong, self.right, "right")
        return float(below.mean() / 2 / wrong.size)

    def interval(self) -> tuple[float, float]:
        """95 %, by drawing pictures anew, each with its right and wrong captions."""
        generator = np.random.default_rng(SEED)
        draws = (generator.integers(len(self.right), size=len(self.right)) for _ in range(ROUNDS))
        found = [Scored(right=self.right[draw], wrong=self.wrong[draw]).auc() for draw in draws]
        low, high = np.quantile(found, [0.025, 0.975])
        return float(low), float(high)

    def threshold(self, kept: float) -> float:
        return float(np.quantile(self.right, 1 - kept))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=WORK, help="where the packages are downloaded to")
    options = parser.parse_args()
    start = time.process_time()
    model = load()
    load_s = time.process_time() - start
    pictures = bring(options.work)
    start = time.process_time()
    sets = {name: _scored(model, chosen) for name, chosen in _sets(pictures).items()}
    pairs = sum(each.right.size + each.wrong.size for each in sets.values())
    print(f"{pairs} pairs scored in {time.process_time() - start:.0f} CPU seconds")
    report = _report(sets, load_s, _milliseconds(model, pictures))
    print(report)
    record(report, "python -m benchmarks.consistency")


def _sets(pictures: list[Captioned]) -> dict[str, list[Captioned]]:
    photos = [each for each in pictures if each.group == "photo"]
    rest = {name: [each for each in pictures if each.group == name] for name in ("natural", "drawing", "symbol")}
    return {
        "photographs, half for tuning": [each for each in photos if each.is_for_tuning],
        "photographs, the other half": [each for each in photos if not each.is_for_tuning],
        "whole scenes, captions by hand": rest["natural"],
        "drawings": rest["drawing"],
        "letters, signs, money": rest["symbol"],
    }


def _scored(model: LabelConsistency, pictures: Sequence[Captioned]) -> Scored:
    chance = random.Random(SEED)  # noqa: S311  shuffles captions
    captions = [each.caption for each in pictures]
    rows = []
    for each in pictures:
        glimpse = each.glimpse()
        if glimpse is None:
            raise ValueError(f"{each.path.name} cannot be decoded")
        others = [caption for caption in captions if caption != each.caption]
        asked = [each.caption, *chance.sample(others, WRONG_CAPTIONS)]
        rows.append(model.score([(glimpse, caption) for caption in asked]))
    scores = np.array(rows)
    return Scored(right=scores[:, 0], wrong=scores[:, 1:])


def _milliseconds(model: LabelConsistency, pictures: list[Captioned]) -> float:
    """CPU time of a pair whose caption was never seen, in batches as a crawl makes them, decoding left out."""
    pairs = [(glimpse, f"{each.caption} seen") for each in pictures[:200] if (glimpse := each.glimpse()) is not None]
    start = time.process_time()
    for first in range(0, len(pairs), MODEL_BATCH):
        model.score(pairs[first : first + MODEL_BATCH])
    return (time.process_time() - start) / len(pairs) * 1000


def _report(sets: dict[str, Scored], load_s: float, pair_ms: float) -> str:
    tuning = next(iter(sets.values()))
    thresholds = [DEFAULT, *(tuning.threshold(kept) for kept in KEPT)]
    load_and_pair = f"Loading takes {load_s:.1f} CPU seconds, a pair {pair_ms:.0f} ms in batches of {MODEL_BATCH}"
    lines = [
        f"{WRONG_CAPTIONS} wrong captions a picture, seed {SEED}; in brackets 95 % of {ROUNDS} bootstrap rounds.",
        "",
        "| pictures | pairs | ROC AUC | " + " | ".join(f"at {each:.2f}" for each in thresholds) + " |",
        "|---|---|---|" + "---|" * len(thresholds),
        *(_row(name, scored, thresholds) for name, scored in sets.items()),
        "",
        f"{load_and_pair} (one thread, Python {platform.python_version()}).",
    ]
    return "\n".join(lines)


def _row(name: str, scored: Scored, thresholds: list[float]) -> str:
    low, high = scored.interval()
    cells = [f"{(scored.right >= at).mean():.2f} / {(scored.wrong < at).mean():.2f}" for at in thresholds]
    return f"| {name} | {len(scored.right)} | {scored.auc():.3f} [{low:.3f}, {high:.3f}] | {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
