"""Tell what survives which fault, for docs/durability.md; its cells are the ones that tests try."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from console.crash_points import POINTS
from console.read_points import READS
from console.write_points import WHY_NOT, Cell, Kind, Point, Setup, cells

PAGE: Final = Path(__file__).parent.parent / "docs" / "durability.md"
_SHORT: Final = {
    Kind.PROCESS_KILLED: "process killed",
    Kind.DATABASE_KILLED: "database killed",
    Kind.STORE_KILLED: "store killed",
    Kind.DISK_FULL: "disk full",
    Kind.DISK_ERROR: "disk error",
    Kind.NETWORK_RESET: "network reset",
    Kind.NETWORK_HANGS: "network hangs",
    Kind.STORE_500: "500",
    Kind.STORE_503: "503",
    Kind.STORE_SLOW_DOWN: "SlowDown",
    Kind.CORRUPTED_READ: "corrupted read",
}
_INFLICTED: Final = {
    Kind.PROCESS_KILLED: "SIGKILL, at the moment or inside the system call that is next",
    Kind.DATABASE_KILLED: "`pg_ctl stop -m immediate`, or SIGKILL of the backend inside its write or sync",
    Kind.STORE_KILLED: "SIGKILL of the S3 server, which is started again when the process has ended",
    Kind.DISK_FULL: "each write fails with ENOSPC from here on; inside a write, after its first bytes",
    Kind.DISK_ERROR: "each fsync and fdatasync fails with EIO from here on",
    Kind.NETWORK_RESET: "all connections are reset and none can be made; inside a write, its answer is lost",
    Kind.NETWORK_HANGS: "nothing is carried any more, until S3's timeout has passed; PostgreSQL's connection breaks "
    "after 0.7 seconds, as keepalives would break it",
    Kind.STORE_500: "the store answers every request with 500 InternalError from here on",
    Kind.STORE_503: "the store answers the next request of each method with 503 ServiceUnavailable",
    Kind.STORE_SLOW_DOWN: "the store answers the next two requests of each method with 503 SlowDown",
    Kind.CORRUPTED_READ: "a byte of what is read is another one",
}
_WORKS: Final = {
    "crawl": "A crawl",
    "withdraw": "A withdrawal",
    "import-list": "The import of a list",
    "rescan": "A re-scan",
    "set-up": "The first `altsieve db upgrade`",
    "migrate": "A migration",
}


def durability_page() -> str:
    return "".join(
        (_INTRO, _PROTOCOL, *_left(), _KINDS, *_kinds(), *_grid(), _REFUSED, *_why_not(), *_reads(), _PROMISE)
    )


def _left() -> Iterator[str]:
    for work, title in _WORKS.items():
        yield f"\n### {title}\n\n| a crash at | leaves | who clears it away |\n|---|---|---|\n"
        for point in POINTS:
            if point.work == work:
                yield f"| `{point.name}` | {point.leaves} | {point.then} |\n"


def _kinds() -> Iterator[str]:
    for kind, how in _INFLICTED.items():
        yield f"| {_SHORT[kind]} | `{kind}` | {how} |\n"


def _grid() -> Iterator[str]:
    yield _CELLS
    yield f"| write point | {' | '.join(_SHORT.values())} |\n|---|{'---|' * len(_SHORT)}\n"
    of_point: dict[Point, list[Cell]] = {}
    for cell in cells(POINTS):
        of_point.setdefault(cell.point, []).append(cell)
    for point, row in of_point.items():
        yield f"| `{point.name}` | {' | '.join(_entry(each) for each in row)} |\n"


def _entry(cell: Cell) -> str:
    return " ".join(cell.setups) if cell.setups else str(cell.why_not)


def _why_not() -> Iterator[str]:
    for letter, reason in WHY_NOT.items():
        yield f"* **{letter}**: {reason}\n"


def _reads() -> Iterator[str]:
    yield _READ
    for each in READS:
        yield f"| `{each.name}` | {each.damage} | {each.noticed} | {each.then} |\n"


def _rests_on() -> Iterator[str]:
    for what, holds in _RESTS_ON.items():
        yield f"| {what} | {holds} |\n"


_INTRO: Final = """# Nothing lost, nothing half kept

<!-- Made by `make docs`; a test fails if it is stale. -->

**The promise.** A pair that a run has counted as stored is there after any crash, with its bytes, its decision and
its place in the ledger. A pair that is not is not there at all: no row without bytes, and no bytes that nobody knows
of once `altsieve verify --repair` or the next run has cleared away what the crash left. A match is recorded once.

What follows is the order of writes that keeps this promise, what a crash leaves at each moment of it, and the faults
that tests inflict at each. `make faults` tries every cell of the tables below, the ordinary tests a selection that
has each point and each kind of fault.
"""
_PROTOCOL: Final = """
## The order of writes

Two things cannot be written at once: a row in the database, and bytes in a folder or a bucket. So one says that the
other will come, and each step is durable before the next begins.

1. **Intent.** A transaction writes the keys under which pictures are about to be put. A key is the picture's SHA-256
   and 16 random digits, and is used once: bytes that arrive late, by a retry somewhere between us and the store,
   arrive under a key that nobody will ever count by.
2. **Put.** In a folder: the bytes into a file of `unfinished/`, fsync of the file, rename to its name, fsync of its
   folder, and of each folder that is new. In S3: one request, whose answer says with a checksum what was stored, or
   the parts of an upload and its completion. An attempt that fails is given up with its keys, and the next one has
   others.
3. **Final transaction.** It asks whether the run still belongs to this process, whether a gate has changed, and
   whether the picture or the pair was withdrawn. A new picture needs its intent and takes it away. Pair, sighting,
   ledger record, counts and the page's state come in the same transaction. If the picture is held already, its bytes
   stay as they are and the new ones are given up.
4. **Told.** Only after COMMIT the pair is counted as stored.
5. **Checkpoint.** At most about a second later, and at the end, the sizes and roots of the ledger's segments are
   signed and appended to `altsieve.checkpoints`, with fsync. It is outside the database, so it is behind or equal,
   never ahead.

What is not kept after all, or given up, becomes a *doomed* key in the transaction that gives it up; then the bytes
are deleted; then the doomed key goes. With S3 it stays for an hour more, and the bytes are deleted again, lest a put
come late. A withdrawal deletes rows, writes tombstones and dooms keys in one transaction. A crawl that was about to
use the same bytes then finds neither row nor intent, and puts them anew or stores nothing.

**The sweep**, at the start of each run and in `altsieve verify --repair`: intents of runs that nobody works on are
given up, doomed keys are deleted, half files and unfinished uploads too. Whether somebody works on a run is told by a
lock that is free as soon as its process is gone: a locked file with SQLite, a session's advisory lock with
PostgreSQL. As a connection that breaks frees the latter while the process lives on, each run has a *holder* too:
whoever reopens it writes a new one, and a process that finds another holder than itself commits nothing more.

If the answer to a COMMIT is lost, PostgreSQL is asked by the transaction's number whether it counts. If that cannot be
asked either, nobody knows; so what is written is written in a way that can be written twice: a page that was recorded
is found recorded, an intent that was taken away cannot be given up.

## What a crash leaves

`before-commit` and `after-commit` are the moments around a COMMIT, `half-written` and `unanswered` inside it; a write
to a file can be `half-written`, whole but `unnamed`, or done but `unsynced`.
"""
_KINDS: Final = """
## Faults

| | name | how it is inflicted |
|---|---|---|
"""
_CELLS: Final = f"""
After each: what was killed is started again, the command is given again (or the run resumed), `verify` finds nothing
after `verify --repair`, and what is held, refused, counted and barred is what a work that nobody disturbed leaves.

A number says where it is tried: **{Setup.SQLITE_FOLDER}** SQLite and a folder, **{Setup.POSTGRESQL_FOLDER}**
PostgreSQL and a folder, **{Setup.SQLITE_S3}** SQLite and S3. A letter says why it is not: see below. A cell is called
by its point and its kind, such as `final.unanswered:network-reset`.

"""
_REFUSED: Final = """
Not tried:

"""
_READ: Final = """
## What is read back

| read | damage | it is noticed by | and then |
|---|---|---|---|
"""
_PROMISE: Final = """
## What it rests on

A kill shows nothing of a missing fsync, because the kernel still has what was written. So a test traces the system
calls of each of these works and asserts, for both databases and the folder: fsync of the file, rename, fsync of the
folder, COMMIT (for SQLite the fdatasync of its log, for PostgreSQL the answer), then the checkpoint and its fsync;
and that the same test fails if any one of these is left out.

| | what has to hold |
|---|---|
"""
_RESTS_ON: Final = {
    "file system": "fsync of a file and of its folder make name and content survive: ext4, XFS, Btrfs, ZFS. No "
    "network file system, unless its server is told to sync (`sync` in NFS exports)",
    "disk": "what is flushed is durable: a write cache without a battery has to obey the flush",
    "SQLite": "on a local disk; we set `journal_mode=WAL`, `synchronous=FULL`",
    "PostgreSQL": "`fsync=on` and `full_page_writes=on`, the defaults; we set `synchronous_commit=on` for each "
    "session, whatever the server's default is. A standby that is to lose nothing too needs "
    "`synchronous_standby_names`",
    "S3": "what a put has answered is durable, and is read, listed and deleted as of then (AWS since "
    "December 2020). Of a server of your own its maker has to say so",
    "clock": "none of it rests on clocks, but that a put arrives within an hour of its attempt",
}
_NOT_PROMISED: Final = """
## What is not promised

* **A disk that loses what it has flushed**, or a byte that changes on it: it is found (by `verify --deep`), not
  mended. That takes a backup ([backup](backup.md)).
* **An fsync that failed once** is not tried again on the same file: what it said is believed, the run breaks off, and
  PostgreSQL restarts from its log.
* **Power cuts are not made.** Tests kill processes and servers and let calls fail; that what is flushed stays is the
  kernel's and the disk's word.
* **A run does not wait for a database that is gone.** It breaks off with exit code 4 and is resumed by an operator. A
  put is tried `OBJECTS_ATTEMPTS` times first.
* **A network that is silent** is noticed by `OBJECTS_TIMEOUT_S` with S3, and with PostgreSQL by what the connection
  was told: put `keepalives_idle`, `keepalives_interval`, `keepalives_count` and `tcp_user_timeout` into
  `DATABASE_URL`.
* **A disk that fills up while the file of held hashes is mapped** ends the process (SIGBUS). The file is derived, and
  the next re-scan builds it anew.
* **Two installations in one bucket** need a prefix each: `verify --repair` deletes what nothing in its database
  names.
"""
