"""Lay what a run stands on: the database, its keys, its ledger, and threads."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from scrapy.settings import BaseSettings

from crawler.launch_spec import LaunchSpec
from storage.database import Database
from storage.keys import KeyRing
from storage.ledger import Ledger
from storage.objects import ObjectOptions, ObjectStore, open_objects
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
    def lay(cls, settings: BaseSettings) -> "Ground":
        db = Database.open_migrated(settings["DATABASE_URL"], settings.get("STATE_FOLDER") or None)
        keys = KeyRing.load(db.folder)
        ledger = Ledger(db, keys)
        return cls(db=db, keys=keys, ledger=ledger, runs=Runs(db, ledger))

    def close(self) -> None:
        self.threads.shutdown()
        self.judging.shutdown()
        self.db.close()


def objects_of(settings: BaseSettings) -> ObjectStore:
    """Open the store of objects as the settings say."""
    return open_objects(settings["OBJECTS_URL"], ObjectOptions.from_settings(settings))


def with_its_spider(spec: LaunchSpec, settings: BaseSettings) -> LaunchSpec:
    """Scrapy makes the spider before the run is opened: take that of the run that is gone on with or retried."""
    earlier = spec.resume or spec.retry
    if earlier is None:
        return spec
    ground = Ground.lay(settings)
    try:
        return replace(spec, spider=ground.runs.show(earlier).spider)
    finally:
        ground.close()
