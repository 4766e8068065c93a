"""Read what the filters said of each candidate of a run, without holding the run in memory."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from sqlalchemy import Text, cast, select

from filters.consistency import Consistency
from filters.language import LanguageWanted
from filters.safety import Safety
from storage.batches import by_walking, rows_by
from storage.database import Database
from storage.tables import sighting

_WANTED: Final = frozenset({LanguageWanted.name, Consistency.name, Safety.name})


class Said(msgspec.Struct, frozen=True, gc=False):
    """One verdict; of most filters its evidence is not even decoded."""

    filter: str
    outcome: str
    evidence: msgspec.Raw
    reason: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """One candidate that has a sighting; `evidence` is that of the verdicts about its language and of models."""

    outcome: str
    """stored, refused, unsure, failed"""
    reason: str | None
    page_host: str
    evidence: Mapping[str, Mapping[str, Any]]

    @property
    def asked_for_language(self) -> bool:
        return LanguageWanted.name in self.evidence

    @property
    def language(self) -> str | None:
        """Return the label of its caption's language; None if it was not detected, or nobody asked."""
        said = self.evidence.get(LanguageWanted.name) or self.evidence.get(Consistency.name) or {}
        label = said.get("language")
        return label if isinstance(label, str) else None


def judged(db: Database, run_id: str) -> Iterator[Judged]:
    """Yield the sightings of a run. A match with known material has none."""
    as_text = cast(sighting.c.verdicts, Text).label("verdicts")  # to decode all of them takes five times as long
    columns = (sighting.c.id.label("key"), sighting.c.outcome, sighting.c.reason, sighting.c.page_host, as_text)
    query = select(*columns).where(by_walking(sighting.c.run_id) == run_id)
    for row in rows_by(sighting.c.id, query, db):
        said = {each.filter: _VALUES.decode(each.evidence) for each in _VERDICTS.decode(row.verdicts) if _wanted(each)}
        yield Judged(outcome=row.outcome, reason=row.reason, page_host=row.page_host, evidence=said)


_VERDICTS: Final = msgspec.json.Decoder(list[Said])
_VALUES: Final = msgspec.json.Decoder(dict[str, Any])


def _wanted(said: Said) -> bool:
    return said.filter in _WANTED
