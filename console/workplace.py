"""Open what a command works on, when it first asks for it: settings, database, keys, ledger, lists, objects."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from console.configuration import Configuration
from console.exit_code import NothingReady
from console.output import Output

if TYPE_CHECKING:  # each is loaded by the commands that ask for it
    from storage.blocklists import Blocklists
    from storage.checkpoints import Checkpoints
    from storage.database import Database
    from storage.hash_lists import HashLists
    from storage.incident_store import Incidents
    from storage.keys import KeyRing
    from storage.ledger import Ledger
    from storage.list_updates import ListUpdates
    from storage.objects import ObjectStore
    from storage.reviews import Reviews
    from storage.runs import Runs
    from storage.sources import Sources
    from storage.withdrawal import Withdrawals


@dataclass(kw_only=True)
class Workplace:
    """What one command was given. Everything below raises `NotReady`, which says what to type, if it is not set up."""

    configuration: Configuration
    assignments: Mapping[str, str]
    """Settings given with `-s`, as they are passed on to a crawl."""
    output: Output

    @classmethod
    @contextmanager
    def open(cls, assignments: Mapping[str, str], output: Output) -> Iterator["Workplace"]:
        workplace = cls(configuration=Configuration.load(assignments), assignments=assignments, output=output)
        try:
            yield workplace
        finally:
            if "database" in workplace.__dict__:
                workplace.database.close()

    @property
    def database_url(self) -> str:
        return self.configuration.text("DATABASE_URL")

    @cached_property
    def database(self) -> "Database":
        from storage.database import Database

        return Database.open_migrated(self.database_url, self.configuration.text("STATE_FOLDER") or None)

    @cached_property
    def keys(self) -> "KeyRing":
        from storage.keys import KeyRing

        return KeyRing.load(self.database.folder)

    @property
    def checkpoints(self) -> "Checkpoints":
        from storage.checkpoints import CHECKPOINTS_FILE, Checkpoints

        return Checkpoints(self.database.folder / CHECKPOINTS_FILE, self.keys)

    @cached_property
    def ledger(self) -> "Ledger":
        from storage.ledger import Ledger

        return Ledger(self.database, self.keys)

    @property
    def blocklists(self) -> "Blocklists":
        from storage.blocklists import Blocklists

        return Blocklists(self.database, self.ledger)

    @property
    def hash_lists(self) -> "HashLists":
        from storage.hash_lists import HashLists

        return HashLists(self.database, self.ledger)

    @property
    def list_updates(self) -> "ListUpdates":
        from storage.list_updates import ListUpdates

        return ListUpdates(self.database, self.ledger)

    @property
    def sources(self) -> "Sources":
        from storage.sources import Sources

        return Sources(self.database, self.ledger)

    @property
    def incidents(self) -> "Incidents":
        from storage.incident_store import Incidents

        return Incidents(self.database, self.ledger)

    @property
    def runs(self) -> "Runs":
        from storage.runs import Runs

        return Runs(self.database, self.ledger)

    @property
    def reviews(self) -> "Reviews":
        from storage.reviews import Reviews

        return Reviews(
            db=self.database,
            ledger=self.ledger,
            expires_days=self.configuration.whole("REVIEW_EXPIRES_DAYS"),
            two_persons=self.configuration.names("REVIEW_TWO_PERSONS"),
        )

    @property
    def withdrawals(self) -> "Withdrawals":
        from storage.withdrawal import Withdrawals

        return Withdrawals(self.database, self.ledger, self.objects)

    def require_run(self, run: str | None) -> None:
        """Raise `NoSuchRun` for a run that is named but is not there: an empty list would hide a slip."""
        if run is not None:
            self.runs.show(run)

    @cached_property
    def objects(self) -> "ObjectStore":
        from storage.objects import ObjectOptions, open_objects

        options = ObjectOptions.from_settings(self.configuration.values)
        return open_objects(self.configuration.text("OBJECTS_URL"), options)

    def new_log(self) -> Path:
        """Return a log file that only its owner can read, empty unless LOG_FILE names one that is there already."""
        named = self.configuration.text("LOG_FILE")
        began = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        path = Path(named) if named else self.database.folder / "logs" / f"crawl-{began}-{os.getpid()}.log"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
        except OSError as error:
            raise NothingReady(
                f"the log {path} cannot be written ({error.strerror}): let its folder be written to"
            ) from error
        return path.absolute()
