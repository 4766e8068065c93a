"""Judge what is held again, from what is stored of it, and take back what is not clean any more.

First the lists of known material: their new entries nominate pictures in the file of held hashes, and the filters judge
those, held or only measured. Then all filters judge the pairs whose last decision rests on something else than today's;
if a scorer is handed in, those first get the scores that they lack of today's models.
What is killed and run again comes to the same end: each step is one transaction, and what is gone is not looked at.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from filters.facts import Facts
from filters.indexes.known_material import ListState
from filters.lineup import Material, build_lineup
from filters.measure.hashes import HASHER_VERSION
from filters.reason import ModelReason
from storage.batches import BATCH_ROWS
from storage.database import Database
from storage.doomed_objects import delete_doomed
from storage.held_hashes import HeldHashes
from storage.incident_records import IncidentRecords
from storage.ledger import Ledger
from storage.material import load_material, require_none_to_be_sealed
from storage.objects import ObjectStore
from storage.redaction import Found
from storage.rescan_course import PAIRS, PICTURES, Course
from storage.rescan_judging import Judges, is_match, is_undecided
from storage.rescan_plan import By, Scope, nominees, require_revision, scope_of
from storage.rescan_records import Counts, RescanState
from storage.rescan_scores import Rescoring, Scorer, lacks_scores
from storage.rescan_subjects import HeldPair, facts_of, pairs_after, pairs_of, sightings_of, subjects_of
from storage.run_locks import RunLock
from storage.shares import rests_on_words

__all__ = ["By", "Progress", "Rescan", "Rescanned"]

_SEARCH, _SCORES = "search", "scores"
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
        scorer: Scorer | None = None,
    ) -> None:
        """Without a `scorer`, what lacks scores of today's models cannot be judged, and stays."""
        self._db = db
        self._objects = objects
        self._records = records
        self._by = by
        self._each = each
        self._told = told
        self._held = HeldHashes(db)
        self._course = Course(db, ledger, objects, records, self._held, operator=operator)
        self._undecided: set[str] = set()
        self._rescoring = None
        if scorer is not None:
            self._rescoring = Rescoring(db=db, objects=objects, models=by.models, scorer=scorer)

    def run(self, *, since: tuple[str, int] | None = None, resume: bool = False) -> Rescanned:
        """`since` is a list and the revision up to which it was looked at, to look farther back than is recorded.

        With `resume` one that was cut off is gone on with, if it judged by the same; otherwise a new one is begun.
        """
        lock = RunLock(self._db, "rescan")
        lock.take("another re-scan is at work; wait for its end")
        try:
            return self._run(since, resume=resume)
        finally:
            lock.release()

    def _run(self, since: tuple[str, int] | None, *, resume: bool) -> Rescanned:
        by = self._by
        material = replace(load_material(self._db, by.networks, False, by.max_age), models=by.models)
        if self._records.public_key is None:
            require_none_to_be_sealed(material)
        judges = Judges.of(build_lineup(by.names, by.thresholds, material))
        with self._db.read() as conn:
            require_revision(conn, since)
            scope = scope_of(conn, by, material, judges)
        delete_doomed(self._db, self._objects)  # what one that was killed has left
        phase, position, epoch = self._course.begin(scope.plan, resume=resume)
        if self._waited_for_scores() and phase == PAIRS:
            position = ""
        self._held.refresh()
        if phase == PICTURES:
            named = self._nominees(material, scope, judges, since)
            self._judge_pictures(judges, named, position)
            position = ""
        self._judge_pairs(judges, scope, position, epoch)
        return self._end(scope, material, epoch)

    def _waited_for_scores(self) -> bool:
        """Say whether one that was cut off, and asked no models, has passed by what can be scored now."""
        counts = self._course.counts
        if self._rescoring is None or not counts.not_judged.pop(ModelReason.NOT_READY, 0):
            return False
        counts.unmeasured = 0
        return True

    def _nominees(self, material: Material, scope: Scope, judges: Judges, since: tuple[str, int] | None) -> list[str]:
        def told(share: float) -> None:
            self._told(Progress(what=_SEARCH, done=share, total=1))

        return nominees(self._db, self._held, material.known, scope, judges, since=since, each=self._each, told=told)

    def _judge_pictures(self, judges: Judges, named: list[str], position: str) -> None:
        for number, sha256 in enumerate(named):
            if sha256 > position:
                self._judge_picture(judges, sha256)
            if number % BATCH_ROWS == 0:
                self._told(Progress(what=PICTURES, done=number, total=len(named)))
        self._course.save(f"{PAIRS}:")

    def _judge_picture(self, judges: Judges, sha256: str) -> None:
        with self._db.read() as conn:
            facts = facts_of(conn, sha256)
            subjects = [] if facts is None else list(subjects_of(conn, sha256, facts))
            pairs = pairs_of(conn, sha256)
        if facts is None:
            return  # gone with something that was judged before it
        self._course.counts.looked_at += 1
        decision = judges.match(subjects)
        if decision is not None:
            self._course.redact(sha256, facts, decision)
            return
        for each in pairs:
            self._judge_pair(judges, each, f"{PICTURES}:{sha256}")
        if self._course.counts.looked_at % BATCH_ROWS == 0:
            self._course.save(f"{PICTURES}:{sha256}")

    def _judge_pairs(self, judges: Judges, scope: Scope, position: str, epoch: int) -> None:
        done = 0
        while True:
            with self._db.read() as conn:
                pairs = pairs_after(conn, position, BATCH_ROWS)
            if not pairs:
                return
            for each in self._with_scores(judges, [each for each in pairs if self._is_open(scope, judges, each)]):
                self._judge_pair(judges, each, f"{PAIRS}:{each.pair_id}", clears_at=epoch)
            position, done = pairs[-1].pair_id, done + len(pairs)
            self._course.save_at_pair(position)
            self._told(Progress(what=PAIRS, done=done, total=None))

    def _is_open(self, scope: Scope, judges: Judges, held: HeldPair) -> bool:
        return scope.needs(held, judges) or (self._rescoring is not None and lacks_scores(self._by.models, held))

    def _with_scores(self, judges: Judges, pairs: list[HeldPair]) -> list[HeldPair]:
        """Return the pairs in their order, those that wait for scores with them."""
        if self._rescoring is None:
            return pairs
        found: dict[str, HeldPair] = {}
        for each in self._rescoring.filled_in(each for each in pairs if self._rescoring.waits(judges, each)):
            found[each.pair_id] = each
            self._course.counts.scored += not lacks_scores(self._by.models, each)
            self._told(Progress(what=_SCORES, done=self._course.counts.scored, total=None))
        return [found.get(each.pair_id, each) for each in pairs]

    def _judge_pair(self, judges: Judges, held: HeldPair, position: str, *, clears_at: int | None = None) -> None:
        """What the lists nominated is judged by all filters too, and cleared when all pairs are."""
        decision = judges.decision(held)
        if decision.decisive is None:
            if clears_at is not None:
                self._course.clear(held, clears_at, position)
        elif is_match(decision) and held.subject.facts is not None:
            if rests_on_words(decision):
                self._redact_told(judges, held, held.subject.facts)
            else:
                self._course.redact(held.sha256, held.subject.facts, decision)
        elif not is_undecided(decision):
            self._course.withdraw(held, str(decision.decisive.reason), position)
        elif held.pair_id not in self._undecided and not self._is_scored_later(judges, held, clears_at):
            self._undecided.add(held.pair_id)
            self._leave(judges, held, str(decision.decisive.reason))

    def _redact_told(self, judges: Judges, held: HeldPair, facts: Facts) -> None:
        with self._db.read() as conn:
            sightings = sightings_of(conn, held, facts)
        said = {each: judges.decision(seen) for each, seen in sightings.items()}
        told = {each: Found(facts=facts, decision=decision) for each, decision in said.items() if is_match(decision)}
        self._course.redact_told(held.sha256, told)

    def _leave(self, judges: Judges, held: HeldPair, reason: str) -> None:
        self._course.counts.not_judged[reason] += 1
        self._course.counts.unmeasured += reason == ModelReason.NOT_READY and judges.is_unmeasured(held)

    def _is_scored_later(self, judges: Judges, held: HeldPair, clears_at: int | None) -> bool:
        return clears_at is None and self._rescoring is not None and self._rescoring.waits(judges, held)

    def _end(self, scope: Scope, material: Material, epoch: int) -> Rescanned:
        counts = self._course.counts
        whole = material.known is not None and material.known.ready is ListState.READY
        state = RescanState.DONE if whole and not counts.not_judged else RescanState.INCOMPLETE
        self._held.refresh()
        below = self._course.end(state, epoch)
        return Rescanned(
            rescan_id=self._course.rescan_id,
            state=state,
            epoch=epoch,
            since=scope.plan.since,
            counts=counts,
            below=below,
            measured_by=self._held.hashers(),
            problem=None if material.known is None else material.known.problem,
        )
