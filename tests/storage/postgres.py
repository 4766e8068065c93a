"""Start a PostgreSQL server of the test's own, which is reached through a socket file and by nobody else."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, event

from storage.tables import INCIDENTS_SCHEMA, metadata

OWNER = "postgres"
_MISSING = "PostgreSQL is not installed; type: apt-get install postgresql"


@dataclass(frozen=True, kw_only=True, slots=True)
class Postgres:
    """A running server with a database that holds our tables."""

    folder: Path

    def engine(self, role: str | None = None) -> Engine:
        """Return an engine whose connections act in a role; None is the owner of the tables."""
        url = f"postgresql+psycopg://{OWNER}@/postgres?host={self.folder}"
        engine = create_engine(url, hide_parameters=True)
        if role is not None:
            event.listen(engine, "connect", lambda connection, _: connection.execute(f"SET SESSION ROLE {role}"))
        return engine


@contextmanager
def postgres() -> Iterator[Postgres]:
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="altsieve-postgres-"))
    try:
        if os.getuid() == 0:
            shutil.chown(folder, OWNER)
        _run(programs / "initdb", "--pgdata", folder / "data", "--username", OWNER, "--auth", "trust", "--no-sync")
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
        control = (programs / "pg_ctl", "--pgdata", folder / "data", "--wait")
        _run(*control, "--log", folder / "log", "--options", options, "start")
        try:
            yield _laid_down(Postgres(folder=folder))
        finally:
            _run(*control, "--mode", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def _laid_down(server: Postgres) -> Postgres:
    engine = server.engine()
    with engine.begin() as conn:
        conn.exec_driver_sql(f"CREATE SCHEMA {INCIDENTS_SCHEMA}")
        metadata.create_all(conn)
        conn.exec_driver_sql((Path(__file__).parents[2] / "storage" / "roles.sql").read_text())
    engine.dispose()
    return server


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if not found and on_path is None:
        pytest.skip(_MISSING)
    return found[-1].parent if found else Path(str(on_path)).parent


def _run(*command: object) -> None:
    """The server refuses to run as root, so root runs it as the user that its package made."""
    user = OWNER if os.getuid() == 0 else None
    arguments = [str(each) for each in command]
    subprocess.run(arguments, user=user, cwd="/", check=True, stdout=subprocess.DEVNULL, timeout=120)
