"""Gather the rows of one share, so that each table is written once."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Table, insert

from filters.facts import Facts, Score
from filters.signals.signal import Document
from filters.verdict import Verdict
from storage.bulk import insert_all
from storage.canonical import plain
from storage.consent_documents import keep_documents, named_in_row
from storage.decisions import Said, body_of, sighting_row
from storage.drafts import Draft, KeptDraft
from storage.incidents import Sealed
from storage.kept_pictures import keep_pictures
from storage.ledger import INCIDENTS, Ledger, Record, run_segment
from storage.object_intents import fulfil
from storage.retained import is_retained, retain
from storage.shadow_counts import ALONE, SAMPLED, count_shadows
from storage.tables import event, incident, incident_key, pair, sighting, tally
from storage.upsert import upsert


@dataclass(frozen=True, kw_only=True, slots=True)
class ShareRows:
    """Rows of one run that are written in one transaction, all of one time."""

    run_id: str
    settings_digest: str
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    _sightings: list[dict[str, Any]] = field(default_factory=list)
    _pictures: list[dict[str, Any]] = field(default_factory=list)
    _safety: list[tuple[Score, ...] | None] = field(default_factory=list)
    """What models say of each of the pictures."""
    _pairs: list[dict[str, Any]] = field(default_factory=list)
    _measured: list[Facts] = field(default_factory=list)
    _events: list[dict[str, Any]] = field(default_factory=list)
    _incidents: list[dict[str, Any]] = field(default_factory=list)
    _incident_keys: list[dict[str, Any]] = field(default_factory=list)
    _decisions: list[Record] = field(default_factory=list)
    _matches: list[Record] = field(default_factory=list)
    _tallies: Counter[tuple[str, str]] = field(default_factory=Counter)
    _shadows: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    _documents: list[Document] = field(default_factory=list)

    def see(self, said: Said, draft: Draft) -> str:
        """Add a sighting, what was measured of its picture, its ledger record and its count; return its id."""
        row = sighting_row(said, draft, self.at) | {"run_id": self.run_id}
        self._sightings.append(row)
        if draft.facts is not None and is_retained(said.reason):
            self._measured.append(draft.facts)
        self._tallies[said.outcome, said.reason or ""] += 1
        self._decisions.append(
            Record(
                kind="decision",
                subject=row["id"],
                outcome=said.outcome,
                reason=said.reason,
                epoch=said.epoch,
                settings_digest=self.settings_digest,
                body=body_of(row, said.lineup),
                at=self.at,
            )
        )
        return str(row["id"])

    def keep(self, draft: KeptDraft, sighting_id: str) -> None:
        kept, clean, digest = draft.entry, draft.entry.pair, draft.sha256
        stored = clean.facts.stored_sha256
        self._safety.append(clean.facts.safety)
        self._pictures.append(
            {
                "sha256": digest,
                "facts": draft.picture,
                "object_key": kept.object_key,
                "stored_sha256": None if stored == digest else stored,
                "stored_at": self.at,
            }
        )
        self._pairs.append(
            {
                "id": draft.pair_id,
                "sha256": digest,
                "fit": clean.facts.fit,
                "text_digest": draft.text_digest,
                "sighting_id": sighting_id,
                "run_id": self.run_id,
                "state": "provisional" if kept.provisional else "kept",
                "epoch": clean.decision.epoch,
                "stored_at": self.at,
            }
        )

    def shade(self, verdict: Verdict, others: Sequence[str]) -> None:
        """Count a refusal whose candidate was shown to the filters after the one that refused."""
        for other in (SAMPLED, *(others or (ALONE,))):
            self._shadows[verdict.filter, str(verdict.reason), other] += 1

    def seal(self, event_id: str, sealed: Sealed, verdict: Verdict, *, due: date | None) -> None:
        """Add a match: its event and its sealed incident, which the ledger names by digest, and the data key."""
        said = {"sealed": sealed.record, "key_id": sealed.key_id, "form": sealed.form, "due": due}
        self._incidents.append({"event_id": event_id, **said})
        if sealed.data_key is not None:
            self._incident_keys.append({"event_id": event_id, "sealed": sealed.data_key})
        due_text = None if due is None else due.isoformat()
        self.happen(event_id, "match", verdict, {"sealed_sha256": sealed.digest, "due": due_text})

    def happen(self, event_id: str, kind: str, verdict: Verdict, sealed: Mapping[str, str | None]) -> None:
        """Add an event and its ledger record: no epoch, no settings, and no time but the day."""
        day, outcome, reason = self.at.date(), verdict.outcome.value, str(verdict.reason)
        said = {"filter": verdict.filter, "filter_version": verdict.filter_version, "reason": reason}
        self._events.append({"id": event_id, "run_id": self.run_id, "day": day, "outcome": outcome, **said})
        self._tallies[outcome, reason] += 1
        self._matches.append(
            Record(
                kind=kind,
                subject=event_id,
                outcome=outcome,
                reason=reason,
                epoch=None,
                settings_digest=None,
                body={**said, **sealed, "day": day.isoformat()},
                at=day,
            )
        )

    def offer(self, documents: Sequence[Document], *, since: int) -> frozenset[str]:
        """Add those that sightings name, and return their digests; `since` of so many sightings nothing is asked.

        An event names none: a document would show whose page it was.
        """
        if not documents:
            return frozenset()
        named = {digest for row in self._sightings[since:] for digest in named_in_row(plain(row))}
        self._documents.extend(each for each in documents if each.sha256 in named)
        return frozenset(each.sha256 for each in documents if each.sha256 in named)

    def __len__(self) -> int:
        """Return how many sightings there are."""
        return len(self._sightings)

    def insert(self, conn: Connection, ledger: Ledger) -> None:
        """Write all of it."""
        insert_all(conn, sighting, self._sightings)
        keep_documents(conn, self._documents)
        fulfil(conn, keep_pictures(conn, self._pictures, self._safety))
        retain(conn, self._measured, self.at)
        insert_all(conn, pair, self._pairs)
        _insert(conn, event, self._events)
        _insert(conn, incident, self._incidents)
        _insert(conn, incident_key, self._incident_keys)
        _count(conn, self.run_id, self._tallies)
        count_shadows(conn, self.run_id, self._shadows)
        ledger.append_all(conn, run_segment(self.run_id), self._decisions)
        ledger.append_all(conn, INCIDENTS, self._matches)


def _insert(conn: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        conn.execute(insert(table), rows)


def _count(conn: Connection, run_id: str, tallies: Counter[tuple[str, str]]) -> None:
    if not tallies:
        return
    statement = upsert(conn, tally)
    statement = statement.on_conflict_do_update(
        index_elements=["run_id", "outcome", "reason"], set_={"count": tally.c.count + statement.excluded.count}
    )
    rows = [
        {"run_id": run_id, "outcome": outcome, "reason": reason, "count": count}
        for (outcome, reason), count in tallies.items()
    ]
    conn.execute(statement, rows)
