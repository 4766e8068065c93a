"""Look through a run once for its scores, for what other thresholds would have kept, and for whom it keeps least."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click
import msgspec

from console.recall import wilson
from storage.database import Database
from storage.histogram import Bin
from storage.judged import judged
from storage.keep_shares import KeepShare, KeepShares
from storage.picture_sizes import PictureSize, picture_sizes
from storage.runs import RunSummary
from storage.score_survey import NOT_STORED, STORED, OtherThreshold, Scores, ScoreSurvey, WhatIf
from storage.shadow_shares import ShadowShare, shadow_shares


@dataclass(frozen=True, kw_only=True)
class RunSurvey:
    """What was found. `candidates` are all that the run decided, with or without a score."""

    candidates: int
    scores: Sequence[Scores]
    others: Sequence[WhatIf]
    by_language: Sequence[KeepShare]
    by_top_level: Sequence[KeepShare]
    shadows: Sequence[ShadowShare]
    sizes: Sequence[PictureSize]

    def fields(self) -> dict[str, Any]:
        """Return it for programs."""
        return {
            "scores": [_scores(each, self.candidates) for each in self.scores],
            "thresholds": [_what_if(each, self.never_reached(each.threshold.model)) for each in self.others],
            "languages": [_share(each, "language") for each in self.by_language],
            "top_level_domains": [_share(each, "top_level_domain") for each in self.by_top_level],
            "shadows": [_shadow(each) for each in self.shadows],
            "sizes": msgspec.to_builtins(self.sizes),
        }

    def never_reached(self, model: str) -> int:
        """Return how many were decided without a score of this model."""
        return self.candidates - sum(each.scored for each in self.scores if each.model == model)


def survey(db: Database, run: RunSummary, others: Sequence[OtherThreshold]) -> RunSurvey:
    scores, shares = ScoreSurvey(run.settings, others), KeepShares()
    seen = 0
    for each in judged(db, run.run_id):
        seen += 1
        scores.see(each)
        shares.see(each)
    return RunSurvey(
        candidates=max(run.candidates, seen),  # a run that goes on has decided more since it was counted
        scores=scores.scores,
        others=scores.others,
        by_language=shares.by_language,
        by_top_level=shares.by_top_level,
        shadows=shadow_shares(db, run.run_id),
        sizes=picture_sizes(db, run.run_id),
    )


def read_threshold(ctx: click.Context, option: click.Parameter, given: Sequence[str]) -> tuple[OtherThreshold, ...]:
    """Read `MODEL=X` or `MODEL/LANGUAGE=X`."""
    return tuple(_threshold(each) for each in given)


def _threshold(text: str) -> OtherThreshold:
    name, _, number = text.rpartition("=")
    # a model may be named by a path, but what its card calls it has no slash: what follows one is a language
    model, _, language = name.partition("/")
    try:
        value = float(number)
    except ValueError:
        value = float("nan")
    if not model or value - value != 0:
        raise click.BadParameter("write it as MODEL=NUMBER, for example --threshold opennsfw=0.3")
    return OtherThreshold(model=model, language=language or None, value=value)


def _scores(scores: Scores, candidates: int) -> dict[str, Any]:
    return {
        "model": scores.model,
        "filter": scores.filter,
        "keeps": scores.keeps.value,
        "thresholds": scores.thresholds,
        "scored": scores.scored,
        "never_reached": candidates - scores.scored,
        "bins": [_bin(each) for each in scores.histogram.bins()],
    }


def _bin(one: Bin) -> dict[str, Any]:
    counts = {"stored": one.counts[STORED], "not_stored": one.counts[NOT_STORED]}
    return {"low": one.low, "high": one.high, **counts}


def _what_if(what_if: WhatIf, never_reached: int) -> Mapping[str, Any]:
    return {**msgspec.to_builtins(what_if), "never_reached": never_reached}


def _share(share: KeepShare, kind: str) -> dict[str, Any]:
    low, high = wilson(share.kept, share.judged)
    counts = {"kept": share.kept, "judged": share.judged, "share": share.share, "low": low, "high": high}
    return {kind: share.kind, **counts, "reasons": dict(share.reasons)}


def _shadow(shadow: ShadowShare) -> dict[str, Any]:
    low, high = wilson(shadow.alone, shadow.sampled)
    return {**msgspec.to_builtins(shadow), "share": shadow.share, "low": low, "high": high}
