from pathlib import Path
from threading import Thread

from storage.checkpoints import CHECKPOINTS_FILE, Checkpoints
from storage.frontier import NewPage
from storage.jobs import GROUP_ENTRIES
from storage.recorder import Recorder
from storage.runs import Runs
from tests.storage.one_crawl import WAIT_S, start
from tests.storage.records import Records, opened

MOST = 50
PAGES = 4 * (GROUP_ENTRIES + MOST)


def recorder_of(records: Records) -> Recorder:
    run = start(Runs(records.db, records.ledger))
    checkpoints = Checkpoints(records.db.folder / CHECKPOINTS_FILE, records.keys)
    return Recorder(records.db, records.ledger, checkpoints, records.keys, run, most_queued=MOST)


def test_a_database_that_stands_still_stops_the_intake_and_loses_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as records:
        recorder = recorder_of(records)
        handed_in: list[object] = []
        crawl = Thread(target=_find_pages, args=(recorder, handed_in))
        with records.db.write():
            crawl.start()
            crawl.join(timeout=0.3)
            assert crawl.is_alive()
            stood_still = len(handed_in)
        crawl.join(timeout=WAIT_S)
        recorder.close()
        assert stood_still <= GROUP_ENTRIES + MOST + 1
        assert len(handed_in) == PAGES


def _find_pages(recorder: Recorder, handed_in: list[object]) -> None:
    for number in range(PAGES):
        page = NewPage(url=f"https://pages.example/{number}", depth=1, seed="s", found_on="s")
        handed_in.append(recorder.submit_pages([page]))
