"""Run real crawls of the mock web, each in a process of its own, and look at what they left."""

import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from crawler.events import Event, Failed, Finished, Progress, Started, read_events
from crawler.launch_spec import LaunchSpec
from storage.blocklists import Blocklists
from storage.database import Database
from storage.hash_lists import HashLists
from storage.keys import KeyRing
from storage.known_pages import known_urls
from storage.ledger import Ledger
from storage.pairs import KeptPair, list_pairs
from storage.sightings import Refusal, list_refusals
from storage.sources import Sources
from storage.unread_pages import unread_pages
from tests import models, places
from tests.crawler.nursery import ForkedCrawl
from tests.storage.records import lay_down

CHECKOUT = Path(__file__).parents[2]
LOOPBACK = {
    "ALLOW_NETWORKS": "127.0.0.0/8",
    "LOG_LEVEL": "DEBUG",
    "INSPECTION_WORKERS": "1",
    "DOWNLOAD_TIMEOUT": "10",
    "RETRY_TIMES": "1",
    **models.SETTINGS,
}


@dataclass(frozen=True)
class Crawl:
    """What one process said and how it ended."""

    exit_code: int
    events: tuple[Event, ...]

    @property
    def run_id(self) -> str:
        return next(each.run_id for each in self.events if isinstance(each, Started))

    @property
    def finished(self) -> Finished:
        return next(each for each in self.events if isinstance(each, Finished))

    @property
    def failed(self) -> Failed:
        return next(each for each in self.events if isinstance(each, Failed))

    def counts(self) -> dict[str, Any]:
        return {name: self.finished.summary[name] for name in ("stored", "refused", "unsure", "failed")}


@dataclass(frozen=True)
class Place:
    """A folder with a migrated database, where crawls are run."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)

    @classmethod
    def made_in(cls, folder: Path, **settings: str) -> "Place":
        """Make one, with a made-up list of known material: without any, nothing is kept."""
        place = cls(folder, settings)
        lay_down(folder)
        made_up = folder / "made-up.txt"
        made_up.write_text("5e" * 32)
        with place._database() as db:
            lists = HashLists(db, place._ledger(db))
            lists.import_file(made_up, "made-up", type="sha256", synthetic=True, by="a test", why="a test")
        return place

    @property
    def database_url(self) -> str:
        return self._at.database_url

    @property
    def log(self) -> Path:
        return self.folder / "crawl.log"

    def crawl(self, *seeds: str, spec: LaunchSpec | None = None, **settings: str) -> Crawl:
        with self.crawling(*seeds, spec=spec, **settings) as process:
            return process.result()

    @contextmanager
    def crawling(self, *seeds: str, spec: LaunchSpec | None = None, **settings: str) -> "Iterator[Running]":
        asked_for = replace(
            spec or LaunchSpec(seeds=seeds),
            settings={**LOOPBACK, **self.whereabouts, **self.settings, **settings},
            log_file=str(self.log),
        )
        with Running(asked_for, self.folder / "stderr") as running:
            yield running

    def pairs(self) -> list[KeptPair]:
        with self._database() as db:
            return list(list_pairs(db))

    def refusals(self) -> list[Refusal]:
        with self._database() as db:
            return list(list_refusals(db))

    def reasons(self) -> dict[str, str]:
        """Return the reason for each picture's path that was not kept."""
        return {str(each.image_url).split("/", 3)[3]: each.reason for each in self.refusals() if each.image_url}

    def frontier(self, crawl: Crawl) -> set[str]:
        with self._database() as db:
            return set(known_urls(db, crawl.run_id))

    def unread(self, crawl: Crawl) -> dict[str, int]:
        """Return how many pages could not be read, by reason."""
        with self._database() as db:
            return dict(unread_pages(db, crawl.run_id))

    def block(self, host: str) -> None:
        with self._database() as db:
            Blocklists(db, self._ledger(db)).add([host], why="a test", by="a test")

    def vet(self, host: str) -> None:
        with self._database() as db:
            Sources(db, self._ledger(db)).add([host], licence="CC0-1.0", why="a test", by="a test")

    def import_blocklist(self, name: str, *hosts: str) -> None:
        """Let a list hold just these hosts."""
        path = self.folder / f"{name}.txt"
        path.write_text("".join(f"{each}\n" for each in hosts))
        with self._database() as db:
            lists = Blocklists(db, self._ledger(db))
            lists.import_file(path, name, by="a test", why="a test", format="domains")

    def list_hash(self, kind: str, value: str) -> None:
        with self._database() as db:
            HashLists(db, self._ledger(db)).add(value, kind, "by-hand", why="a test", by="a test")

    def objects(self) -> dict[str, bytes]:
        """Return the bytes of each object by its key."""
        return self._at.objects()

    def tamper(self, key: str, body: bytes) -> None:
        """Have other bytes under a key, past all that says which are there."""
        self._at.tamper(key, body)

    def copy_to(self, folder: Path) -> "Place":
        return replace(self, folder=self._at.copy_to(folder).folder)

    @property
    def whereabouts(self) -> dict[str, str]:
        """The settings that lead here."""
        return self._at.settings

    @property
    def _at(self) -> places.Place:
        return places.Place.of(self.folder)

    def _ledger(self, db: Database) -> Ledger:
        return Ledger(db, KeyRing.load(db.folder))

    @contextmanager
    def _database(self) -> Iterator[Database]:
        db = Database.open(self.database_url, self.folder)
        try:
            yield db
        finally:
            db.close()


class Running:
    """A crawl under way; it is killed if the test leaves it behind."""

    def __init__(self, spec: LaunchSpec, complaints: Path) -> None:
        self._complaints = complaints.open("wb")
        self._process = ForkedCrawl({**os.environ, "SCRAPY_SETTINGS_MODULE": "settings.base"}, self._complaints)
        self._process.stdin.write(spec.to_json())
        self._process.stdin.close()

    def __enter__(self) -> "Running":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()
        self._complaints.close()

    def result(self, timeout_s: float = 120) -> Crawl:
        """Return how it ended; a crawl that has not by then is killed, which its exit code shows."""
        watchdog = threading.Timer(timeout_s, self._process.kill)
        watchdog.start()
        try:
            events = tuple(read_events(self._process.stdout))
            return Crawl(self._process.wait(), events)
        finally:
            watchdog.cancel()

    def first_event(self) -> Event:
        return next(self.heard())

    def heard(self) -> Iterator[Event]:
        return read_events(self._process.stdout)

    def stop(self) -> None:
        self._process.send_signal(signal.SIGINT)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


def until(is_so: Callable[[], bool], timeout_s: float = 60) -> None:
    """Wait for something that happens in another process."""
    ends_at = time.monotonic() + timeout_s
    while not is_so():
        assert time.monotonic() < ends_at, "it did not come about"
        time.sleep(0.02)


def as_setting(value: object) -> str:
    return json.dumps(value)


def last_progress(crawl: Crawl) -> Progress:
    return [each for each in crawl.events if isinstance(each, Progress)][-1]
