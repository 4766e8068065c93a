"""Count for each host of pictures what became of them in a run, and pick those that hardly anything is kept from."""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select

from storage.database import Database
from storage.tables import sighting

FEWEST_JUDGED: Final = 20
"""A host with fewer judged candidates is not suggested: a few refusals say little."""
REFUSED_SHARE: Final = 0.9
"""A host is suggested from this share on."""
_OUR_OWN: Final = ("duplicate.", "domain.", "source.", "withdrawn.")
"""First words of reasons that say nothing of the host: it repeats itself, or we had decided on it before."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HostShare:
    """What became of the candidates whose picture is on a host.

    `judged` leaves out what failed, what is unsure, and `_OUR_OWN`: blocking a host is suggested for refusals alone.
    """

    host: str
    candidates: int
    stored: int
    judged: int
    refused: int
    most_for: str | None
    """The reason most of them were refused for."""
    unsure: int = 0

    @property
    def kept_share(self) -> float:
        """Return the share that was kept; unsure counts as not kept, as it does by language."""
        judged = self.judged + self.unsure
        return self.stored / judged if judged else 0.0

    @property
    def share(self) -> float:
        return self.refused / self.judged if self.judged else 0.0

    @property
    def suggested(self) -> bool:
        return self.judged >= FEWEST_JUDGED and self.share >= REFUSED_SHARE


def host_shares(db: Database, run_id: str) -> tuple[HostShare, ...]:
    """Return every host of the run, that with the most candidates first. A match with known material is in none."""
    columns = (sighting.c.image_host, sighting.c.outcome, sighting.c.reason)
    query = select(*columns, func.count()).where(sighting.c.run_id == run_id).group_by(*columns)
    of_host: dict[str, Counter[tuple[str, str | None]]] = {}
    with db.read() as conn:
        for host, outcome, reason, count in conn.execute(query):
            of_host.setdefault(host, Counter())[outcome, reason] += count
    shares = (_share(host, counts) for host, counts in of_host.items() if host)
    return tuple(sorted(shares, key=lambda each: (-each.candidates, each.host)))


def _share(host: str, counts: Counter[tuple[str, str | None]]) -> HostShare:
    stored = counts["stored", None]
    refused = Counter(
        {reason: n for (outcome, reason), n in counts.items() if outcome == "refused" and _says_something(reason)}
    )
    most = refused.most_common(1)
    return HostShare(
        host=host,
        candidates=counts.total(),
        stored=stored,
        judged=stored + refused.total(),
        refused=refused.total(),
        most_for=most[0][0] if most else None,
        unsure=sum(n for (outcome, _), n in counts.items() if outcome == "unsure"),
    )


def _says_something(reason: str | None) -> bool:
    return not str(reason).startswith(_OUR_OWN)
