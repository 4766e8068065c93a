"""Name what a driven process can do, and lay down what it finds there."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Final, cast

from filters.lineup import Thresholds
from filters.models import Models
from storage.folder_objects import FolderStore
from storage.frontier import Frontier
from storage.hash_lists import HashLists
from storage.incident_records import IncidentRecords
from storage.migrate import upgrade
from storage.recorder import Recorder
from storage.rescan import By, Rescan
from storage.runs import Runs
from storage.shares import Result
from storage.withdrawal import Target, TargetKind, Withdrawals
from tests.faults import crawling
from tests.faults.place import Installation, Place
from tests.storage import held_again
from tests.storage.held_again import FIT, NAMES, SAFETY, Collection, digest_of, hash_of
from tests.storage.one_crawl import Crawl, start
from tests.storage.records import Records

LISTED, TOO_SHORT, ASKED_BACK, STAYS = 22, 23, 24, 21
"""Pictures that are held: one that a list names by now, one for today's thresholds, one whose owner wants it back."""
_HEAD: Final = "signal_type,signal_str,collab,category,tags\n"


def lay_down(place: Place) -> None:
    """Hold a few pictures, of which some are to go."""
    Path(place.folder).mkdir(parents=True, exist_ok=True)
    upgrade(place.database_url, place.folder)
    opened = Installation.open(place)
    held = Collection(crawl=_crawl(opened), folder=Path(place.folder), by=_by())
    held.list_()
    seen = [held.see(STAYS), held.see(LISTED), held.see(TOO_SHORT, text="short one")]
    seen.append(held.see(ASKED_BACK, crawling.WITHDRAWN))
    assert {result for each in seen for result in each} == {Result.STORED}, seen
    held.crawl.end()
    held.list_(("pdq", hash_of(LISTED, 0)))
    target = Target(kind=TargetKind("image"), value=digest_of(crawling.WITHDRAWN))
    Withdrawals(opened.db, opened.ledger, opened.objects).withdraw(target, by="ada", why="its owner asked")
    opened.db.close()


def crawl(place: Place, stored: Callable[[str], None]) -> None:
    asyncio.run(crawling.crawl(Installation.open(place), stored))


def withdraw(place: Place, _: Callable[[str], None]) -> None:
    opened = Installation.open(place)
    target = Target(kind=TargetKind("image"), value=digest_of(ASKED_BACK))
    Withdrawals(opened.db, opened.ledger, opened.objects).withdraw(target, by="ada", why="its owner asked")


def import_list(place: Place, _: Callable[[str], None]) -> None:
    opened = Installation.open(place)
    file = Path(place.folder) / "partner.csv"
    file.write_text(_HEAD + "".join(f"pdq,{hash_of('partner', each)},x,NEGATIVE_CLASS,\n" for each in range(9)))
    HashLists(opened.db, opened.ledger).import_file(file, "partner", by="ada", why="test")


def rescan(place: Place, _: Callable[[str], None]) -> None:
    opened = Installation.open(place)
    by = replace(_by(), thresholds=Thresholds(alt_min_characters=12))
    records = IncidentRecords(keys=opened.keys, public_key=held_again.PUBLIC, run_id="")
    Rescan(opened.db, opened.ledger, opened.objects, records, by=by, operator="ada").run(resume=True)


def migrate(place: Place, _: Callable[[str], None]) -> None:
    upgrade(place.database_url, place.folder)


WORKS: Mapping[str, Callable[[Place, Callable[[str], None]], None]] = {
    "crawl": crawl,
    "withdraw": withdraw,
    "import-list": import_list,
    "rescan": rescan,
    "set-up": migrate,
    "migrate": migrate,
}


def _by() -> By:
    models = Models(safety=(SAFETY,), fit=(FIT,))
    return By(names=NAMES, thresholds=Thresholds(), networks=(), max_age=timedelta(days=2), models=models)


def _crawl(opened: Installation) -> Crawl:
    runs = Runs(opened.db, opened.ledger)
    run = start(runs)
    return Crawl(
        records=Records(db=opened.db, keys=opened.keys, ledger=opened.ledger),
        runs=runs,
        run=run,
        recorder=Recorder(opened.db, opened.ledger, opened.checkpoints, opened.keys, run),
        frontier=Frontier(opened.db, run.run_id),
        objects=cast("FolderStore", opened.objects),
        checkpoints=opened.checkpoints,
    )
