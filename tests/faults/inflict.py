"""Inflict a kind of fault on a process that stands at a write point, and mend it again."""

import resource
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from console.write_points import Inside, Kind, Point, Setup, Writes
from storage.checkpoints import CHECKPOINTS_FILE
from tests.faults.driven import Driven
from tests.faults.place import Place
from tests.faults.stage import Stage, name_of
from tests.faults.syscalls import traced
from tests.storage.s3_faults import Exchange, Fault, Holds, LosesAnswer, Refuses, Says
from tests.storage.s3_proxy import S3Proxy

_WRITING = "write,pwrite64,ftruncate,fallocate,mkdir"
_SYNCING = "fsync,fdatasync,sync_file_range"
_SEEN = f"{_WRITING},{_SYNCING},rename,msync,recvfrom"
_METHODS = ("PUT", "GET", "HEAD", "POST", "DELETE")
_FOR_GOOD = 1_000_000
_HANGS_S = 0.7


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A process that stands at a point of a place; `proxy` is what it speaks to S3 through."""

    stage: Stage
    place: Place
    setup: Setup
    point: Point
    process: Driven
    proxy: S3Proxy | None = None

    @property
    def is_served(self) -> bool:
        """Say whether the write is done by a PostgreSQL server."""
        return self.setup is Setup.POSTGRESQL_FOLDER and self.point.writes is Writes.DATABASE

    def backends(self) -> list[int]:
        return self.stage.postgres.backend_of(name_of(self.place))


@contextmanager
def inflicted(kind: Kind, trial: Trial) -> Iterator[None]:
    """Let it go on within the block, and wait there for its end; afterwards all is mended."""
    with _KINDS[kind](trial):
        yield


@contextmanager
def _process_killed(trial: Trial) -> Iterator[None]:
    if trial.point.inside is None:
        trial.process.kill()
        yield
    elif trial.proxy is not None:
        trial.proxy.plan(_ThenKilled(trial.process), "PUT")
        yield
    else:
        with _thread(trial, f"{_last_call(trial)}"):
            yield


def _last_call(trial: Trial) -> str:
    """Return the call that is begun and never done."""
    inside, writes = trial.point.inside, trial.point.writes
    if inside is Inside.HALF:
        if trial.point.moment.startswith("held-hashes"):
            return "msync:signal=SIGKILL"
        return f"{'pwrite64' if writes is Writes.DATABASE else 'write'}:signal=SIGKILL:when=2"
    if inside is Inside.UNANSWERED:
        return f"{'recvfrom' if trial.is_served else 'fdatasync'}:signal=SIGKILL"
    return f"{'rename' if inside is Inside.UNNAMED else 'fsync'}:signal=SIGKILL"


@contextmanager
def _database_killed(trial: Trial) -> Iterator[None]:
    server = trial.stage.postgres
    if trial.point.inside is None:
        server.kill()
        yield
        server.start()
        return
    call = "pwrite64" if trial.point.inside is Inside.HALF else "fdatasync"
    with traced(*trial.backends(), trace=_SEEN, inject=[f"{call}:signal=SIGKILL"], threads=False):
        yield
    server.wait_until_up()


@contextmanager
def _store_killed(trial: Trial) -> Iterator[None]:
    trial.stage.store.kill()
    yield
    trial.stage.store.start()


@contextmanager
def _disk_full(trial: Trial) -> Iterator[None]:
    inside = trial.point.inside
    if inside is None:
        with _from_here(trial, f"{_WRITING}:error=ENOSPC"):
            yield
        return
    call = "pwrite64" if trial.point.writes is Writes.DATABASE else "write"
    with _thread(trial, "rename:error=ENOSPC" if inside is Inside.UNNAMED else f"{call}:error=ENOSPC:when=2+"):
        yield


@contextmanager
def _disk_error(trial: Trial) -> Iterator[None]:
    with _from_here(trial, f"{_SYNCING}:error=EIO"):
        yield


@contextmanager
def _from_here(trial: Trial, inject: str) -> Iterator[None]:
    """Of all that the process does from now on, or the backend that holds its transaction."""
    pids = trial.backends() if trial.is_served else [trial.process.pid]
    with traced(*pids, trace=_SEEN, inject=[inject], threads=not trial.is_served):
        yield
    if trial.is_served:
        trial.stage.postgres.wait_until_up()


@contextmanager
def _thread(trial: Trial, inject: str) -> Iterator[None]:
    """Of what the thread does that stands there."""
    if trial.point.inside is Inside.HALF and trial.point.writes is not Writes.DATABASE:
        _let_next_write_be_short(trial)
    with traced(trial.process.thread, trace=_SEEN, inject=[inject], threads=False):
        yield


def _let_next_write_be_short(trial: Trial) -> None:
    """A file may grow by a few bytes and no more: the rest of the write is a call of its own."""
    if trial.point.moment.startswith("held-hashes"):
        return
    checkpoints = Path(trial.place.folder) / CHECKPOINTS_FILE
    most = 4 + (checkpoints.stat().st_size if trial.point.moment.startswith("checkpoint") else 0)
    resource.prlimit(trial.process.pid, resource.RLIMIT_FSIZE, (most, most))


@contextmanager
def _network_reset(trial: Trial) -> Iterator[None]:
    lost = trial.point.inside is Inside.UNANSWERED
    if trial.proxy is not None:
        _always(trial.proxy, LosesAnswer() if lost else Refuses())
        yield
        return
    network = trial.stage.postgres.proxy
    (network.swallow_answers if lost else network.reset)()
    yield
    network.heal()


@contextmanager
def _network_hangs(trial: Trial) -> Iterator[None]:
    if trial.proxy is not None:
        _always(trial.proxy, Holds())
        yield
        return
    network = trial.stage.postgres.proxy
    network.hang()
    timer = threading.Timer(_HANGS_S, network.heal)
    timer.start()
    yield
    timer.join()


def _store_says(status: int, code: str, times: int) -> Callable[[Trial], AbstractContextManager[None]]:
    @contextmanager
    def says(trial: Trial) -> Iterator[None]:
        assert trial.proxy is not None
        _always(trial.proxy, Says(status, code), times)
        yield

    return says


def _always(proxy: S3Proxy, fault: Fault, times: int = _FOR_GOOD) -> None:
    for method in _METHODS:
        proxy.plan(fault, method, times=times)


@dataclass(frozen=True, slots=True)
class _ThenKilled:
    """The store does as asked, and whoever asked is killed before the answer comes."""

    process: Driven

    def play(self, exchange: Exchange) -> None:
        exchange.forward()
        self.process.kill()
        exchange.hang_up(reset=True)


_KINDS: Mapping[Kind, Callable[[Trial], AbstractContextManager[None]]] = {
    Kind.PROCESS_KILLED: _process_killed,
    Kind.DATABASE_KILLED: _database_killed,
    Kind.STORE_KILLED: _store_killed,
    Kind.DISK_FULL: _disk_full,
    Kind.DISK_ERROR: _disk_error,
    Kind.NETWORK_RESET: _network_reset,
    Kind.NETWORK_HANGS: _network_hangs,
    Kind.STORE_500: _store_says(500, "InternalError", _FOR_GOOD),
    Kind.STORE_503: _store_says(503, "ServiceUnavailable", 1),
    Kind.STORE_SLOW_DOWN: _store_says(503, "SlowDown", 2),
}
