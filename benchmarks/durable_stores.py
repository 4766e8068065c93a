"""Start the stores that the benchmark writes to: each syncs what it says is durable."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from storage.objects import ObjectStore, open_objects

WORK: Final = Path(__file__).parent.parent / ".bench" / "durability"
DATABASES: Final = ("sqlite", "postgresql")
OBJECTS: Final = ("none", "folder", "s3")
_OPTIONS: Final = {
    "listen_addresses": "",
    "shared_buffers": "1GB",
    "max_wal_size": "8GB",
    "wal_compression": "lz4",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a database is; `server` is the id of the process that serves it, None without one."""

    url: str
    folder: Path
    server: int | None = None

    def cpu_s(self) -> float:
        """Return what this process and those of the server have used so far."""
        times = os.times()
        return times.user + times.system + sum(map(_cpu_s, self._processes()))

    def size_bytes(self) -> int:
        return sum(each.stat().st_size for each in self.folder.rglob("*") if each.is_file())

    def _processes(self) -> list[int]:
        if self.server is None:
            return []
        children = Path(f"/proc/{self.server}/task/{self.server}/children").read_text()
        return [self.server, *map(int, children.split())]


@contextmanager
def place(database: str, name: str) -> Iterator[Place]:
    """Make room for one database, which is gone afterwards."""
    folder = WORK / f"{database}-{name}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        if database == "sqlite":
            yield Place(url=f"sqlite:///{folder}/altsieve.db", folder=folder)
        else:
            with _postgresql(folder) as server:
                url = f"postgresql+psycopg://postgres@/postgres?host={folder}"
                yield Place(url=url, folder=folder, server=server)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def objects(kind: str, folder: Path) -> Iterator[ObjectStore | None]:
    if kind == "none":
        yield None
    elif kind == "folder":
        yield open_objects(f"file://{folder}/objects")
    else:
        from tests.storage.s3 import new_prefix, shared_server

        with shared_server() as server:
            yield open_objects(server.url(new_prefix()))


@contextmanager
def _postgresql(folder: Path) -> Iterator[int]:
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"))
    data, user = folder / "data", "postgres" if os.getuid() == 0 else None
    if user is not None:
        shutil.chown(folder, user)
    _run(user, programs / "initdb", "--pgdata", data, "--username", "postgres", "--auth", "trust", "--locale=C.UTF-8")
    options = {**_OPTIONS, "unix_socket_directories": str(folder)}
    told = " ".join(f"-c {name}='{value}'" for name, value in options.items())
    control = (programs / "pg_ctl", "--pgdata", data, "--wait", "--silent")
    _run(user, *control, "--log", folder / "log", "--options", told, "start")
    try:
        yield int((data / "postmaster.pid").read_text().split()[0])
    finally:
        _run(user, *control, "--mode", "immediate", "stop")


def _run(user: str | None, *command: object) -> None:
    done = [str(each) for each in command]
    subprocess.run(done, user=user, cwd="/", check=True, stdout=subprocess.DEVNULL, timeout=300)


def _cpu_s(process: int) -> float:
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0  # it has ended since it was listed
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
