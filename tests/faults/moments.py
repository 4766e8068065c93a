"""Stop a process at named moments of its own writes: the product's code runs as it is, and says where it has come."""

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import psycopg
from sqlalchemy import Connection, Engine, event

from storage.checkpoints import Checkpoints
from storage.database import Database
from storage.folder_objects import FolderStore
from storage.held_hashes import HeldHashes
from storage.keys import KeyRing
from storage.list_indexes import ListIndexes
from storage.s3_objects import S3Objects

P = ParamSpec("P")
R = TypeVar("R")

_WRITES = re.compile(r"\s*(INSERT(?: OR \w+)? INTO|COPY|UPDATE|DELETE FROM)\s+([\w.]+)")
_HEAD = 200
_WORDS = {"INSERT INTO": "+", "COPY": "+", "UPDATE": "~", "DELETE FROM": "-"}
NAMES: Mapping[str, frozenset[str]] = {
    name: frozenset(needed.split())
    for name, needed in {
        "migration": "~alembic_version",
        "rescan.match": "-pair +withdrawn_match ~rescan",
        "rescan.withdraw": "-pair +tombstone ~rescan",
        "withdrawal": "-pair +tombstone",
        "rescan.begin": "+rescan",
        "rescan.step": "~rescan",
        "take-back": "-pair +incident",
        "final": "+pair",
        "match": "+incident",
        "list-import.begin": "+revision",
        "list-import.rows": "+hash_entry",
        "list-import.seal": "~revision",
        "intent": "+object_intent",
        "give-up": "+doomed_object",
        "forget": "-doomed_object",
        "run.start": "+run",
        "run.end": "~run",
        "lease": "~page",
        "pages": "+page",
        "held-hashes.noted": "-unindexed",
    }.items()
}
"""What a transaction is called that touches these tables: the first that fits."""


class Moments:
    """Call `reached` whenever the process comes to a moment; installed once, in a process of its own."""

    def __init__(self, reached: Callable[[str], None]) -> None:
        self._tell = reached
        self._transaction = threading.local()

    def install(self) -> None:
        event.listen(Engine, "before_cursor_execute", lambda *said: self._note(said[2]))
        self._note_copies()
        for store in (FolderStore, S3Objects):
            self._around(store, "put_all", "put")
            self._around(store, "delete", "delete")
        self._around(Checkpoints, "sign", "checkpoint")
        self._around(Checkpoints, "create", "first-checkpoint")
        self._around(KeyRing, "create", "keys")
        self._around(ListIndexes, "build", "index")
        self._around(HeldHashes, "refresh", "held-hashes")
        self._around(HeldHashes, "forget", "forget-hashes")
        Database.write = self._watched(Database.write)  # type: ignore[method-assign,assignment]  # it is what is watched

    def reach(self, moment: str) -> None:
        self._tell(moment)

    def _note(self, statement: str) -> None:
        found = _WRITES.match(statement[:_HEAD].replace('"', ""))
        touched = getattr(self._transaction, "touched", None)
        if found is not None and touched is not None:
            touched.add(_WORDS[re.sub(" OR \\w+", "", found[1])] + found[2].rpartition(".")[2])

    def _note_copies(self) -> None:
        """What is written by COPY passes SQLAlchemy by."""
        copy = psycopg.Cursor.copy

        def noted(cursor: psycopg.Cursor[Any], statement: Any, *rest: Any, **named: Any) -> Any:
            text = statement if isinstance(statement, str) else statement.as_string(cursor)
            self._note(text)
            return copy(cursor, statement, *rest, **named)

        psycopg.Cursor.copy = noted  # type: ignore[method-assign,assignment]  # it is what is watched

    def _watched(self, write: Callable[[Database], Any]) -> Callable[[Database], Any]:
        @contextmanager
        def watched(db: Database) -> Iterator[Connection]:
            with write(db) as conn:
                self._transaction.touched = set()
                try:
                    yield conn
                finally:
                    touched, self._transaction.touched = self._transaction.touched, None
                name = _name_of(touched)
                if name is not None:
                    self.reach(f"{name}.before-commit")
            if name is not None:
                self.reach(f"{name}.after-commit")

        return watched

    def _around(self, of: type, method: str, name: str) -> None:
        does = getattr(of, method)

        @wraps(does)
        def told(*arguments: Any, **named: Any) -> Any:
            self.reach(f"{name}.before")
            result = does(*arguments, **named)
            self.reach(f"{name}.after")
            return result

        as_class_method = isinstance(vars(of)[method], classmethod)
        setattr(of, method, staticmethod(told) if as_class_method else told)


def _name_of(touched: set[str]) -> str | None:
    return next((name for name, needed in NAMES.items() if needed <= touched), None)
