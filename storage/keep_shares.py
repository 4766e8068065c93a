"""Count what was kept by language and by top-level domain, so that a bias is seen."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from filters.indexes.host_names import is_address
from storage.judged import Judged

NOT_DETECTED: Final = "not detected"
NOT_ASKED: Final = "decided before"
"""Its caption was decided on before anybody asked for its language."""
ADDRESS: Final = "no name"
"""The page's host is an address."""
_SAY_NOTHING: Final = ("duplicate.", "domain.", "source.", "withdrawn.")
"""First words of reasons that say nothing of a caption: it repeats itself, or we had decided on it before."""


@dataclass(kw_only=True, slots=True)
class KeepShare:
    """What became of the candidates of one kind. Those that failed, or were decided on by `_SAY_NOTHING`, are left out.

    Unsure counts as not kept: that nobody can measure a language is a bias too.
    """

    kind: str
    kept: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def judged(self) -> int:
        return self.kept + self.reasons.total()

    @property
    def share(self) -> float:
        return self.kept / self.judged if self.judged else 0.0

    @property
    def most_for(self) -> str | None:
        """Return the reason most were not kept for; of equal ones the first of the alphabet."""
        return min(self.reasons, key=lambda each: (-self.reasons[each], each), default=None)


class KeepShares:
    """Shown each candidate of a run once."""

    def __init__(self) -> None:
        self._by_language: dict[str, KeepShare] = {}
        self._by_top_level: dict[str, KeepShare] = {}

    @property
    def by_language(self) -> tuple[KeepShare, ...]:
        """Return them with the most judged first."""
        return _sorted(self._by_language)

    @property
    def by_top_level(self) -> tuple[KeepShare, ...]:
        """Return the same for the last label of the page's host."""
        return _sorted(self._by_top_level)

    def see(self, seen: Judged) -> None:
        if seen.outcome == "failed" or str(seen.reason).startswith(_SAY_NOTHING):
            return
        language = seen.language or (NOT_DETECTED if seen.asked_for_language else NOT_ASKED)
        for kind, shares in ((language, self._by_language), (top_level(seen.page_host), self._by_top_level)):
            share = shares.get(kind) or shares.setdefault(kind, KeepShare(kind=kind))
            if seen.outcome == "stored":
                share.kept += 1
            else:
                share.reasons[str(seen.reason)] += 1


def top_level(host: str) -> str:
    """Return the last label of a host, such as `de`; an address has none."""
    if not host or is_address(host):
        return ADDRESS
    return "." + host.rstrip(".").rpartition(".")[2]


def _sorted(shares: dict[str, KeepShare]) -> tuple[KeepShare, ...]:
    return tuple(sorted(shares.values(), key=lambda each: (-each.judged, each.kind)))
