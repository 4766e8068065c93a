"""Record shares until killed, going on where a killed one was: `python -m tests.storage.recording FOLDER RUN`."""

import sys
from pathlib import Path

from storage.checkpoints import CHECKPOINTS_FILE, Checkpoints
from storage.database import Database
from storage.frontier import Frontier, NewPage
from storage.keys import KeyRing
from storage.ledger import Ledger
from storage.recorder import Recorder
from storage.runs import Runs, RunState
from storage.shares import Entry, Share
from storage.sweep import sweep
from tests.places import Place
from tests.storage import samples
from tests.storage.shelving import shelved

NUMBER_OF_PAGES = 200


def main(folder: Path, run_id: str) -> None:
    place = Place.of(folder)
    db = Database.open(place.database_url, folder)
    keys = KeyRing.load(folder)
    ledger, objects = Ledger(db, keys), place.open_objects()
    runs = Runs(db, ledger)
    sweep(db, objects)
    run = runs.reopen(run_id)
    checkpoints = Checkpoints(folder / CHECKPOINTS_FILE, keys)
    recorder = Recorder(db, ledger, checkpoints, keys, run)
    frontier = Frontier(db, run_id)
    frontier.release_leases()
    recorder.submit_pages(
        [NewPage(url=f"https://pages.example/{each}", depth=0, seed="s") for each in range(NUMBER_OF_PAGES)]
    ).result()
    sys.stdout.write("at work\n")
    sys.stdout.flush()
    while pages := recorder.lease_pages(4).result():
        futures = []
        for page in pages:
            number = int(page.url.rpartition("/")[2])
            first, second = (shelved(db, recorder, objects, each) for each in entries(page.page_id, number))
            futures += [recorder.submit(Share(page_id=page.page_id, entries=tuple(first), last=False))]
            futures += [recorder.submit(Share(page_id=page.page_id, entries=tuple(second), last=True))]
        for future in futures:
            future.result()
    recorder.close()
    runs.finish(run_id, RunState.FINISHED)


def entries(page_id: str, number: int) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """Return two shares: every seventh page is beside a match, and every other picture is on several pages."""
    if number % 7 == 0:
        return (), (samples.match(page_id, 1000 + number), samples.beside(page_id, number + 1))
    kept = [samples.kept(page_id, picture) for picture in (number % 50, 50 + number)]
    return (kept[0], samples.refused(page_id, 500)), (kept[1], samples.failed(page_id, 501))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
