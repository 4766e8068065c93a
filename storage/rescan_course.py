"""Keep how far a re-scan has come, and carry out what it decides: each step is one transaction."""

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import Connection, update

from filters.decision import Decision
from filters.facts import Facts
from storage import rescan_records
from storage.database import Database
from storage.doomed_objects import delete_doomed
from storage.held_hashes import HeldHashes
from storage.incident_records import IncidentRecords
from storage.ledger import Ledger
from storage.objects import ObjectStore
from storage.operators import record_act
from storage.redaction import Found, Redacted, of_pictures, redact
from storage.rescan_records import KEPT, PROVISIONAL, Counts, Plan, RescanState
from storage.rescan_subjects import HeldPair, is_held, last_pair
from storage.tables import pair, sighting
from storage.withdrawal import Held, Why, take_back

PICTURES, PAIRS = "pictures", "pairs"
"""Its phases; a position is a phase and the last that was judged in it."""


class Course:
    """One re-scan, from its first record to its last."""

    def __init__(
        self,
        db: Database,
        ledger: Ledger,
        objects: ObjectStore,
        records: IncidentRecords,
        held: HeldHashes,
        *,
        operator: str,
    ) -> None:
        self._db = db
        self._ledger = ledger
        self._objects = objects
        self._records = records
        self._held = held
        self._operator = operator
        self.counts = Counts()
        self.rescan_id = ""

    def begin(self, plan: Plan, *, resume: bool) -> tuple[str, str, int]:
        """Return the phase, how far it has come, and the epoch that all is brought to."""
        with self._db.write() as conn:
            before = rescan_records.cut_off(conn, plan) if resume else None
            if before is None:
                self.rescan_id = rescan_records.begin(conn, plan, by=self._operator)
                self._act(conn, "rescan.begin", {"epoch": plan.epoch, "since": plan.since})
                return PICTURES, "", plan.epoch
            self.rescan_id, self.counts = before.id, Counts.read(before.counts)
            phase, _, position = (before.position or f"{PICTURES}:").partition(":")
            return phase, position, before.epoch

    def save(self, position: str) -> None:
        with self._db.write() as conn:
            self._save_in(conn, position)

    def save_at_pair(self, pair_id: str) -> None:
        """Save that pairs were judged up to this one. If it is known material it is gone, and must not be named."""
        with self._db.write() as conn:
            self._save_in(conn, f"{PAIRS}:{last_pair(conn, pair_id)}")

    def clear(self, held: HeldPair, epoch: int, position: str) -> None:
        self.counts.judged += 1
        if held.state != PROVISIONAL:
            return
        this = (pair.c.id == held.pair_id) & (pair.c.state == PROVISIONAL)
        with self._db.write() as conn:
            self.counts.cleared += conn.execute(update(pair).where(this).values(state=KEPT, epoch=epoch)).rowcount
            self._save_in(conn, position)

    def withdraw(self, held: HeldPair, reason: str, position: str) -> None:
        why = Why(by=self._operator, why="judged again", reason=reason, bars=False)
        begun_at = datetime.now(UTC)
        with self._db.write() as conn:
            if not is_held(conn, held.pair_id):  # it went with the page of a match, or an operator was faster
                return
            self.counts.judged += 1
            self.counts.withdrawn[reason] += 1
            take_back(conn, self._ledger, Held(pairs=frozenset({held.pair_id})), why)
            self._save_in(conn, position)
        delete_doomed(self._db, self._objects, since=begun_at)

    def redact(self, sha256: str, facts: Facts, decision: Decision) -> None:
        """The position is not saved: it would name the picture."""
        begun_at, found = datetime.now(UTC), {sha256: Found(facts=facts, decision=decision)}
        with self._db.write() as conn:
            self._count_in(conn, redact(conn, self._ledger, self._records, of_pictures([sha256]), found=found))
        self._held.forget([sha256])
        delete_doomed(self._db, self._objects, since=begun_at)

    def redact_told(self, sha256: str, told: Mapping[str, Found]) -> None:
        """`told` are sightings of the picture that their own words make a match; others of it stay."""
        begun_at, where = datetime.now(UTC), sighting.c.id.in_(told)
        with self._db.write() as conn:
            self._count_in(conn, redact(conn, self._ledger, self._records, where, told=told, seen=[sha256]))
        self._held.forget_gone([sha256])
        delete_doomed(self._db, self._objects, since=begun_at)

    def end(self, state: RescanState, epoch: int) -> int:
        """Return how many pairs are still below the epoch.

        The ledger is signed only now: a signature says that what it covers had happened by then.
        """
        with self._db.write() as conn:
            rescan_records.end(conn, self.rescan_id, state, self.counts)
            self._act(conn, "rescan.end", {"state": state.value, "epoch": epoch, "counts": self.counts.plain()})
            below = rescan_records.pairs_below(conn, epoch)
        self._ledger.checkpoint()
        delete_doomed(self._db, self._objects)
        if self.counts.matches:
            self._db.empty_log()  # it still holds what was deleted
        return below

    def _count_in(self, conn: Connection, redacted: Redacted) -> None:
        self.counts.matches += redacted.matches
        self.counts.beside_matches += redacted.sightings - redacted.matches
        rescan_records.count(conn, self.rescan_id, self.counts)

    def _save_in(self, conn: Connection, position: str) -> None:
        rescan_records.save(conn, self.rescan_id, position=position, counts=self.counts)

    def _act(self, conn: Connection, what: str, body: Mapping[str, object]) -> None:
        why = "what is held is judged again"
        record_act(conn, self._ledger, what=what, subject=self.rescan_id, by=self._operator, why=why, body=body)
