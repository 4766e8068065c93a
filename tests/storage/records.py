"""Open a migrated database with its keys in a folder of the test."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from storage.database import Database
from storage.gate import epoch
from storage.keys import KeyRing
from storage.ledger import Ledger
from storage.tables import ledger_body, ledger_record
from tests.places import Place


@dataclass(frozen=True, kw_only=True, slots=True)
class Records:
    """A database of its own, as `altsieve db upgrade` makes it."""

    db: Database
    keys: KeyRing
    ledger: Ledger

    @property
    def epoch(self) -> int:
        with self.db.read() as conn:
            return epoch(conn)

    @property
    def acts(self) -> int:
        with self.db.read() as conn:
            return len(conn.execute(select(ledger_record).where(ledger_record.c.segment == "operators")).all())

    @property
    def ledger_text(self) -> str:
        with self.db.read() as conn:
            bodies = conn.execute(select(ledger_body.c.body)).scalars().all()
            return "\n".join([*map(str, bodies), *conn.execute(select(ledger_record.c.header)).scalars().all()])


@contextmanager
def opened(folder: Path) -> Iterator[Records]:
    lay_down(folder)
    db = open_database(folder)
    keys = KeyRing.load(db.folder)
    try:
        yield Records(db=db, keys=keys, ledger=Ledger(db, keys))
    finally:
        db.close()


def open_database(folder: Path) -> Database:
    """Open that of a folder once more, as another process would."""
    return Database.open(Place.of(folder).database_url, folder)


def lay_down(folder: Path) -> None:
    """Write what `altsieve db upgrade` leaves in a new folder."""
    Place.of(folder).lay_down()
