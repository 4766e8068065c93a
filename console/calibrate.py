"""Calibrate the thresholds of models that say how well captions fit, on pairs that people have labelled."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import click
import msgspec

from console.calibration import FITS, MISFITS, Calibration, settings_of
from console.calibration import calibrate as calibrated
from console.calibration_page import calibration_page
from console.calibration_story import lines, next_step
from console.command import Verb, at_work
from console.exit_code import ExitCode
from console.html_page import html_option, save
from console.labelled import LeftOut, read_labelled
from console.labelled_rows import score_rows
from console.labelled_scores import ScoredPair
from console.workplace import Workplace
from filters.measure.models.model import ModelNotReady
from filters.measure.models.shelf import describe
from filters.models import Models
from filters.thresholds import BadSetting, Thresholds
from storage.errors import NotReady

_KEEP: Final = 0.95


@click.command(
    cls=Verb,
    examples=[
        "altsieve calibrate labelled.csv --html calibration.html",
        "altsieve calibrate labelled.csv --keep 0.9 -s CONSISTENCY_MODELS=./models/clip",
    ],
)
@click.argument("labelled", type=click.Path(exists=True, readable=True, path_type=Path))
@click.option(
    "--keep",
    type=click.FloatRange(0, 1, min_open=True),
    default=_KEEP,
    show_default=True,
    help="The share of fitting captions to keep.",
)
@html_option
@at_work
def calibrate(workplace: Workplace, labelled: Path, keep: float, html_file: Path | None) -> None:
    """Suggest thresholds from labelled pairs.

    LABELLED is a CSV file with the columns picture (a file), caption, fits (yes or no) and, if you like, language; or
    with pair (the id of one that is held) and fits. Or it is a folder with the folders fits and misfits, in which each
    picture has its caption beside it, as a .txt file of the same name. Ends with 1 if a row had to be left out, or
    if there are too few pairs to suggest anything.
    """
    models, thresholds = _models(workplace), _thresholds(workplace)
    pairs, left_out = score_rows(workplace, read_labelled(labelled), models)
    found = list(calibrated(pairs, models.fit, keep, thresholds))
    held = any(each.held for each in pairs)
    typed = next_step(found, thresholds)
    if html_file is not None:
        save(html_file, calibration_page(found, left_out, typed, held=held))
    told = [
        *lines(found, left_out, held=held),
        *_not_measured(pairs),
        *(["", "to take them:", f"  {typed}"] if typed else []),
    ]
    workplace.output.record(_fields(models, found, pairs, left_out), told)
    if left_out or typed is None:
        raise click.exceptions.Exit(ExitCode.FOUND)


def _models(workplace: Workplace) -> Models:
    try:
        models = describe(fit=sorted(set(workplace.configuration.names("CONSISTENCY_MODELS"))))
    except ModelNotReady as problem:
        raise NotReady(str(problem)) from None
    if not models.fit:
        raise NotReady("CONSISTENCY_MODELS names no model: name one, as in -s CONSISTENCY_MODELS=label-consistency")
    return models


def _thresholds(workplace: Workplace) -> Mapping[str, float]:
    try:
        return Thresholds.from_settings(workplace.configuration.values).consistency_min
    except BadSetting as bad:
        raise click.UsageError(str(bad)) from None


def _not_measured(pairs: Sequence[ScoredPair]) -> Iterator[str]:
    for language, number in _languages_not_measured(pairs).items():
        captions = "1 caption" if number == 1 else f"{number} captions"
        yield f"{captions} in {language}: measured by none of these models"


def _languages_not_measured(pairs: Sequence[ScoredPair]) -> Mapping[str, int]:
    counts = Counter(each.language or "no language that was detected" for each in pairs if not each.scores)
    return dict(sorted(counts.items()))


def _fields(
    models: Models, found: Sequence[Calibration], pairs: Sequence[ScoredPair], left_out: Sequence[LeftOut]
) -> Mapping[str, Any]:
    return {
        "cards": msgspec.to_builtins(models.fit),
        "pairs": len(pairs),
        "left_out": msgspec.to_builtins(left_out),
        "not_measured": _languages_not_measured(pairs),
        "suggested": settings_of(found),
        "models": [_calibration(each) for each in found],
    }


def _calibration(one: Calibration) -> Mapping[str, Any]:
    bins = [
        {"low": each.low, "high": each.high, "fitting": each.counts[FITS], "others": each.counts[MISFITS]}
        for each in one.histogram.bins()
    ]
    return {
        "model": one.model,
        "language": one.language,
        "fitting": one.fitting,
        "others": one.others,
        "too_few": one.trial is None,
        "trial": msgspec.to_builtins(one.trial),
        "bins": bins,
    }
