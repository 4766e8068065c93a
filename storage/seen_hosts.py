"""Find the sightings of a host and its subdomains, and those of which one or another thing is said, by indexes."""

from sqlalchemy import Column, ColumnElement, or_, select, union

from filters.indexes.hosts import normalise_host
from storage.batches import of_host
from storage.tables import sighting


def seen_on(host: str) -> ColumnElement[bool]:
    """Match the sightings whose page or picture is on a host or its subdomains.

    Raise `NotAHost` if there is none in what was typed.
    """
    name, columns = normalise_host(host), sighting.c
    return any_of(
        _below(columns.page_host_reversed, name),
        _below(columns.image_host_reversed, name),
        columns.page_host_reversed.is_(None) & of_host(columns.page_host, name),
        columns.image_host_reversed.is_(None) & of_host(columns.image_host, name),
    )


def any_of(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Match the sightings that meet one of these conditions, each of which is looked up by an index of its own.

    Were they said in one with OR, PostgreSQL would read all sightings as soon as one of them asks another table.
    """
    return sighting.c.id.in_(union(*(select(sighting.c.id).where(each).correlate(None) for each in conditions)))


def _below(column: Column[str | None], name: str) -> ColumnElement[bool]:
    """Hosts below it begin backwards with it and a full stop, and the slash is what comes next after that."""
    reversed_name = name[::-1]
    return or_(column == reversed_name, (column >= reversed_name + ".") & (column < reversed_name + "/"))
