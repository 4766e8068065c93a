"""Say where a test keeps its records and its pictures, on the kinds of store that the run of tests is on.

A server of each kind is started once for the run. A place follows from its folder alone, so that each process that
knows the folder finds the same one.
"""

import hashlib
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Self

import pytest

from storage.migrate import upgrade
from storage.objects import ObjectStore, open_objects
from tests.combination import DATABASE, OBJECTS
from tests.storage.postgres import SERVER_VARIABLE, Postgres, running_server, server
from tests.storage.s3 import S3Server
from tests.storage.s3 import running_server as running_s3
from tests.storage.s3 import shared_server as shared_s3

_TEMPLATE: Final = "migrated"
_made: list[str] = []
"""The databases that this process has made on the server."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where one installation is; nothing has to be there yet."""

    folder: Path
    """Of its keys, checkpoints and indexes, and on SQLite of its database."""

    @classmethod
    def of(cls, folder: Path) -> Self:
        return cls(folder=folder.absolute())

    @property
    def database_url(self) -> str:
        if DATABASE == "sqlite":
            return f"sqlite:///{self.folder}/altsieve.db"
        return running_server().url(self._name)

    @property
    def database(self) -> str:
        """Its name on the server of PostgreSQL."""
        return self._name

    @property
    def objects_url(self) -> str:
        if OBJECTS == "folder":
            return f"file://{self.folder}/objects"
        return _s3().url(self._name)

    @property
    def settings(self) -> dict[str, str]:
        """What a user would set to be here from anywhere."""
        return {
            "DATABASE_URL": self.database_url,
            "STATE_FOLDER": str(self.folder),
            "OBJECTS_URL": self.objects_url,
        }

    @property
    def beside_defaults(self) -> dict[str, str]:
        """What a user would have to set in the environment to be here from the folder above, if this one is `data`."""
        database = {} if DATABASE == "sqlite" else {"ALTSIEVE_DATABASE_URL": self.database_url}
        return database if OBJECTS == "folder" else {**database, "ALTSIEVE_OBJECTS_URL": self.objects_url}

    def open_objects(self) -> ObjectStore:
        return open_objects(self.objects_url)

    def objects(self) -> dict[str, bytes]:
        """Return the bytes of everything that lies in the store, by key."""
        store = self.open_objects()
        stored = store.keys()
        return {each.key: store.get(each.key) for each in stored}

    def tamper(self, key: str, body: bytes | None) -> None:
        """Have other bytes under a key, or none, past all that says which are there."""
        store = self.open_objects()
        store.delete(key)
        if body is not None:
            store.put_all({key: body})

    def make_empty(self) -> None:
        """Leave what a user has before `altsieve db upgrade`."""
        if DATABASE == "postgresql":
            _create(self._name, "template0")

    def lay_down(self) -> None:
        """Leave what `altsieve db upgrade` leaves in a new place: to migrate takes a second, to copy no time."""
        if any((self.folder / name).exists() for name in _new_files()):
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        for name, body in _new_files().items():
            (self.folder / name).touch(mode=0o600)
            (self.folder / name).write_bytes(body)
        if DATABASE == "postgresql":
            _create(self._name, _TEMPLATE)

    def copy_to(self, folder: Path) -> "Place":
        """Have the same at another place; nobody may be at work in this one."""
        shutil.copytree(self.folder, folder)
        other = Place.of(folder)
        if DATABASE == "postgresql":
            _create(other._name, self._name)
        if OBJECTS == "s3":
            other.open_objects().put_all(self.objects())
        return other

    @property
    def _name(self) -> str:
        return "test-" + hashlib.sha256(str(self.folder).encode()).hexdigest()[:24]


@contextmanager
def servers() -> Iterator[None]:
    """Run the servers that this run of tests needs, and name them to the processes within."""
    with ExitStack() as stack:
        if DATABASE == "postgresql":
            stack.enter_context(_named(stack.enter_context(server())))
            _migrate_template()
        if OBJECTS == "s3":
            stack.enter_context(shared_s3())
        yield


@contextmanager
def dropped_afterwards() -> Iterator[None]:
    """Drop at the end the databases that this process has made meanwhile."""
    before = len(_made)
    yield
    if _made[before:]:
        running_server().do(*(f'DROP DATABASE IF EXISTS "{each}" WITH (FORCE)' for each in _made[before:]))
        del _made[before:]


@contextmanager
def _named(started: Postgres) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(SERVER_VARIABLE, str(started.folder))
        yield


def _migrate_template() -> None:
    started = running_server()
    started.do(f"CREATE DATABASE {_TEMPLATE} TEMPLATE template0")
    upgrade(started.url(_TEMPLATE), str(_template_folder()))
    started.do(f"ALTER DATABASE {_TEMPLATE} ALLOW_CONNECTIONS false")


def _template_folder() -> Path:
    return running_server().folder / _TEMPLATE


def _create(name: str, template: str) -> None:
    running_server().do(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
    _made.append(name)


@cache
def _new_files() -> Mapping[str, bytes]:
    if DATABASE == "postgresql":
        return _files_in(_template_folder())
    with TemporaryDirectory() as folder:
        upgrade(f"sqlite:///{folder}/altsieve.db")
        return _files_in(Path(folder))


def _files_in(folder: Path) -> Mapping[str, bytes]:
    return {each.name: each.read_bytes() for each in folder.iterdir() if each.is_file()}


@cache
def _s3() -> S3Server:
    found = running_s3()
    assert found is not None
    return found
