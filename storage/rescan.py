"""Judge what is held again, from what is stored of it, and take back what is not clean any more.

First the lists of known material: their new entries nominate pictures in the file of held hashes, and the filters judge
those, held or only measured. Then all filters judge the pairs whose last decision rests on something else than today's.
What is killed and run again comes to the same end: each step is one transaction, and what is gone is not looked at.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, update

from filters.decision import Decision
from filters.facts import Facts
from filters.indexes.known import ListState
from filters.lineup import Material, build_lineup
from filters.measure.hashes import HASHER_VERSION
from storage import rescan_records
from storage.batches import BATCH_ROWS
from storage.database import Database
from storage.doomed_objects import delete_doomed
from storage.errors import NotReady
from storage.held_hashes import HeldHashes
from storage.incident_records import IncidentRecords
from storage.ledger import Ledger
from storage.material import load_material
from storage.objects import ObjectStore
from storage.operators import record_act
from storage.redaction import Found, of_pictures, redact
from storage.rescan_judging import Judges, is_match, is_undecided
from storage.rescan_plan import By, Scope, nominees, scope_of
from storage.rescan_records import KEPT, PROVISIONAL, Counts, RescanState
from storage.rescan_subjects import HeldPair, facts_of, pairs_after, pairs_of, subjects_of
from storage.run_locks import RunLock
from storage.tables import pair
from storage.withdrawal import Held, Why, take_back

__all__ = ["By", "Progress", "Rescan", "Rescanned"]

_SEARCH, _PICTURES, _PAIRS = "search", "pictures", "pairs"
_EACH = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How far it has come; `total` is None where nobody has counted."""

    what: str
    done: float
    total: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Rescanned:
    """What became of a re-scan. `below` pairs are still to be judged by the lists of `epoch`.

    `measured_by` counts pictures by the version of the hasher: an older one saw less of them. `problem` says what to do
    about lists that cannot be relied on; None if all can.
    """

    rescan_id: str
    state: RescanState
    epoch: int
    since: int | None
    counts: Counts
    below: int
    measured_by: Mapping[str, int]
    problem: str | None

    @property
    def measured_before(self) -> int:
        """Pictures whose hashes are of an older version; what nobody could decode ("0") has none."""
        return sum(count for version, count in self.measured_by.items() if version not in ("0", HASHER_VERSION))


class Rescan:
    """One at a time. Its incidents are sealed by `records`, whose run becomes that of each sighting."""

    def __init__(
        self,
        db: Database,
        ledger: Ledger,
        objects: ObjectStore,
        records: IncidentRecords,
        *,
        by: By,
        operator: str,
        each: int = _EACH,
        told: Callable[[Progress], None] = lambda progress: None,
    ) -> None:
        self._db = db
        self._ledger = ledger
        self._objects = objects
        self._records = records
        self._by = by
        self._operator = operator
        self._each = each
        self._told = told
        self._held = HeldHashes(db)
        self._counts = Counts()
        self._undecided: set[str] = set()
        self._rescan_id = ""

    def run(self, *, since: tuple[str, int] | None = None, resume: bool = False) -> Rescanned:
        """`since` is a list and the revision up to which it was looked at, to look farther back than is recorded.

        With `resume` one that was cut off is gone on with, if it judged by the same; otherwise a new one is begun.
        """
        lock = RunLock(self._db.folder, "rescan")
        lock.take()
        try:
            return self._run(since, resume=resume)
        finally:
            lock.release()

    def _run(self, since: tuple[str, int] | None, *, resume: bool) -> Rescanned:
        by = self._by
        material = load_material(self._db, by.networks, False, by.max_age)
        if self._records.public_key is None:
            _require_none_to_be_sealed(material)
        judges = Judges.of(build_lineup(by.names, by.thresholds, material))
        with self._db.read() as conn:
            scope = scope_of(conn, by, material, judges)
        delete_doomed(self._db, self._objects)  # what one that was killed has left
        phase, position, epoch = self._begin(scope, resume=resume)
        self._held.refresh()
        if phase == _PICTURES:
            named = self._nominees(material, scope, judges, since)
            self._judge_pictures(judges, named, position)
            position = ""
        self._judge_pairs(judges, scope, position, epoch)
        return self._end(scope, material, epoch)

    def _begin(self, scope: Scope, *, resume: bool) -> tuple[str, str, int]:
        """Return the phase, how far it has come, and the epoch that all is brought to."""
        with self._db.write() as conn:
            before = rescan_records.cut_off(conn, scope.plan) if resume else None
            if before is None:
                self._rescan_id = rescan_records.begin(conn, scope.plan, by=self._operator)
                self._act(conn, "rescan.begin", {"epoch": scope.plan.epoch, "since": scope.plan.since})
                return _PICTURES, "", scope.plan.epoch
            self._rescan_id, self._counts = before.id, Counts.read(before.counts)
            phase, _, position = (before.position or f"{_PICTURES}:").partition(":")
            return phase, position, before.epoch

    def _nominees(self, material: Material, scope: Scope, judges: Judges, since: tuple[str, int] | None) -> list[str]:
        def told(share: float) -> None:
            self._told(Progress(what=_SEARCH, done=share, total=1))

        return nominees(self._db, self._held, material.known, scope, judges, since=since, each=self._each, told=told)

    def _judge_pictures(self, judges: Judges, named: list[str], position: str) -> None:
        for number, sha256 in enumerate(named):
            if sha256 > position:
                self._judge_picture(judges, sha256)
            if number % BATCH_ROWS == 0:
                self._told(Progress(what=_PICTURES, done=number, total=len(named)))
        self._save(f"{_PAIRS}:")

    def _judge_picture(self, judges: Judges, sha256: str) -> None:
        with self._db.read() as conn:
            facts = facts_of(conn, sha256)
            subjects = [] if facts is None else list(subjects_of(conn, sha256, facts))
            pairs = pairs_of(conn, sha256)
        if facts is None:
            return  # gone with something that was judged before it
        self._counts.looked_at += 1
        decision = judges.match(subjects)
        if decision is not None:
            self._redact(sha256, facts, decision)
            return
        for each in pairs:
            self._judge_pair(judges, each, f"{_PICTURES}:{sha256}")
        if self._counts.looked_at % BATCH_ROWS == 0:
            self._save(f"{_PICTURES}:{sha256}")

    def _judge_pairs(self, judges: Judges, scope: Scope, position: str, epoch: int) -> None:
        done = 0
        while True:
            with self._db.read() as conn:
                pairs = pairs_after(conn, position, BATCH_ROWS)
            if not pairs:
                return
            for each in pairs:
                if scope.needs(each, judges):
                    self._judge_pair(judges, each, f"{_PAIRS}:{each.pair_id}", clears_at=epoch)
            position, done = pairs[-1].pair_id, done + len(pairs)
            self._save(f"{_PAIRS}:{position}")
            self._told(Progress(what=_PAIRS, done=done, total=None))

    def _judge_pair(self, judges: Judges, held: HeldPair, position: str, *, clears_at: int | None = None) -> None:
        """What the lists nominated is judged by all filters too, and cleared when all pairs are."""
        decision = judges.decision(held)
        if decision.decisive is None:
            if clears_at is not None:
                self._clear(held, clears_at, position)
        elif is_match(decision) and held.subject.facts is not None:
            self._redact(held.sha256, held.subject.facts, decision)
        elif not is_undecided(decision):
            self._withdraw(held, str(decision.decisive.reason), position)
        elif held.pair_id not in self._undecided:
            self._undecided.add(held.pair_id)
            self._counts.not_judged[str(decision.decisive.reason)] += 1

    def _clear(self, held: HeldPair, epoch: int, position: str) -> None:
        self._counts.judged += 1
        if held.state != PROVISIONAL:
            return
        self._counts.cleared += 1
        this = (pair.c.id == held.pair_id) & (pair.c.state == PROVISIONAL)
        with self._db.write() as conn:
            conn.execute(update(pair).where(this).values(state=KEPT, epoch=epoch))
            self._save_in(conn, position)

    def _withdraw(self, held: HeldPair, reason: str, position: str) -> None:
        why = Why(by=self._operator, why="judged again", reason=reason, bars=False)
        self._counts.judged += 1
        self._counts.withdrawn[reason] += 1
        with self._db.write() as conn:
            take_back(conn, self._ledger, Held(pairs=frozenset({held.pair_id})), why)
            self._save_in(conn, position)
        delete_doomed(self._db, self._objects)

    def _redact(self, sha256: str, facts: Facts, decision: Decision) -> None:
        """The position is not saved: it would name the picture."""
        found = {sha256: Found(facts=facts, decision=decision)}
        with self._db.write() as conn:
            redacted = redact(conn, self._ledger, self._records, of_pictures([sha256]), found=found)
            self._counts.matches += redacted.matches
            self._counts.beside_matches += redacted.sightings - redacted.matches
            rescan_records.count(conn, self._rescan_id, self._counts)
        self._held.forget([sha256])
        delete_doomed(self._db, self._objects)

    def _save(self, position: str) -> None:
        with self._db.write() as conn:
            self._save_in(conn, position)

    def _save_in(self, conn: Connection, position: str) -> None:
        rescan_records.save(conn, self._rescan_id, position=position, counts=self._counts)

    def _end(self, scope: Scope, material: Material, epoch: int) -> Rescanned:
        """The ledger is signed only now: a signature says that what it covers had happened by then."""
        whole = material.known is not None and material.known.ready is ListState.READY
        state = RescanState.DONE if whole and not self._counts.not_judged else RescanState.INCOMPLETE
        self._held.refresh()
        with self._db.write() as conn:
            rescan_records.end(conn, self._rescan_id, state, self._counts)
            self._act(conn, "rescan.end", {"state": state.value, "epoch": epoch, "counts": self._counts.plain()})
            below = rescan_records.pairs_below(conn, epoch)
        self._ledger.checkpoint()
        delete_doomed(self._db, self._objects)
        return Rescanned(
            rescan_id=self._rescan_id,
            state=state,
            epoch=epoch,
            since=scope.plan.since,
            counts=self._counts,
            below=below,
            measured_by=self._held.hashers(),
            problem=None if material.known is None else material.known.problem,
        )

    def _act(self, conn: Connection, what: str, body: Mapping[str, object]) -> None:
        why = "what is held is judged again"
        record_act(conn, self._ledger, what=what, subject=self._rescan_id, by=self._operator, why=why, body=body)


def _require_none_to_be_sealed(material: Material) -> None:
    lists = () if material.known is None else material.known.lists
    if demanding := [each.label for each in lists if each.policy.needs_incident_key]:
        raise NotReady(
            f"{', '.join(demanding)}: its matches must be sealed; "
            "type: export ALTSIEVE_INCIDENT_PUBLIC_KEY= and the public key of the safety officer"
        )
