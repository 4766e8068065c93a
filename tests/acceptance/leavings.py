"""Gather all that a crawl may have left behind, wherever it keeps its records, so that it can be searched."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from tests import past_rules
from tests.acceptance.traces import files_below
from tests.acceptance.workshop import Said, Workshop
from tests.combination import DATABASE, OBJECTS
from tests.places import Place
from tests.storage.postgres import FOLDER, running_server

_SHARED_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - searched, not used
_UNCOMPRESSED: Final = """
    DO $$ DECLARE each record; BEGIN
        FOR each IN SELECT attrelid::regclass AS in_table, attname FROM pg_attribute
            JOIN pg_class ON pg_class.oid = attrelid AND relkind = 'r' AND attstorage = 'x' AND attnum > 0
            WHERE relnamespace = 'public'::regnamespace
        LOOP EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET STORAGE EXTERNAL', each.in_table, each.attname);
        END LOOP;
    END $$
"""
"""PostgreSQL would compress a long row, and no text could be found in it by searching."""


def leavings(workshop: Workshop, said: Said) -> dict[str, bytes]:
    """Return the bytes of everything but the database's log: rows, files, objects, logs, shared memory, output."""
    return {
        **files_below(workshop.folder),
        **_shared_memory(),
        **_files_of_database(workshop.place),
        **_objects(workshop.place),
        "database as text": past_rules.dump(workshop.place.folder),
        "output": said.all.encode(),
    }


@contextmanager
def keeping_log(place: Place) -> Iterator[Callable[[], bytes]]:
    """Yield what returns all that the database has written ahead since."""
    if DATABASE == "postgresql":
        past_rules.change(place.folder, _UNCOMPRESSED)
        server = running_server()
        start = server.end_of_log()
        yield lambda: server.log_since(start)
        return
    with closing(sqlite3.connect(place.folder / "altsieve.db")) as reader:
        # A reader that looks at the state before the crawl keeps every frame of the write-ahead log where it is.
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM page").fetchall()
        yield (place.folder / "altsieve.db-wal").read_bytes


def _shared_memory() -> dict[str, bytes]:
    """Leave out the files of servers: of ours only what is of this database counts, others are of other tests."""
    return files_below(*(each for each in _SHARED_MEMORY.iterdir() if not each.name.startswith(FOLDER)))


def _files_of_database(place: Place) -> dict[str, bytes]:
    return running_server().files_of(place.database) if DATABASE == "postgresql" else {}


def _objects(place: Place) -> dict[str, bytes]:
    return {f"object {key}": body for key, body in place.objects().items()} if OBJECTS == "s3" else {}
