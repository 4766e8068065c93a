"""Tell the languages of captions by langdetect alone and as a crawl does, in one run, and record both."""

import argparse
import platform
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.language_captions import UNKNOWN, Caption, captions, fetch, product_names
from benchmarks.record import record
from filters.candidate import Language
from filters.measure.language import measure_language
from filters.measure.languages.roster import DEFAULT

DOCS: Final = Path(__file__).parent.parent / "docs" / "languages.md"
BEFORE: Final = ("langdetect",)
LINEUPS: Final = {"langdetect alone": BEFORE, "eldc alone": ("eldc",), "default": DEFAULT}
BANDS: Final = (0.0, 0.25, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1.01)
NEEDED: Final = 0.5
"""LANGUAGE_MIN_CONFIDENCE as it ships."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What a lineup of detectors said of each caption, and the CPU seconds that took."""

    languages: tuple[Language | None, ...]
    right: tuple[bool, ...]
    cpu_s: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=60, help="texts of each set and language")
    options = parser.parse_args()
    fetch()
    texts = [each for each in captions(options.most * 2) if not each.is_for_fitting]
    texts = _at_most(texts, options.most)
    told = {name: _tell(detectors, texts) for name, detectors in LINEUPS.items()}
    report = "\n".join((*_sets(texts, told), *_confidence(texts, told), *_others()))
    by_language = "\n".join(_languages(texts, told))
    print(f"{report}\n\n{by_language}")
    record(report, "python -m benchmarks.languages")
    record(by_language, "python -m benchmarks.languages", DOCS)


def _tell(detectors: tuple[str, ...], texts: Sequence[Caption]) -> Told:
    measure_language("A red fox", detectors)  # loads what it needs
    began = time.process_time()
    said = tuple(measure_language(each.text, detectors) for each in texts)
    cpu_s = time.process_time() - began
    right = tuple(_label(answer) == each.language for answer, each in zip(said, texts, strict=True))
    return Told(languages=said, right=right, cpu_s=cpu_s)


def _sets(texts: Sequence[Caption], told: dict[str, Told]) -> list[str]:
    languages = len({each.language for each in texts})
    lines = [f"{len(texts):,} texts in {languages} languages. Python {platform.python_version()}."]
    lines += ["", "| | " + " | ".join(told) + " |", "|---|" + "---|" * len(told)]
    for source in sorted({each.source for each in texts}):
        chosen = [number for number, each in enumerate(texts) if each.source == source]
        of_source = [texts[number] for number in chosen]
        languages = len({each.language for each in of_source})
        cells = [_interval(of_source, [said.right[number] for number in chosen]) for said in told.values()]
        lines.append(f"| {source}: right, {languages} languages alike | " + " | ".join(cells) + " |")
    for name, count in (
        ("English called English", _english_found),
        ("other languages called English", _called_english),
        (f"with English wanted, kept of English (confidence {NEEDED} needed)", _english_kept),
        ("with English wanted, kept of others", _others_kept),
    ):
        lines.append(f"| {name} | " + " | ".join(f"{count(texts, said):.2%}" for said in told.values()) + " |")
    speeds = (f"{len(texts) / each.cpu_s:,.0f}" for each in told.values())
    lines.append("| texts a second of CPU time | " + " | ".join(speeds) + " |")
    asked = sum("langdetect" in each.detector for each in told["default"].languages if each is not None)
    return [*lines, "", f"As shipped, langdetect was asked about {asked / len(texts):.0%} of the texts.", ""]


def _languages(texts: Sequence[Caption], told: dict[str, Told]) -> list[str]:
    before, now = told["langdetect alone"], told["default"]
    lines = ["| language | texts | langdetect alone | default | most often taken for |", "|---|---|---|---|---|"]
    for language in sorted({each.language for each in texts}):
        chosen = [number for number, each in enumerate(texts) if each.language == language]
        shares = [float(np.mean([each.right[number] for number in chosen])) for each in (before, now)]
        errors = Counter(_label(now.languages[number]) or "none" for number in chosen if not now.right[number])
        often = [(label, count / len(chosen)) for label, count in errors.most_common(2)]
        taken = ", ".join(f"{label} {share:.0%}" for label, share in often if share >= 0.015)
        lines.append(f"| {language} | {len(chosen)} | {shares[0]:.0%} | {shares[1]:.0%} | {taken} |")
    return lines


def _confidence(texts: Sequence[Caption], told: dict[str, Told]) -> list[str]:
    """Say of each band of confidence how many answers fall into it, and what share of them is right."""
    lines = ["| confidence | langdetect alone: share, right | default: share, said, right |", "|---|---|---|"]
    for least, most in pairwise(BANDS):
        before, now = (_band(told[name], least, most) for name in ("langdetect alone", "default"))
        band = f"{least:.2f} to {min(most, 1):.2f}"
        lines.append(f"| {band} | {before[0]:.1%}, {before[2]} | {now[0]:.1%}, {now[1]}, {now[2]} |")
    return [*lines, ""]


def _band(told: Told, least: float, most: float) -> tuple[float, str, str]:
    found = [
        (said.confidence, right)
        for said, right in zip(told.languages, told.right, strict=True)
        if said is not None and least <= said.confidence < most
    ]
    if not found:
        return 0.0, "-", "-"
    said, right = np.mean(np.array(found, float), axis=0)
    return len(found) / len(told.languages), f"{said:.0%}", f"{right:.0%}"


def _others() -> list[str]:
    """What is in no language, or in one that no detector knows, should get little confidence."""
    names = product_names(500)
    unknown = [each.text for each in captions(60, UNKNOWN)]
    rows = {"names of devices, with digits": names, f"texts in {', '.join(sorted(UNKNOWN))}": unknown}
    lines = [f"| confidence of {NEEDED} or more | langdetect alone | default |", "|---|---|---|"]
    for name, others in rows.items():
        answers = ([measure_language(each, detectors) for each in others] for detectors in (BEFORE, DEFAULT))
        shares = (f"{np.mean([_is_confident(each) for each in said]):.0%}" for said in answers)
        lines.append(f"| {name} | {' | '.join(shares)} |")
    return lines


def _interval(texts: Sequence[Caption], right: Sequence[bool]) -> str:
    """Return the mean over languages, with a 95 % bootstrap interval over texts."""
    chance = np.random.default_rng(0)
    by_language: dict[str, list[bool]] = defaultdict(list)
    for each, is_right in zip(texts, right, strict=True):
        by_language[each.language].append(is_right)
    columns = [chance.choice(np.array(each), (500, len(each))).mean(axis=1) for each in by_language.values()]
    drawn = np.mean(columns, axis=0)
    mean = np.mean([np.mean(each) for each in by_language.values()])
    return f"{mean:.1%} ({np.quantile(drawn, 0.025):.1%} to {np.quantile(drawn, 0.975):.1%})"


def _share(texts: Sequence[Caption], told: Told, english: bool, counts: Callable[[Language | None], bool]) -> float:
    chosen = [said for said, each in zip(told.languages, texts, strict=True) if (each.language == "en") == english]
    return float(np.mean([counts(each) for each in chosen]))


def _english_found(texts: Sequence[Caption], told: Told) -> float:
    return _share(texts, told, True, lambda said: _label(said) == "en")


def _called_english(texts: Sequence[Caption], told: Told) -> float:
    return _share(texts, told, False, lambda said: _label(said) == "en")


def _english_kept(texts: Sequence[Caption], told: Told) -> float:
    return _share(texts, told, True, lambda said: _label(said) == "en" and _is_confident(said))


def _others_kept(texts: Sequence[Caption], told: Told) -> float:
    return _share(texts, told, False, lambda said: _label(said) == "en" and _is_confident(said))


def _label(said: Language | None) -> str | None:
    return None if said is None else said.label


def _is_confident(said: Language | None) -> bool:
    return said is not None and said.confidence >= NEEDED


def _at_most(texts: Sequence[Caption], most: int) -> list[Caption]:
    seen: Counter[tuple[str, str]] = Counter()
    kept = []
    for each in texts:
        seen[each.source, each.language] += 1
        if seen[each.source, each.language] <= most:
            kept.append(each)
    return kept


if __name__ == "__main__":
    main()
