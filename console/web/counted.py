"""Make rows and bars of counts by outcome and reason."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from console.web.addresses import asked
from filters.lineup import MATCH_REASONS
from storage.overview import Overview
from storage.runs import RunSummary

_WIDEST_PX: Final = 400
_WITHOUT_PLACE: Final = MATCH_REASONS | {"page.incident"}
"""They are events without a place: no list shows them."""


class Counted(NamedTuple):
    outcome: str
    reason: str
    candidates: int
    shown_at: str | None


class Bar(NamedTuple):
    name: str
    candidates: int
    width_px: int


class KeptShare(NamedTuple):
    """Of the candidates of a run so many per cent were kept."""

    run_id: str
    began: str
    percent: float


def counted(reasons: Mapping[str, Mapping[str, int]], *, run: str | None = None) -> list[Counted]:
    """Return what was not kept, that with most candidates first, each with where it is listed."""
    rows = [
        Counted(outcome, reason, count, None if reason in _WITHOUT_PLACE else asked("refusals", reason=reason, run=run))
        for outcome, counts in reasons.items()
        for reason, count in counts.items()
    ]
    return sorted(rows, key=lambda each: (-each.candidates, each.reason))


def funnel(found: Overview) -> list[Bar]:
    sums = {outcome: sum(counts.values()) for outcome, counts in found.reasons.items()}
    counts = {"candidates": found.candidates, **sums, "kept": found.stored}
    most = max(found.candidates, 1)
    return [Bar(name, count, round(_WIDEST_PX * count / most)) for name, count in counts.items()]


def kept_shares(runs: Sequence[RunSummary]) -> list[KeptShare]:
    """Return what share each run kept, the oldest first, without those that had no candidate."""
    return [
        KeptShare(each.run_id, f"{each.started_at:%Y-%m-%d %H:%M}", 100 * each.stored / each.candidates)
        for each in reversed(runs)
        if each.candidates
    ]
