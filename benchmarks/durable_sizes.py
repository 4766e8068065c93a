"""Say how many bytes a pair takes in each table, and in its indexes: what a hundred times as many will take."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text

from storage.database import Database

_SQLITE: Final = """
    SELECT schema.tbl_name, stat.name <> schema.tbl_name, sum(stat.pgsize)
    FROM dbstat AS stat JOIN sqlite_schema AS schema ON schema.name = stat.name GROUP BY 1, 2
"""
_POSTGRESQL: Final = """
    SELECT of_table.relname, index.indexrelid IS NOT NULL,
        pg_total_relation_size(coalesce(index.indexrelid, of_table.oid))
        - CASE WHEN index.indexrelid IS NULL THEN pg_indexes_size(of_table.oid) ELSE 0 END
    FROM pg_class AS of_table
    CROSS JOIN LATERAL (
        SELECT indexrelid FROM pg_index WHERE indrelid = of_table.oid UNION ALL SELECT NULL::oid
    ) AS index
    WHERE of_table.relkind = 'r' AND of_table.relnamespace = 'public'::regnamespace
"""
_LEAST: Final = 5
"""Bytes a pair of a table that is worth a line."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sizes:
    """Bytes a pair, by table."""

    rows: Mapping[str, float]
    indexes: Mapping[str, float]


def sizes(db: Database, pairs: int) -> Sizes:
    rows, indexes = defaultdict[str, float](float), defaultdict[str, float](float)
    with db.read() as conn:
        found = conn.execute(text(_SQLITE if db.dialect == "sqlite" else _POSTGRESQL)).all()
    for table, is_index, size in found:
        (indexes if is_index else rows)[table] += float(size) / pairs
    return Sizes(rows=rows, indexes=indexes)


def as_table(by_database: Mapping[str, Sizes]) -> str:
    """Return Markdown, the largest table first."""
    names = sorted(
        {name for each in by_database.values() for name in each.rows}, key=lambda name: -_most(by_database, name)
    )
    heads = [f"{database}: {what}" for database in by_database for what in ("rows", "indexes")]
    parts = [of for each in by_database.values() for of in (each.rows, each.indexes)]
    lines = [_line(name, [of.get(name, 0) for of in parts]) for name in names if _most(by_database, name) >= _LEAST]
    head = f"| bytes a pair | {' | '.join(heads)} |", "|---" * (len(heads) + 1) + "|"
    return "\n".join([*head, *lines, _line("all", [sum(of.values()) for of in parts])])


def _most(by_database: Mapping[str, Sizes], name: str) -> float:
    return max(each.rows.get(name, 0) + each.indexes.get(name, 0) for each in by_database.values())


def _line(name: str, values: list[float]) -> str:
    return f"| {name} | {' | '.join(f'{each:,.0f}' for each in values)} |"
