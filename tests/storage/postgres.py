"""Start a PostgreSQL server of the tests' own, which is reached through a socket file and by nobody else."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest

OWNER: Final = "postgres"
SERVER_VARIABLE: Final = "ALTSIEVE_TEST_POSTGRES"
FOLDER: Final = "altsieve-postgres-"
"""How the name of each server's folder begins."""
_MISSING: Final = "PostgreSQL is not installed; type: apt-get install postgresql"
_START_S: Final = 60.0
_POLL_S: Final = 0.05
_OPTIONS: Final = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    # Its data are gone with the tests: nothing has to survive the machine, so nothing waits for a disk.
    "fsync": "off",
    "full_page_writes": "off",
    "checkpoint_timeout": "1d",
    "wal_level": "minimal",
    "wal_keep_size": "512MB",
    "max_wal_senders": "0",
    "autovacuum": "off",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Postgres:
    """A running server."""

    folder: Path

    def url(self, database: str = "postgres") -> str:
        return f"postgresql+psycopg://{OWNER}@/{database}?host={self.folder}"

    def do(self, *statements: str) -> None:
        """Do what cannot be done in a transaction, such as to make a database."""
        with self.connection() as connection:
            for each in statements:
                connection.execute(each.encode())

    def end_of_log(self) -> str:
        """Return the place where the write-ahead log is written on."""
        return str(self.ask("SELECT pg_current_wal_insert_lsn()"))

    def log_since(self, start: str) -> bytes:
        """Return what has been written ahead since, for all databases."""
        end = self.end_of_log()
        self.ask("SELECT pg_switch_wal()")
        first, last = (self.ask("SELECT pg_walfile_name(%s)", each) for each in (start, end))
        files = sorted(self.folder.glob("data/pg_wal/" + "[0-9A-F]" * 24))
        assert first in {each.name for each in files}, "a checkpoint has taken the log away"
        offset = self.ask("SELECT file_offset FROM pg_walfile_name_offset(%s)", start)
        return b"".join(each.read_bytes() for each in files if first <= each.name <= last)[offset:]

    def files_of(self, database: str) -> dict[str, bytes]:
        """Return every file of a database, with all that was deleted and not yet written over."""
        self.do("CHECKPOINT")
        number = self.ask("SELECT oid FROM pg_database WHERE datname = %s", database)
        return {str(each): each.read_bytes() for each in self.folder.glob(f"data/base/{number}/*") if each.is_file()}

    def ask(self, query: str, *values: str) -> Any:
        """Return the only value of the only row."""
        with self.connection() as connection:
            row = connection.execute(query.encode(), values).fetchone()
        return row[0] if row is not None else None

    def connection(self) -> psycopg.Connection[Any]:
        return psycopg.connect(host=str(self.folder), user=OWNER, dbname="postgres", autocommit=True)


def running_server(environment: Mapping[str, str] = os.environ) -> Postgres:
    """Return the server that an outer process has started and named in the environment."""
    return Postgres(folder=Path(environment[SERVER_VARIABLE]))


@contextmanager
def server() -> Iterator[Postgres]:
    """Start one, ready to be used, and stop it at the end; its data go with it, and it ends if this process does."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix=FOLDER, dir=_quick_folder()))
    try:
        if os.getuid() == 0:
            shutil.chown(folder, OWNER)
        _make(programs, folder)
        with _process(programs, folder) as process:
            yield _ready(Postgres(folder=folder), process)
    finally:
        shutil.rmtree(folder)


def _make(programs: Path, folder: Path) -> None:
    """It sorts as English does, not by bytes: what is to be sorted by bytes has to say so."""
    command = (
        *(programs / "initdb", "--pgdata", folder / "data", "--username", OWNER, "--auth", "trust", "--no-sync"),
        *("--encoding", "UTF8", "--locale", "C.UTF-8", "--locale-provider", "icu", "--icu-locale", "en-US"),
    )
    done = subprocess.run(
        [str(each) for each in command], user=_user(), cwd="/", check=False, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr


@contextmanager
def _process(programs: Path, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    options = {**_OPTIONS, "unix_socket_directories": str(folder)}
    command = [str(programs / "postgres"), "-D", str(folder / "data")]
    command += [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    if dies_with_us := shutil.which("setpriv"):
        command = [dies_with_us, "--pdeathsig=QUIT", *command]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, user=_user(), cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGQUIT)  # at once: nobody wants its data any more
        process.wait()


def _ready(started: Postgres, process: subprocess.Popen[bytes]) -> Postgres:
    until = time.monotonic() + _START_S
    while process.poll() is None and time.monotonic() < until:
        try:
            started.connection().close()
        except psycopg.OperationalError:
            time.sleep(_POLL_S)
        else:
            return started
    raise RuntimeError(f"PostgreSQL does not start: {(started.folder / 'log').read_text(errors='replace')[-2000:]}")


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if not found and on_path is None:
        pytest.skip(_MISSING)
    return found[-1].parent if found else Path(str(on_path)).resolve().parent


def _user() -> str | None:
    """The server refuses to run as root, so root runs it as the user that its package made."""
    return OWNER if os.getuid() == 0 else None


def _quick_folder() -> str | None:
    """A database of its own for each test is some 9 MB of files: in memory they are made in half the time."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of random name is made in it
    if memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 4 << 30:
        return str(memory)
    return None
