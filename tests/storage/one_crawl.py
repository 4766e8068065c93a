"""Open a run with its recorder, objects and pages in a folder of the test."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Table, func, select, update

from storage.checkpoints import CHECKPOINTS_FILE, Checkpoints
from storage.doomed_objects import delete_doomed
from storage.frontier import Frontier, NewPage
from storage.objects import ObjectStore
from storage.recorder import Recorder
from storage.runs import Run, Runs, RunState
from storage.shares import Entry, Receipt, Share
from storage.tables import doomed_object, metadata
from storage.verify import Finding, verify
from tests.places import Place
from tests.storage.records import Records, opened
from tests.storage.shelving import shelved

WAIT_S = 60
_TABLES = {each.name: each for each in metadata.sorted_tables}


@dataclass(frozen=True, kw_only=True, slots=True)
class Crawl:
    """A run that goes on."""

    records: Records
    runs: Runs
    run: Run
    recorder: Recorder
    frontier: Frontier
    objects: ObjectStore
    checkpoints: Checkpoints

    def new_page(self, name: str = "") -> str:
        self.frontier.add([NewPage(url=f"https://pages.example/{name}", depth=0, seed="https://pages.example/")])
        return self.frontier.lease(1)[0].page_id

    def record(self, page_id: str, *entries: Entry, last: bool = True) -> Receipt:
        put = shelved(self.records.db, self.recorder, self.objects, entries)
        return self.submit(page_id, *put, last=last)

    def submit(self, page_id: str, *entries: Entry, last: bool = True) -> Receipt:
        """Record what the test has put, or has not."""
        share = Share(page_id=page_id, entries=entries, last=last)
        return self.recorder.submit(share).result(timeout=WAIT_S)

    def rows(self, table: Table) -> Sequence[Any]:
        with self.records.db.read() as conn:
            return conn.execute(select(table)).all()

    def counts(self, *tables: str) -> tuple[int, ...]:
        with self.records.db.read() as conn:
            query = [select(func.count()).select_from(_TABLES[each]) for each in tables]
            return tuple(conn.execute(each).scalar_one() for each in query)

    def verify(self) -> list[Finding]:
        return list(verify(self.records.db, self.objects, self.checkpoints))

    def settle(self) -> None:
        """Delete what is doomed as it is deleted once no put of it may arrive any more: in S3 an hour later."""
        with self.records.db.write() as conn:
            conn.execute(update(doomed_object).values(doomed_at=datetime(2001, 1, 1, tzinfo=UTC)))
        delete_doomed(self.records.db, self.objects)

    def end(self) -> None:
        self.recorder.close()
        self.runs.finish(self.run.run_id, RunState.FINISHED)


def start(runs: Runs) -> Run:
    return runs.start(
        spider="pages",
        arguments={"seeds": ["https://pages.example/"]},
        operator="tester",
        contact=None,
        settings={"ALT_MIN_CHARACTERS": 5},
        revisions={"alt-text": "1"},
        code_version="0.1.0",
        provisional=False,
    )


@contextmanager
def crawling(
    folder: Path,
    *,
    incident_public_key: str | None = None,
    incident_due_days: int = 3,
    max_captions_per_image: int = 0,
    max_pictures_per_caption: int = 0,
) -> Iterator[Crawl]:
    with opened(folder) as records:
        checkpoints = Checkpoints(records.db.folder / CHECKPOINTS_FILE, records.keys)
        runs = Runs(records.db, records.ledger)
        run = start(runs)
        recorder = Recorder(
            records.db,
            records.ledger,
            checkpoints,
            records.keys,
            run,
            incident_public_key=incident_public_key,
            incident_due_days=incident_due_days,
            max_captions_per_image=max_captions_per_image,
            max_pictures_per_caption=max_pictures_per_caption,
        )
        yield Crawl(
            records=records,
            runs=runs,
            run=run,
            recorder=recorder,
            frontier=Frontier(records.db, run.run_id),
            objects=Place.of(folder).open_objects(),
            checkpoints=checkpoints,
        )
        recorder.close()
