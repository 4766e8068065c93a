"""Keep what faults are tried on: servers that may be killed, and places laid down once and copied for each trial."""

import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from console.write_points import Setup
from storage.migrate import upgrade
from storage.objects import open_objects
from tests.faults.aftermath import Left, left_at
from tests.faults.driven import Drivers, drivers
from tests.faults.place import Place
from tests.faults.postgres_server import PostgresServer, postgres_server
from tests.faults.store_server import StoreServer, store_server
from tests.faults.works import lay_down

HELD, OLD, EMPTY = "held", "old", "empty"
_BASES: Mapping[str, str] = {"set-up": EMPTY, "migrate": OLD}


@dataclass(kw_only=True)
class Stage:
    """Everything is begun when it is first needed, and ended with the stage."""

    folder: Path
    stack: ExitStack
    _bases: dict[tuple[Setup, str], Place] = field(default_factory=dict)
    _undisturbed: dict[str, tuple[Left, frozenset[str]]] = field(default_factory=dict)

    @cached_property
    def drivers(self) -> Drivers:
        return self.stack.enter_context(drivers())

    @cached_property
    def postgres(self) -> PostgresServer:
        return self.stack.enter_context(postgres_server())

    @cached_property
    def store(self) -> StoreServer:
        return self.stack.enter_context(store_server())

    def fresh(self, setup: Setup, work: str) -> Place:
        """Return a copy of what the work begins with."""
        base = self._base(setup, _BASES.get(work, HELD))
        place = self._new(setup, f"p{secrets.token_hex(4)}")
        shutil.copytree(base.folder, place.folder)
        if setup is Setup.POSTGRESQL_FOLDER:
            self.postgres.create(name_of(place), name_of(base))
        if setup is Setup.SQLITE_S3:
            with place.in_environment():
                _copy_objects(Place.in_folder(Path(place.folder)), place)
        return place

    def undisturbed(self, work: str) -> tuple[Left, frozenset[str]]:
        """Return what is left by a work that nobody disturbs, and which pairs it was told are stored."""
        if work not in self._undisturbed:
            place = self.fresh(Setup.SQLITE_FOLDER, work)
            process = self.drivers.to_the_end(work, place)
            self._undisturbed[work] = left_at(place), frozenset(process.stored)
        return self._undisturbed[work]

    def _base(self, setup: Setup, kind: str) -> Place:
        in_folder = Setup.SQLITE_FOLDER if setup is Setup.SQLITE_S3 else setup
        if (in_folder, kind) not in self._bases:
            place = self._new(in_folder, f"{kind}_{in_folder.name.lower()}")
            if in_folder is Setup.POSTGRESQL_FOLDER:
                self.postgres.create(name_of(place))
            _lay_down(kind, place)
            self._bases[in_folder, kind] = place
        return self._bases[in_folder, kind]

    def _new(self, setup: Setup, name: str) -> Place:
        place = Place.in_folder(self.folder / name)
        if setup is Setup.POSTGRESQL_FOLDER:
            return replace(place, database_url=self.postgres.url(name))
        if setup is Setup.SQLITE_S3:
            server = self.store.server
            return replace(place, objects_url=server.url(name), environment=server.environment)
        return place


@contextmanager
def stage() -> Iterator[Stage]:
    with tempfile.TemporaryDirectory(prefix="altsieve-faults-") as folder, ExitStack() as stack:
        yield Stage(folder=Path(folder), stack=stack)


def name_of(place: Place) -> str:
    return Path(place.folder).name


def _lay_down(kind: str, place: Place) -> None:
    if kind == HELD:
        lay_down(place)
    elif kind == OLD:
        upgrade(place.database_url, place.folder, "0004")
    else:
        Path(place.folder).mkdir()


def _copy_objects(source: Place, to: Place) -> None:
    there, here = open_objects(source.objects_url), open_objects(to.objects_url)
    here.put_all({each.key: there.get(each.key) for each in there.keys()})  # noqa: SIM118 - a store is no dict
