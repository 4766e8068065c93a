"""Make rows and bars of counts by outcome and reason."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final, NamedTuple

from console.docs_filters import codes
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


def by_filter(reasons: Mapping[str, Mapping[str, int]]) -> list[tuple[str, int]]:
    """Return how many each filter or step did not let through, the most first; a code that several give names all."""
    given_by, sums = _given_by(), Counter[str]()
    for counts in reasons.values():
        for reason, count in counts.items():
            sums[given_by.get(reason, "somebody else's")] += count
    return sorted(sums.items(), key=lambda each: (-each[1], each[0]))


@cache
def _given_by() -> Mapping[str, str]:
    return {code: by for code, (_, by, _) in codes().items()}


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
