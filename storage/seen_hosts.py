"""Find the sightings of a host and its subdomains, and those of which one or another thing is said, by indexes."""

from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Connection, func, select, union

from filters.indexes.hosts import is_address, normalise_host
from storage.batches import of_host
from storage.tables import sighting

_MOST_NAMES: Final = 1_000
"""A host with more subdomains is looked for by reading all sightings: it has a good part of them."""


def seen_on(conn: Connection, host: str) -> ColumnElement[bool]:
    """Match the sightings whose page or picture is on a host or its subdomains.

    Raise `NotAHost` if there is none in what was typed.
    """
    name = normalise_host(host)
    return any_of(*(_on(conn, column, name) for column in (sighting.c.page_host, sighting.c.image_host)))


def any_of(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Match the sightings that meet one of these conditions, each of which is looked up by an index of its own.

    Were they said in one with OR, PostgreSQL would read all sightings as soon as one of them asks another table.
    """
    return sighting.c.id.in_(union(*(select(sighting.c.id).where(each).correlate(None) for each in conditions)))


def _on(conn: Connection, column: Column[str], name: str) -> ColumnElement[bool]:
    names = [name] if is_address(name) else _names(conn, column, name)
    return of_host(column, name) if len(names) > _MOST_NAMES else column.in_(names)


def _names(conn: Connection, column: Column[str], name: str) -> list[str]:
    """Step from each host to the next one in the index: as many steps as there are hosts, however many sightings."""
    seen: Any = select(func.min(column).label("host")).cte("seen", recursive=True)
    following = select(func.min(column)).where(column > seen.c.host).correlate(seen).scalar_subquery()
    seen = seen.union_all(select(following).where(seen.c.host.is_not(None)))
    below = select(seen.c.host).where(of_host(seen.c.host, name)).limit(_MOST_NAMES + 1)
    return list(conn.execute(below).scalars())
