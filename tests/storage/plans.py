"""Note what is asked of a database, and say which of it would read a large table from end to end."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Engine, event, text

_FIRST_COLUMNS: Final = text("""
    SELECT relname AS name, pg_get_indexdef(indexrelid, 1, true) AS first
    FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
""")
LARGE: Final = ("sighting", "pair", "picture", "page", "ledger_record", "ledger_body")


@contextmanager
def noted(*engines: Engine) -> Iterator[list[tuple[str, Any]]]:
    """Return the statements that are executed in the block, with their parameters."""
    asked: list[tuple[str, Any]] = []

    def note(_conn: object, _cursor: object, statement: str, parameters: Any, _context: object, many: bool) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH", "UPDATE", "DELETE")):
            asked.append((statement, parameters[0] if many else parameters))

    for each in set(engines):
        event.listen(each, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        for each in set(engines):
            event.remove(each, "before_cursor_execute", note)


def whole_reads(conn: Connection, statement: str, parameters: Any) -> list[str]:
    """Return the large tables, and those alone, that the plan reads from end to end, be it in the order of an index."""
    if conn.dialect.name == "sqlite":
        rows = conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
        steps = [row[3].split() for row in rows]
        return [step[1] for step in steps if step[0] == "SCAN" and step[1] in LARGE]
    plan = conn.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).scalar_one()
    firsts = {row.name: row.first for row in conn.execute(_FIRST_COLUMNS)}
    read = [each for each in _nodes(plan[0]["Plan"]) if _reads_all(each, firsts)]
    return [each["Relation Name"] for each in read if each["Relation Name"] in LARGE]


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for each in node.get("Plans", ()):
        yield from _nodes(each)


def _reads_all(node: dict[str, Any], firsts: dict[str, str]) -> bool:
    """An index is read from end to end if nothing is said of its first column."""
    if node["Node Type"] in ("Index Scan", "Index Only Scan"):
        return not re.search(rf"\b{firsts[node['Index Name']]}\b", node.get("Index Cond", ""))
    return "Seq Scan" in node["Node Type"]
