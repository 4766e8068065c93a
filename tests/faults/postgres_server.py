"""Run a PostgreSQL server that tests may kill, reached through a network that tests may break."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from tests.faults.tcp_proxy import TcpProxy, tcp_proxy
from tests.storage.postgres import FOLDER

_USER = "postgres"
_PATIENCE_S = 60.0
_PAUSE_S = 0.05


@dataclass(frozen=True, kw_only=True)
class PostgresServer:
    """It syncs what it commits, as one in earnest does; only where it is laid down nothing has to be durable."""

    folder: Path
    programs: Path
    proxy: TcpProxy

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://{_USER}@127.0.0.1:{self.proxy.port}/{database}"

    def start(self) -> None:
        options = f"-c listen_addresses='' -c unix_socket_directories={self.folder} -c shared_buffers=16MB"
        self._control("--log", str(self.folder / "log"), "--options", options, "start")

    def kill(self) -> None:
        """Stop it as a power cut would: what its processes had in memory is gone."""
        self._control("--mode", "immediate", "stop")

    def wait_until_up(self) -> None:
        """Return when it has recovered; if a fault was too much for it, start it again."""
        until = time.monotonic() + _PATIENCE_S
        while time.monotonic() < until:
            try:
                self._ask("SELECT 1")
            except psycopg.OperationalError:
                time.sleep(_PAUSE_S)
            else:
                return
        raise AssertionError("PostgreSQL does not recover")

    def create(self, database: str, template: str = "template0") -> None:
        self._ask(f"CREATE DATABASE {database} TEMPLATE {template}")

    def drop(self, database: str) -> None:
        self._ask(f"DROP DATABASE {database} WITH (FORCE)")

    def processes(self) -> list[int]:
        """Return the server itself, and what it has started for its clients and beside."""
        main = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
        return [main, *map(int, Path(f"/proc/{main}/task/{main}/children").read_text().split())]

    def backend_of(self, database: str) -> list[int]:
        """Return the processes that are in a transaction of this database."""
        busy = "SELECT pid FROM pg_stat_activity WHERE datname = %s AND state LIKE 'idle in transaction%%'"
        return [row[0] for row in self._ask(busy, database)]

    def _ask(self, statement: str, *values: str) -> list[tuple[int, ...]]:
        with psycopg.connect(f"host={self.folder} user={_USER} dbname=postgres", autocommit=True) as conn:
            found = conn.execute(statement, values or None)
            return found.fetchall() if found.description else []

    def _control(self, *arguments: str) -> None:
        run_as_server(self.programs / "pg_ctl", "--pgdata", self.folder / "data", "--wait", *arguments)


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    programs = _programs()
    memory = Path("/dev/shm")  # noqa: S108 - a folder of random name; its calls can fail there as on a disk
    folder = Path(tempfile.mkdtemp(prefix=FOLDER, dir=memory if memory.is_dir() else None))
    try:
        if os.getuid() == 0:
            shutil.chown(folder, _USER)
        run_as_server(programs / "initdb", "-D", folder / "data", "-U", _USER, "--auth", "trust", "--no-sync")
        with tcp_proxy(f"{folder}/.s.PGSQL.5432") as proxy:
            server = PostgresServer(folder=folder, programs=programs, proxy=proxy)
            server.start()
            try:
                yield server
            finally:
                server.kill()
    finally:
        shutil.rmtree(folder)


def run_as_server(*command: object) -> None:
    """The server refuses to run as root, so root runs it as the user that its package made."""
    user = _USER if os.getuid() == 0 else None
    arguments = [str(each) for each in command]
    subprocess.run(arguments, user=user, cwd="/", check=True, stdout=subprocess.DEVNULL, timeout=120)


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not found:
        pytest.skip("PostgreSQL is not installed; type: apt-get install postgresql")
    return found[-1]
