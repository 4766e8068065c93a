"""Write one share inside the caller's transaction: sightings, pairs, events, tallies, ledger and the page's end."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Table, insert, select, tuple_
from sqlalchemy.dialects.sqlite import insert as upsert

from filters.candidate import Candidate, Hop
from filters.facts import Fetched
from filters.page_incident import beside_a_match
from filters.verdict import Outcome, Verdict
from storage import gate
from storage.canonical import plain
from storage.decisions import (
    Said,
    body_of,
    recordable,
    said_of_failed,
    said_of_kept,
    said_of_refused,
    said_of_repeated,
    said_of_withdrawn,
    sighting_keys,
    sighting_row,
)
from storage.errors import SecretInTheClear, UnknownPage
from storage.frontier import PageState, decided_keys, end_page
from storage.incidents import seal
from storage.keys import KeyRing
from storage.ledger import INCIDENTS, Ledger, Record, run_segment
from storage.shares import BesideMatch, Entry, Failed, Kept, Match, Receipt, Refused, Result, Share
from storage.tables import event, incident, page, pair, picture, sighting, tally, tombstone


@dataclass(frozen=True, kw_only=True, slots=True)
class _Known:
    """What the database holds about the share before it is written."""

    epoch: int
    page_over: bool
    decided: set[tuple[str, str]]
    pairs: set[str]
    tombstones: set[tuple[str, str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Rows:
    """What is to be inserted, gathered so that each table is written once a share."""

    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    sightings: list[dict[str, Any]] = field(default_factory=list)
    pictures: list[dict[str, Any]] = field(default_factory=list)
    pairs: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    incidents: list[dict[str, Any]] = field(default_factory=list)
    decisions: list[Record] = field(default_factory=list)
    matches: list[Record] = field(default_factory=list)
    tallies: Counter[tuple[str, str]] = field(default_factory=Counter)


class ShareWriter:
    """Write shares of one run. Writing the same share twice changes nothing the second time."""

    def __init__(
        self, ledger: Ledger, keys: KeyRing, *, run_id: str, settings_digest: str, incident_public_key: str | None
    ) -> None:
        self._ledger = ledger
        self._keys = keys
        self._run_id = run_id
        self._settings_digest = settings_digest
        self._incident_public_key = incident_public_key

    def write(self, conn: Connection, share: Share) -> Receipt:
        known, rows = self._known(conn, share), _Rows()
        results = tuple(self._enter(rows, known, each) for each in share.entries)
        self._insert(conn, rows)
        page_done = share.last and Result.EPOCH_MOVED not in results
        if page_done and not known.page_over:
            end_page(conn, share.page_id, PageState.DONE)
        return Receipt(results=results, epoch=known.epoch, page_done=page_done)

    def _known(self, conn: Connection, share: Share) -> _Known:
        of_page = (page.c.id == share.page_id) & (page.c.run_id == self._run_id)
        state = conn.execute(select(page.c.state).where(of_page)).scalar_one_or_none()
        if state is None:
            raise UnknownPage("the run has no such page")
        kept = [each.pair for each in share.entries if isinstance(each, Kept)]
        graves = [("picture", each.facts.digests.sha256) for each in kept] + [("pair", each.pair_id) for each in kept]
        return _Known(
            epoch=gate.epoch(conn),
            page_over=state in (PageState.DONE, PageState.FAILED),
            decided=decided_keys(conn, share.page_id),
            pairs=_pairs_among(conn, [each.pair_id for each in kept]),
            tombstones=_tombstones_among(conn, graves),
        )

    def _enter(self, rows: _Rows, known: _Known, entry: Entry) -> Result:
        match entry:
            case Match():
                return self._enter_match(rows, known, entry)
            case BesideMatch():
                return self._enter_beside(rows, known)
        key = sighting_keys(self._keys, entry.candidate)
        if key in known.decided:
            return Result.ALREADY
        result = self._enter_sighting(rows, known, entry, key)
        if result is not Result.EPOCH_MOVED:
            known.decided.add(key)
        return result

    def _enter_sighting(
        self, rows: _Rows, known: _Known, entry: Kept | Refused | Failed, key: tuple[str, str]
    ) -> Result:
        match entry:
            case Kept():
                return self._enter_kept(rows, known, entry, key)
            case Refused():
                self._see(rows, said_of_refused(entry), entry.candidate, entry.fetched, key)
            case Failed():
                self._see(rows, said_of_failed(entry, known.epoch), entry.candidate, entry.hops, key)
        return Result.RECORDED

    def _enter_kept(self, rows: _Rows, known: _Known, kept: Kept, key: tuple[str, str]) -> Result:
        clean = kept.pair
        said, result = said_of_kept(kept), Result.STORED
        if clean.decision.epoch != known.epoch:
            return Result.EPOCH_MOVED
        if ("picture", clean.facts.digests.sha256) in known.tombstones:
            said, result = said_of_withdrawn(kept, "picture"), Result.TOMBSTONED
        elif ("pair", clean.pair_id) in known.tombstones:
            said, result = said_of_withdrawn(kept, "pair"), Result.TOMBSTONED
        elif clean.pair_id in known.pairs:
            said, result = said_of_repeated(kept), Result.DUPLICATE
        sighting_id = self._see(rows, said, kept.candidate, clean.fetched, key)
        if result is Result.STORED:
            known.pairs.add(clean.pair_id)
            self._keep(rows, kept, sighting_id)
        return result

    def _keep(self, rows: _Rows, kept: Kept, sighting_id: str) -> None:
        clean = kept.pair
        digest = clean.facts.digests.sha256
        rows.pictures.append(
            {"sha256": digest, "facts": plain(clean.facts), "object_key": kept.object_key, "stored_at": rows.at}
        )
        rows.pairs.append(
            {
                "id": clean.pair_id,
                "sha256": digest,
                "text_digest": sha256(clean.candidate.text.encode()).hexdigest(),
                "sighting_id": sighting_id,
                "run_id": self._run_id,
                "state": "provisional" if kept.provisional else "kept",
                "epoch": clean.decision.epoch,
                "stored_at": rows.at,
            }
        )

    def _see(
        self,
        rows: _Rows,
        said: Said,
        candidate: Candidate,
        fetched: Fetched | tuple[Hop, ...] | None,
        key: tuple[str, str],
    ) -> str:
        row = sighting_row(said, candidate, fetched, key=key, at=rows.at) | {"run_id": self._run_id}
        rows.sightings.append(row)
        rows.tallies[said.outcome, said.reason or ""] += 1
        rows.decisions.append(
            Record(
                kind="decision",
                subject=row["id"],
                outcome=said.outcome,
                reason=said.reason,
                epoch=said.epoch,
                settings_digest=self._settings_digest,
                body=body_of(row, said.lineup),
                at=rows.at,
            )
        )
        return str(row["id"])

    def _enter_match(self, rows: _Rows, known: _Known, entry: Match) -> Result:
        verdict = entry.decision.decisive
        if verdict is None or verdict.outcome is not Outcome.REFUSED or verdict.reason is None:
            raise SecretInTheClear("a match needs the verdict that refused it")
        if known.page_over:
            return Result.ALREADY
        event_id = str(uuid4())
        sealed, key_id = seal(self._incident_public_key, self._incident(rows, event_id, entry))
        rows.incidents.append({"event_id": event_id, "sealed": sealed, "key_id": key_id})
        digest = None if sealed is None else sha256(sealed).hexdigest()
        self._happen(rows, event_id, "match", verdict, {"sealed_sha256": digest})
        return Result.RECORDED

    def _enter_beside(self, rows: _Rows, known: _Known) -> Result:
        if known.page_over:
            return Result.ALREADY
        self._happen(rows, str(uuid4()), "beside-match", beside_a_match(), {})
        return Result.RECORDED

    def _happen(
        self, rows: _Rows, event_id: str, kind: str, verdict: Verdict, sealed: Mapping[str, str | None]
    ) -> None:
        """Gather an event and its ledger record: no epoch, no settings, and no time but the day."""
        day, reason = rows.at.date(), str(verdict.reason)
        said = {"filter": verdict.filter, "filter_version": verdict.filter_version, "reason": reason}
        outcome = verdict.outcome.value
        rows.events.append({"id": event_id, "run_id": self._run_id, "day": day, "outcome": outcome, **said})
        rows.tallies[outcome, reason] += 1
        rows.matches.append(
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

    def _incident(self, rows: _Rows, event_id: str, entry: Match) -> dict[str, Any]:
        found = {
            "candidate": entry.candidate,
            "fetched": entry.fetched,
            "facts": entry.facts,
            "decision": entry.decision,
        }
        return {"event_id": event_id, "run_id": self._run_id, "judged_at": rows.at.isoformat(), **recordable(found)}

    def _insert(self, conn: Connection, rows: _Rows) -> None:
        _insert_all(conn, sighting, rows.sightings)
        if rows.pictures:
            conn.execute(upsert(picture).on_conflict_do_nothing(), rows.pictures)
        _insert_all(conn, pair, rows.pairs)
        _insert_all(conn, event, rows.events)
        _insert_all(conn, incident, rows.incidents)
        _count(conn, self._run_id, rows.tallies)
        self._ledger.append_all(conn, run_segment(self._run_id), rows.decisions)
        self._ledger.append_all(conn, INCIDENTS, rows.matches)


def _pairs_among(conn: Connection, ids: Sequence[str]) -> set[str]:
    return set(conn.execute(select(pair.c.id).where(pair.c.id.in_(ids))).scalars()) if ids else set()


def _tombstones_among(conn: Connection, graves: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    if not graves:
        return set()
    query = select(tombstone.c.kind, tombstone.c.key).where(tuple_(tombstone.c.kind, tombstone.c.key).in_(graves))
    return {(kind, key) for kind, key in conn.execute(query).all()}


def _insert_all(conn: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        conn.execute(insert(table), rows)


def _count(conn: Connection, run_id: str, tallies: Counter[tuple[str, str]]) -> None:
    if not tallies:
        return
    statement = upsert(tally)
    statement = statement.on_conflict_do_update(
        index_elements=["run_id", "outcome", "reason"], set_={"count": tally.c.count + statement.excluded.count}
    )
    rows = [
        {"run_id": run_id, "outcome": outcome, "reason": reason, "count": count}
        for (outcome, reason), count in tallies.items()
    ]
    conn.execute(statement, rows)
