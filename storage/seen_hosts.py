"""Find what was seen of a host and its subdomains, and sightings of which one or another thing is said, by indexes."""

from sqlalchemy import Column, ColumnElement, Table, literal_column, select, union

from filters.indexes.hosts import normalise_host
from storage.batches import of_host
from storage.tables import page, sighting


def seen_on(host: str) -> ColumnElement[bool]:
    """Match the sightings whose page or picture is on a host or its subdomains.

    Raise `NotAHost` if there is none in what was typed.
    """
    name, columns = normalise_host(host), sighting.c
    return any_of(
        *_on(columns.page_host, columns.page_host_reversed, name),
        *_on(columns.image_host, columns.image_host_reversed, name),
    )


def failed_on(host: str) -> ColumnElement[bool]:
    """Match the pages of a host and its subdomains that could not be read; raise `NotAHost`."""
    failed = page.c.state == literal_column("'failed'")  # as the index has it: of a parameter SQLite cannot tell
    return _any_of(page, *(failed & each for each in _on(page.c.host, page.c.host_reversed, normalise_host(host))))


def any_of(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Match the sightings that meet one of these conditions, each of which is looked up by an index of its own.

    Were they said in one with OR, PostgreSQL would read all sightings as soon as one of them asks another table.
    """
    return _any_of(sighting, *conditions)


def _any_of(table: Table, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return table.c.id.in_(union(*(select(table.c.id).where(each).correlate(None) for each in conditions)))


def _on(column: Column[str], reversed_column: Column[str | None], name: str) -> tuple[ColumnElement[bool], ...]:
    """Look up the host, those below it, and what was written before hosts were written backwards.

    Hosts below it begin backwards with it and a full stop, and the slash is what comes next after that.
    """
    backwards = name[::-1]
    return (
        reversed_column == backwards,
        (reversed_column >= backwards + ".") & (reversed_column < backwards + "/"),
        reversed_column.is_(None) & of_host(column, name),
    )
