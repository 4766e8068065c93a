"""Say where a driven process writes: a database, a store of objects and a folder, each of its own."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from storage.checkpoints import CHECKPOINTS_FILE, Checkpoints
from storage.database import Database
from storage.keys import KeyRing
from storage.ledger import Ledger
from storage.objects import ObjectOptions, ObjectStore, open_objects


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where one installation is."""

    database_url: str
    objects_url: str
    folder: str
    environment: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def in_folder(cls, folder: Path) -> "Place":
        """Return SQLite and a folder of objects, as a fresh checkout has them."""
        return cls(
            database_url=f"sqlite:///{folder}/altsieve.db",
            objects_url=f"file://{folder}/objects",
            folder=str(folder),
        )

    @property
    def objects_endpoint(self) -> str:
        """Return the address of the S3 server."""
        return parse_qs(urlsplit(self.objects_url).query)["endpoint_url"][0]

    def at_endpoint(self, endpoint_url: str) -> "Place":
        """Return the same place, its S3 server reached by another address."""
        asked = urlencode({"endpoint_url": endpoint_url})
        return replace(self, objects_url=urlsplit(self.objects_url)._replace(query=asked).geturl())

    @contextmanager
    def in_environment(self) -> Iterator[None]:
        """Have the credentials of the store in the environment, where they are looked for."""
        with pytest.MonkeyPatch.context() as patch:
            for name, value in self.environment.items():
                patch.setenv(name, value)
            yield


@dataclass(frozen=True, kw_only=True)
class Installation:
    """An open place."""

    db: Database
    objects: ObjectStore
    keys: KeyRing
    ledger: Ledger
    checkpoints: Checkpoints

    @classmethod
    def open(cls, place: Place) -> "Installation":
        db = Database.open(place.database_url, place.folder)
        keys = KeyRing.load(db.folder)
        return cls(
            db=db,
            objects=open_objects(place.objects_url, ObjectOptions(timeout_s=1.0, attempts=2)),
            keys=keys,
            ledger=Ledger(db, keys),
            checkpoints=Checkpoints(db.folder / CHECKPOINTS_FILE, keys),
        )
