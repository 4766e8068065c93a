"""Score the rows of labelled pairs, each from where its scores are to be had, and part those that do not count."""

from collections.abc import Iterable, Iterator

from console.labelled import LabelledPair, LeftOut
from console.labelled_scores import PictureScorer, Result, ScoredPair, score_held
from console.workplace import Workplace
from filters.measure.languages.roster import DetectorNotReady
from filters.models import Models
from storage.errors import NotReady


def score_rows(
    workplace: Workplace, rows: Iterable[LabelledPair | LeftOut], models: Models
) -> tuple[list[ScoredPair], list[LeftOut]]:
    """Return what counts, and in the order of rows what does not. Raises `NotReady` if a model or a detector is not."""
    pairs: list[ScoredPair] = []
    left_out: list[LeftOut] = []
    for each in _results(workplace, _readable(rows, left_out), models):
        if isinstance(each, LeftOut):
            left_out.append(each)
        else:
            pairs.append(each)
    return pairs, sorted(left_out, key=lambda each: each.row)


def _readable(rows: Iterable[LabelledPair | LeftOut], left_out: list[LeftOut]) -> Iterator[LabelledPair]:
    for each in rows:
        if isinstance(each, LeftOut):
            left_out.append(each)
        else:
            yield each


def _results(workplace: Workplace, pairs: Iterator[LabelledPair], models: Models) -> Iterator[Result]:
    """Workers are started, and the database is opened, only if a row needs them."""
    held: list[LabelledPair] = []
    pictures = _without_held(pairs, held)
    first = next(pictures, None)
    if first is not None:
        yield from _of_pictures(workplace, first, pictures, models)
    if held:
        yield from score_held(held, workplace.database, models)


def _of_pictures(
    workplace: Workplace, first: LabelledPair, others: Iterator[LabelledPair], models: Models
) -> Iterator[Result]:
    scorer = PictureScorer(workplace.configuration, models)
    try:
        yield from scorer.score([first])
        yield from scorer.score(others)
    except DetectorNotReady as problem:
        raise NotReady(str(problem)) from None
    finally:
        scorer.close()


def _without_held(pairs: Iterator[LabelledPair], held: list[LabelledPair]) -> Iterator[LabelledPair]:
    for each in pairs:
        if each.pair_id is None:
            yield each
        else:
            held.append(each)
