"""Refuse to undo a migration where what it brought holds something."""

from collections.abc import Iterator, Mapping

from alembic import op
from sqlalchemy import Connection, text

from storage.errors import NotAllowed


def require_nothing_lost(would_lose: Mapping[str, str]) -> None:
    """Call it in the `downgrade` of a migration, before anything is dropped.

    `would_lose` maps each table, or table.column, that the migration brought to what it holds; raise `NotAllowed`,
    which names all of those that are not empty.
    """
    found = list(_filled(op.get_bind(), would_lose))
    if found:
        raise NotAllowed(f"going back would lose {'; and '.join(found)}\nor restore the backup made before the upgrade")


def _filled(conn: Connection, would_lose: Mapping[str, str]) -> Iterator[str]:
    for place, holds in would_lose.items():
        table, _, column = place.partition(".")
        query = f"SELECT count({column or '*'}) FROM {table}"  # noqa: S608 - both are names in a migration
        if count := conn.execute(text(query)).scalar_one():
            yield f"{place} ({count} row{'' if count == 1 else 's'}), which says {holds}"
