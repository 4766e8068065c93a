"""Show as a page what labelled pairs say of each threshold: curves, bars and numbers, and no caption or picture."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from console.calibration import FITS, MISFITS, Calibration, CurvePoint, Trial, distinct
from console.calibration_story import ANSWER_COLUMNS, AREA_COLUMNS, HELD_ONLY, UNSEEN, answers
from console.charts import Chart, Point, bars, curves
from console.html_page import command, figure, heading, html_table, page, paragraph
from console.labelled import LeftOut

_MOST_CURVES: Final = 5
"""So that each, and chance, has a colour and dashes of its own."""


def calibration_page(
    calibrations: Sequence[Calibration], left_out: Sequence[LeftOut], typed: str | None, *, held: bool
) -> str:
    return page("Calibration", _parts(calibrations, left_out, typed, held=held))


def _parts(
    calibrations: Sequence[Calibration], left_out: Sequence[LeftOut], typed: str | None, *, held: bool
) -> Iterator[str]:
    for model in dict.fromkeys(each.model for each in calibrations):
        yield heading(model)
        yield from _model([each for each in calibrations if each.model == model])
    yield paragraph(UNSEEN)
    if held:
        yield paragraph(HELD_ONLY)
    if typed is not None:
        yield heading("To take the first threshold of each")
        yield command(typed)
    if left_out:
        yield heading("Left out")
        yield html_table(
            f"{len(left_out)} rows that do not count",
            left_out,
            {"row": lambda o: o.row, "picture": lambda o: o.picture, "why": lambda o: o.why},
        )


def _model(calibrations: Sequence[Calibration]) -> Iterator[str]:
    yield html_table("How well it tells captions that fit", calibrations, AREA_COLUMNS)
    tried = [(each, each.trial) for each in distinct(calibrations) if each.trial is not None]
    if tried:
        yield html_table("Thresholds", answers(calibrations), ANSWER_COLUMNS)
        if len(tried) > _MOST_CURVES:
            yield paragraph(f"Drawn are the {_MOST_CURVES} with the most pairs; --json has all.")
        yield _roc(tried[:_MOST_CURVES])
    for calibration, trial in tried[:_MOST_CURVES]:
        yield heading(f"Captions in {calibration.language}" if calibration.language else "All captions", 3)
        yield _keep_rate(calibration, trial)
        yield _histogram(calibration)


def _roc(tried: Sequence[tuple[Calibration, Trial]]) -> str:
    areas = ", ".join(f"{each.language or 'all'} {trial.area:.3f}" for each, trial in tried)
    says = f"The nearer to the upper left corner, the better; area under each curve: {areas}."
    chart = Chart(
        title="ROC", says=says, across="share of others that is kept", up="share of fitting captions that is kept"
    )
    lines: dict[str, Sequence[Point]] = {
        each.language or "all": [(0.0, 0.0), *((point.others_kept, point.kept) for point in trial.curve)]
        for each, trial in tried
    }
    chance: dict[str, Sequence[Point]] = {"chance": [(0.0, 0.0), (1.0, 1.0)]}
    rows = [(each, point) for each, trial in tried for point in trial.curve]
    numbers = html_table("Points of the curves", rows, _ROC)
    return figure(curves(chart, {**lines, **chance}, box=((0, 0), (1, 1))), says, numbers)


def _keep_rate(calibration: Calibration, trial: Trial) -> str:
    first = trial.suggestions[0]
    says = (
        f"At {first.answer.threshold:.4g} it keeps {first.answer.kept:.1%} of the captions that fit and "
        f"{1 - first.answer.dropped:.1%} of the others."
    )
    marks = {each.rule: each.answer.threshold for each in trial.suggestions}
    chart = Chart(title="What a threshold keeps", says=says, across="threshold", up="share that is kept", marks=marks)
    lines = {
        FITS: [(each.threshold, each.kept) for each in trial.curve],
        MISFITS: [(each.threshold, each.others_kept) for each in trial.curve],
    }
    reach = [each.threshold for each in trial.curve] + list(marks.values())
    numbers = html_table(f"What thresholds keep, {calibration.name}", trial.curve, _CURVE)
    return figure(curves(chart, lines, box=((min(reach), 0), (max(reach), 1))), says, numbers)


_CURVE: Final[Mapping[str, Callable[[CurvePoint], object]]] = {
    "threshold": lambda p: f"{p.threshold:.4g}",
    "keeps of those that fit": lambda p: f"{p.kept:.1%}",
    "keeps of the others": lambda p: f"{p.others_kept:.1%}",
}
_ROC: Final[Mapping[str, Callable[[tuple[Calibration, CurvePoint]], object]]] = {
    "language": lambda r: r[0].language or "all",
    "share of others that is kept": lambda r: f"{r[1].others_kept:.1%}",
    "share of fitting captions that is kept": lambda r: f"{r[1].kept:.1%}",
    "threshold": lambda r: f"{r[1].threshold:.4g}",
}


def _histogram(calibration: Calibration) -> str:
    found = list(calibration.histogram.bins())
    says = f"Scores of {calibration.fitting} captions that fit and of {calibration.others} that do not."
    chart = Chart(title="Scores", says=says, across="score", up="pairs")
    bins = [(each.low, each.high, [each.counts[FITS], each.counts[MISFITS]]) for each in found]
    columns = {
        "from": lambda b: f"{b.low:.4g}",
        "to": lambda b: f"{b.high:.4g}",
        FITS: lambda b: b.counts[FITS],
        MISFITS: lambda b: b.counts[MISFITS],
    }
    return figure(bars(chart, bins, [FITS, MISFITS]), says, html_table("Exact counts", found, columns))
