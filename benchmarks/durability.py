"""Record pairs on each combination of stores, and on databases that grow, beside plain inserts of the same rows."""

import argparse
import os
import platform
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from sqlalchemy import Boolean, Connection, Integer, Table, cast, select
from sqlalchemy.types import Text

from benchmarks.durable_crawl import Cost, crawl, laid_down
from benchmarks.durable_fill import fill, held
from benchmarks.durable_sizes import Sizes, as_table, sizes
from benchmarks.durable_stores import DATABASES, OBJECTS, WORK, Place, objects, place
from benchmarks.record import record
from storage.database import Database
from storage.held_pairs import HeldPairs
from storage.objects import ObjectStore
from storage.tables import ledger_body, ledger_record, ledger_segment, page, pair, picture, run, sighting
from storage.trails import trail_of_host, trail_of_pair
from tests.storage.plans import noted, whole_reads

PAIRS: Final = 5_000
SIZES: Final = (10_000, 100_000, 1_000_000)
_WITH_OBJECTS: Final = 1_000
_ROWS: Final = (sighting, picture, pair, ledger_record, ledger_body)
_FIRST: Final = (run, page, ledger_segment)
"""What those refer to."""
_TIMES: Final = 5
_CRAWLS: Final = 3
_WARMING: Final = 20_000
"""So many pairs at most come before: then indexes are in memory, and in PostgreSQL's log, as far as they ever are."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Grown:
    """What the next pairs cost when so many are held, the median of some crawls, and how long a trail takes then."""

    pairs: int
    cost: Cost
    pair_ms: float
    host_ms: float
    size_gb: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=SIZES[-1], help="pairs that the largest database holds")
    options = parser.parse_args()
    parts = []
    for part in _parts([each for each in SIZES if each <= options.most]):
        print(part, end="\n\n", flush=True)
        parts.append(part)
    shutil.rmtree(WORK, ignore_errors=True)
    if options.most == parser.get_default("most"):
        record("\n\n".join(parts), "python -m benchmarks.durability")


def _parts(most: list[int]) -> Iterator[str]:
    yield (
        f"{os.cpu_count()} cores, Python {platform.python_version()}; ten pairs a page, about 10 kB of rows a pair; "
        f"the median of {_CRAWLS} crawls."
    )
    yield _combinations()
    found: dict[str, Sizes] = {}
    for database in DATABASES:
        yield _growth(database, most, found)
    yield as_table(found)


def _combinations() -> str:
    lines = ["| | pairs a second | CPU us a pair |", "|---|---|---|"]
    for database in DATABASES:
        for kind in OBJECTS:
            with place(database, kind) as at, laid_down(at) as db, objects(kind, at.folder) as store:
                crawl(db, at, 100, store, seed=1)
                cost = _crawled(db, at, PAIRS if store is None else _WITH_OBJECTS, store, seed=2)
                lines.append(_line(f"{database}, objects: {kind}", cost))
                if store is None:
                    lines += _alternatives(database, db)
    return "\n".join(lines)


def _crawled(db: Database, at: Place, pairs: int, store: ObjectStore | None, *, seed: int) -> Cost:
    """Return the median of some crawls: each is measured while SQLite's log is folded in, or is not."""
    costs = [crawl(db, at, pairs, store, seed=seed + number) for number in range(_CRAWLS)]
    return sorted(costs, key=lambda each: each.wall_s)[_CRAWLS // 2]


def _line(what: str, cost: Cost) -> str:
    return f"| {what} | {cost.pairs_per_s:,.0f} | {cost.cpu_us:,.0f} |"


def _alternatives(database: str, db: Database) -> Iterator[str]:
    """Insert the rows that were just recorded into a database of the same tables, without anything else."""
    with db.read() as conn:
        before = {each: _texts(conn, each) for each in _FIRST}
        rows = {each: _texts(conn, each)[-PAIRS:] for each in _ROWS}
    for name, pairs_at_once, count in (("a pair a transaction", 1, 500), ("500 pairs a transaction", 500, PAIRS)):
        with place(database, "plain") as at, laid_down(at) as plain:
            with plain.write() as conn:
                for table, of_table in before.items():
                    _insert(conn, table, of_table)
            cost = _timed(at, count, partial(_insert_all, plain, rows, pairs_at_once, count))
            yield _line(f"{database}, plain inserts of the same rows, {name}", cost)


def _texts(conn: Connection, table: Table) -> list[tuple[Any, ...]]:
    """Return the rows as text and numbers; those of a pair stand at the same place in each table."""
    columns = (each if isinstance(each.type, Integer | Boolean) else cast(each, Text) for each in table.columns)
    query = select(*(each.label(str(number)) for number, each in enumerate(columns)))
    if table is picture:
        query = query.join(pair, pair.c.sha256 == picture.c.sha256)
    order = (pair.c.sighting_id,) if table in (pair, picture) else tuple(table.primary_key.columns)
    return [tuple(row) for row in conn.execute(query.order_by(*order))]


def _insert(conn: Connection, table: Table, rows: list[tuple[Any, ...]]) -> None:
    mark = "?" if conn.dialect.name == "sqlite" else "%s"
    names = ", ".join(each.name for each in table.columns)
    marks = ", ".join(mark for _ in table.columns)
    conn.exec_driver_sql(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", rows)  # noqa: S608 - names of our own


def _insert_all(db: Database, rows: dict[Table, list[tuple[Any, ...]]], at_once: int, count: int) -> None:
    for first in range(0, count, at_once):
        with db.write() as conn:
            for table, of_table in rows.items():
                _insert(conn, table, of_table[first : first + at_once])


def _timed(at: Place, pairs: int, does: Callable[[], None]) -> Cost:
    wall, cpu = time.perf_counter(), at.cpu_s()
    does()
    return Cost(pairs=pairs, wall_s=time.perf_counter() - wall, cpu_s=at.cpu_s() - cpu)


def _growth(database: str, most: list[int], found: dict[str, Sizes]) -> str:
    lines = [
        (
            f"| {database}: pairs held | pairs a second of the next | CPU us a pair | audit pair, ms "
            "| audit host, ms | GB |"
        ),
        "|---|---|---|---|---|---|",
    ]
    with place(database, "grown") as at, laid_down(at) as db:
        for number, size in enumerate(most):
            grown = _grown(db, at, size, seed=10 + number)
            lines.append(
                f"| {grown.pairs:,} | {grown.cost.pairs_per_s:,.0f} | {grown.cost.cpu_us:,.0f} "
                f"| {grown.pair_ms:.1f} | {grown.host_ms:.1f} | {grown.size_gb:.1f} |"
            )
        found[database] = sizes(db, most[-1])
    return "\n".join(lines)


def _grown(db: Database, at: Place, size: int, *, seed: int) -> Grown:
    with db.read() as conn:
        first = held(conn)
    if first == 0:
        crawl(db, at, PAIRS, None, seed=1)
        first = PAIRS
    fill(db, first, size)
    settle(db)
    crawl(db, at, min(_WARMING, size // 10), None, seed=seed * 10)
    cost = _crawled(db, at, min(PAIRS, size // 5), None, seed=seed * 10 + 1)
    with db.read() as conn:
        found = conn.execute(select(sighting.c.pair_id, sighting.c.page_host).limit(1).offset(size // 2)).one()
    _require_indexes(db, found.pair_id, found.page_host)
    return Grown(
        pairs=size,
        cost=cost,
        pair_ms=_best_ms(lambda: trail_of_pair(db, found.pair_id)),
        host_ms=_best_ms(lambda: trail_of_host(db, found.page_host)),
        size_gb=at.size_bytes() / 1e9,
    )


def _require_indexes(db: Database, pair_id: str, host: str) -> None:
    """Look at the plans of what is asked of a pair and a host, and of what is asked before pairs are written."""
    with noted(db._engine) as asked:
        trail_of_pair(db, pair_id)
        trail_of_host(db, host)
        HeldPairs(db).captions_of(pair_id)
        HeldPairs(db).pictures_of(pair_id)
    with db.read() as conn:
        for statement, parameters in asked:
            if tables := whole_reads(conn, statement, parameters):
                raise RuntimeError(f"{', '.join(tables)} read from end to end: {statement}")


def settle(db: Database) -> None:
    """Have what was filled in written, and on PostgreSQL counted, as time does."""
    if db.dialect == "postgresql":
        with db._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            for each in ("VACUUM (ANALYZE)", "CHECKPOINT"):
                conn.exec_driver_sql(each)
    db.empty_log()


def _best_ms(does: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(_TIMES):
        began = time.perf_counter()
        does()
        best = min(best, time.perf_counter() - began)
    return best * 1e3


if __name__ == "__main__":
    main()
