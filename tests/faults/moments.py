"""Stop a process at named moments of its own writes: the product's code runs as it is, and says where it has come."""

import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, event

from storage.checkpoints import Checkpoints
from storage.database import Database
from storage.folder_objects import FolderStore
from storage.held_hashes import HeldHashes
from storage.keys import KeyRing
from storage.list_indexes import ListIndexes

P = ParamSpec("P")
R = TypeVar("R")

_WRITES = re.compile(r'\s*(INSERT(?: OR \w+)? INTO|COPY|UPDATE|DELETE FROM|CREATE TABLE|ALTER TABLE)\s+"?([\w.]+)')
_WORDS = {"INSERT INTO": "+", "COPY": "+", "UPDATE": "~", "DELETE FROM": "-", "CREATE TABLE": "!", "ALTER TABLE": "!"}
NAMES: Mapping[str, frozenset[str]] = {
    name: frozenset(needed.split())
    for name, needed in {
        "migration": "~alembic_version",
        "withdrawal": "-pair +tombstone",
        "rescan.match": "-pair +withdrawn_match ~rescan",
        "rescan.withdraw": "-pair ~rescan",
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
        self._counts: Counter[str] = Counter()
        self._touched: dict[int, set[str]] = {}
        self._lock = threading.Lock()

    def install(self) -> None:
        event.listen(Engine, "before_cursor_execute", self._note)
        self._around(FolderStore, "put_all", "put")
        self._around(FolderStore, "delete", "delete")
        self._around(Checkpoints, "sign", "checkpoint")
        self._around(Checkpoints, "create", "first-checkpoint")
        self._around(KeyRing, "create", "keys")
        self._around(ListIndexes, "build", "index")
        self._around(HeldHashes, "refresh", "held-hashes")
        self._around(HeldHashes, "forget", "forget-hashes")
        Database.write = self._watched(Database.write)  # type: ignore[method-assign]  # it is what is watched

    def reach(self, moment: str) -> None:
        self._tell(moment)

    def _note(self, conn: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        found = _WRITES.match(statement)
        touched = self._touched.get(id(conn))
        if found is not None and touched is not None:
            touched.add(_WORDS[re.sub(" OR \\w+", "", found[1])] + found[2].rpartition(".")[2])

    def _watched(self, write: Callable[[Database], Any]) -> Callable[[Database], Any]:
        @contextmanager
        def watched(db: Database) -> Iterator[Connection]:
            with write(db) as conn:
                self._touched[id(conn)] = set()
                try:
                    yield conn
                finally:
                    touched = self._touched.pop(id(conn))
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
