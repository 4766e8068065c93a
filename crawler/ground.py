"""Lay what a run stands on: the database, its keys, its ledger, and threads."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from crawler.launch_spec import LaunchSpec
from storage.database import Database
from storage.keys import KeyRing
from storage.ledger import Ledger
from storage.runs import Runs


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What a run stands on."""

    db: Database
    keys: KeyRing
    ledger: Ledger
    runs: Runs
    threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(4, "storage"))
    judging: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "judging"))

    @classmethod
    def lay(cls, database_url: str) -> "Ground":
        db = Database.open(database_url)
        db.require_migrated()
        keys = KeyRing.load(db.folder)
        ledger = Ledger(db, keys)
        return cls(db=db, keys=keys, ledger=ledger, runs=Runs(db, ledger))

    def close(self) -> None:
        self.threads.shutdown()
        self.judging.shutdown()
        self.db.close()


def with_its_spider(spec: LaunchSpec, database_url: str) -> LaunchSpec:
    """Scrapy makes the spider before the run is opened: take that of the run that is gone on with or retried."""
    earlier = spec.resume or spec.retry
    if earlier is None:
        return spec
    ground = Ground.lay(database_url)
    try:
        return replace(spec, spider=ground.runs.show(earlier).spider)
    finally:
        ground.close()
