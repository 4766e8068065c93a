"""Keep pictures of their own hashes, judged by the lists there are, and have them judged again."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from pathlib import Path

from filters.decision import FLOOR, CleanPair, Decision, Needs, Subject, decide
from filters.facts import Facts, Rights, Score, View
from filters.lineup import MATCH_REASONS, Thresholds, build_lineup
from filters.models import ModelCard, Models
from storage.hash_lists import HashLists
from storage.incident_records import IncidentRecords
from storage.incidents import new_key_pair
from storage.material import load_material
from storage.rescan import By, Progress, Rescan, Rescanned
from storage.rescan_scores import Scorer
from storage.runs import RunState
from storage.shares import Kept, Refused, Result
from tests.storage import samples
from tests.storage.keys import object_key
from tests.storage.one_crawl import Crawl, crawling

PRIVATE, PUBLIC = new_key_pair()
NAMES = (*FLOOR, "alt-text")
SAFETY = ModelCard(name="opennsfw", revision="5" * 32, unit="probability")
FIT = ModelCard(name="label-consistency", revision="6" * 32, unit="log-odds", languages=("en",))
"""Named as the thresholds know them; no model is behind them, for scores are facts."""
Told = Callable[[Progress], None]


@cache
def hash_of(*said: object) -> str:
    """A made-up PDQ hash with as many bits set as a genuine one."""
    order = sorted(range(256), key=lambda bit: hashlib.sha256(repr((said, bit)).encode()).digest())
    return f"{sum(1 << bit for bit in order[:128]):064x}"


def flipped(value: str, count: int) -> str:
    number = int(value, 16)
    for bit in range(count):
        number ^= 1 << (bit * 37 % 256)
    return f"{number:064x}"


def view(number: int, *, frame: int = 0, quality: int = 100) -> View:
    return View(
        name=f"frame {frame}",
        pdq=hash_of(number, frame),
        pdq_quality=quality,
        orientations=tuple(hash_of(number, frame, each) for each in range(8)),
        phash16=hash_of(number, frame, "phash16"),
    )


@cache
def facts(number: int, *, views: int = 2, quality: int = 100) -> Facts:
    measured = samples.facts(samples.bytes_of(number))
    assert measured.picture is not None
    shown = replace(measured.picture, views=tuple(view(number, frame=each, quality=quality) for each in range(views)))
    safety = (score_of(SAFETY, 0.01),)
    return replace(measured, picture=shown, rights=Rights(), measured_by=(("altsieve-hasher", "2"),), safety=safety)


def score_of(card: ModelCard, value: float) -> Score:
    return Score(model=card.name, revision=card.revision, value=value)


def digest_of(number: int) -> str:
    return facts(number).digests.sha256


@dataclass(kw_only=True)
class Collection:
    """What is held, and what judges it."""

    crawl: Crawl
    folder: Path
    by: By
    each: int = 0
    ended: bool = False
    public_key: str | None = PUBLIC

    def list_(
        self, *entries: tuple[str, str], name: str = "real", synthetic: bool = False, category: str = "NEGATIVE_CLASS"
    ) -> None:
        """Let a list hold these hashes, each of a type, and one that nothing is near."""
        lines = "".join(f"{kind},{value},x,{category},\n" for kind, value in (*entries, ("pdq", hash_of("none"))))
        file = self.folder / f"{name}.csv"
        file.write_text("signal_type,signal_str,collab,category,tags\n" + lines)
        lists = HashLists(self.crawl.records.db, self.crawl.records.ledger)
        lists.import_file(file, name, by="ada", why="test", synthetic=synthetic, force=True)

    def subject(self, page_id: str, number: int, measured: Facts | None = None, text: str | None = None) -> Subject:
        found = samples.candidate(page_id, number, text=text)
        found = replace(found, visit=replace(found.visit, consent=()))
        fetched = replace(samples.fetched(found.image_url), consent=())
        return Subject(candidate=found, fetched=fetched, facts=measured or facts(number))

    def see(self, *pictures: int | Facts, provisional: bool = False, text: str | None = None) -> list[Result]:
        """Judge pictures of one page as a crawl would, and record what becomes of them."""
        named = [each if isinstance(each, int) else each.digests.sha256 for each in pictures]
        page_id = self.crawl.new_page(repr(named) + repr(text))
        entries = [self._entry(page_id, at, each, provisional, text) for at, each in enumerate(pictures)]
        return list(self.crawl.record(page_id, *entries).results)

    def rescan(
        self,
        *,
        since: tuple[str, int] | None = None,
        resume: bool = False,
        told: Told = lambda progress: None,
        scorer: Scorer | None = None,
    ) -> Rescanned:
        records = self.crawl.records
        if not self.ended:  # bytes are deleted while no crawl is at work
            self.crawl.runs.finish(self.crawl.run.run_id, RunState.FINISHED)
            self.ended = True
        return Rescan(
            records.db,
            records.ledger,
            self.crawl.objects,
            self.records,
            by=self.by,
            operator="ada",
            each=self.each,
            told=told,
            scorer=scorer,
        ).run(since=since, resume=resume)

    @property
    def records(self) -> IncidentRecords:
        return IncidentRecords(keys=self.crawl.records.keys, public_key=self.public_key, run_id="")

    def decision(self, subject: Subject, *, provisional: bool = False) -> Decision:
        by = self.by
        material = load_material(self.crawl.records.db, by.networks, provisional, by.max_age)
        material = replace(material, models=by.models)
        return decide(build_lineup(by.names, by.thresholds, material), subject, Needs.REMOTE)

    def _entry(self, page_id: str, at: int, shown: int | Facts, provisional: bool, text: str | None) -> Kept | Refused:
        measured = facts(shown) if isinstance(shown, int) else shown
        number = shown if isinstance(shown, int) else 700 + at
        subject = self.subject(page_id, number, measured, text)
        decision = self.decision(subject, provisional=provisional)
        assert subject.fetched is not None
        if not decision.accepting:
            assert decision.decisive is not None
            assert decision.decisive.reason not in MATCH_REASONS
            return Refused(candidate=subject.candidate, fetched=subject.fetched, decision=decision, facts=measured)
        pair = CleanPair(candidate=subject.candidate, fetched=subject.fetched, facts=measured, decision=decision)
        return Kept(pair=pair, object_key=object_key(measured.digests.sha256), provisional=provisional)


@contextmanager
def collection(folder: Path) -> Iterator[Collection]:
    models = Models(safety=(SAFETY,), fit=(FIT,))
    by = By(names=NAMES, thresholds=Thresholds(), networks=(), max_age=timedelta(days=2), models=models)
    with crawling(folder, incident_public_key=PUBLIC) as crawl:
        yield Collection(crawl=crawl, folder=folder, by=by)
