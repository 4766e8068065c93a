import random
import subprocess
import sys
import threading
from pathlib import Path

from sqlalchemy import select

from storage.checkpoints import CHECKPOINTS_FILE, Checkpoints
from storage.folder_objects import UNFINISHED
from storage.frontier import Frontier
from storage.runs import Runs, RunState
from storage.shares import Kept
from storage.tables import pair
from storage.verify import verify
from tests.places import Place
from tests.storage.one_crawl import start
from tests.storage.recording import NUMBER_OF_PAGES, entries
from tests.storage.records import Records, opened

KILLS = 5
LONGEST_S = 0.6
PATIENCE_S = 120


def record(records: Records, run_id: str, *, killed_after_s: float | None) -> int:
    """Run the recording process and return its exit status; kill it some time after it has begun to work."""
    folder = str(records.db.folder)
    command = [sys.executable, "-m", "tests.storage.recording", folder, run_id]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"at work\n"
        timer = threading.Timer(PATIENCE_S if killed_after_s is None else killed_after_s, process.kill)
        timer.start()
        status = process.wait()
        timer.cancel()
    return status


def codes(records: Records) -> set[str]:
    checkpoints = Checkpoints(records.db.folder / CHECKPOINTS_FILE, records.keys)
    objects = Place.of(records.db.folder).open_objects()
    found = verify(records.db, objects, checkpoints)
    return {"half-way" if each.subject.startswith(UNFINISHED) else each.code for each in found}


def pairs_of(records: Records) -> set[str]:
    with records.db.read() as conn:
        return set(conn.execute(select(pair.c.id)).scalars())


def pairs_without_kills() -> set[str]:
    shares = (entries("page", number) for number in range(NUMBER_OF_PAGES))
    kept = (each for first, second in shares for each in (*first, *second) if isinstance(each, Kept))
    return {each.pair.pair_id for each in kept}


def test_a_recorder_that_is_killed_again_and_again_leaves_no_half_pair(tmp_path: Path) -> None:
    chance = random.Random(7)  # noqa: S311 - moments, not secrets
    with opened(tmp_path) as records:
        runs = Runs(records.db, records.ledger)
        run_id = start(runs).run_id
        runs.finish(run_id, RunState.STOPPED)
        killed = 0
        for _ in range(KILLS):
            killed += record(records, run_id, killed_after_s=chance.uniform(0, LONGEST_S)) != 0
            # killed between an object and its transaction, the object is known as one that was meant to be put
            assert codes(records) <= {"object.left", "half-way"}
            assert runs.show(run_id).state in (RunState.BROKE_OFF, RunState.FINISHED)
        assert killed >= 2
        assert record(records, run_id, killed_after_s=None) == 0
        assert codes(records) == set()
        assert pairs_of(records) == pairs_without_kills()
        summary = runs.show(run_id)
        assert (summary.state, summary.pages, summary.pages_pending) == (RunState.FINISHED, NUMBER_OF_PAGES, 0)
        assert Frontier(records.db, run_id).pending_count() == 0
