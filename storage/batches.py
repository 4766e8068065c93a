"""Walk rows in the order of a key, a batch a transaction, so that a long listing holds up nobody."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Row, Select

from filters.indexes.hosts import normalise_host
from storage.database import Database

BATCH_ROWS = 500
Value = TypeVar("Value")


def chunks(values: Iterable[Value], size: int = BATCH_ROWS) -> Iterator[Sequence[Value]]:
    """Yield the values in lists of at most `size`: a database takes only so many in one question."""
    remaining = iter(values)
    while some := list(islice(remaining, size)):
        yield some


def rows_by(key: ColumnElement[str], query: Select[Any], db: Database) -> Iterator[Row[Any]]:
    """Yield the rows of `query`, which selects `key` under the name `key` too; a key stands in one row only."""
    last = ""
    while True:
        with db.read() as conn:
            rows = conn.execute(query.where(key > last).order_by(key).limit(BATCH_ROWS)).all()
        yield from rows
        if len(rows) < BATCH_ROWS:
            return
        last = rows[-1].key


@dataclass(frozen=True, kw_only=True, slots=True)
class Some(Generic[Value]):
    """Some rows of a long list, the newest first; the next ones are asked for with `older`, None after the last."""

    rows: tuple[Value, ...]
    older: str | None


def newest_by(
    key: ColumnElement[str],
    query: Select[Any],
    db: Database,
    read: Callable[[Row[Any]], Value],
    *,
    older: str,
    most: int,
) -> Some[Value]:
    """Return the newest rows of `query` whose `key`, which it selects under that name too, is below `older`, if given.

    Asked by key and not by number, the thousandth page costs no more than the first.
    """
    query = query.where(key < older) if older else query
    with db.read() as conn:
        rows = conn.execute(query.order_by(key.desc()).limit(most + 1)).all()
    shown = rows[:most]
    return Some(rows=tuple(map(read, shown)), older=shown[-1].key if len(rows) > most else None)


def by_walking(column: ColumnElement[str]) -> ColumnElement[str]:
    """Return the column for a comparison or an order without its index: another condition has a better one."""
    return column.concat("")


def of_host(column: ColumnElement[str], host: str) -> ColumnElement[bool]:
    """Match a host and its subdomains; raise `NotAHost` if there is none in what was typed."""
    name = normalise_host(host)
    return (column == name) | column.endswith("." + name, autoescape=True)
