"""Write tables of PostgreSQL anew: what was deleted stays in their files, after a plain VACUUM too."""

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine, Table
from sqlalchemy.exc import DBAPIError


def rewrite(engine: Engine, tables: Sequence[Table]) -> bool:
    """Say whether the new files have nothing of what was deleted: who may not do it, or is beside a reader, is told no.

    Of a table that one may not write anew there is a warning and no report.
    """
    reports: list[int] = []

    def hear(notice: Any) -> None:
        """A report ends with how many dead rows are kept for the sake of an older reader."""
        found = re.match(r"\D*(\d+)", notice.message_detail or "")
        if notice.severity_nonlocalized == "INFO" and found:
            reports.append(int(found[1]))

    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            driver: Any = conn.connection.driver_connection
            driver.add_notice_handler(hear)
            try:
                for each in tables:
                    conn.exec_driver_sql(
                        f"VACUUM (FULL, VERBOSE) {conn.dialect.identifier_preparer.format_table(each)}"
                    )
            finally:
                driver.remove_notice_handler(hear)
    except DBAPIError:
        return False
    return reports == [0] * len(tables)
