"""Hold the catalogue that every table is in, how times are stored, and which names SQLite does without."""

from datetime import UTC, datetime

from sqlalchemy import Dialect, MetaData, String
from sqlalchemy.types import TypeDecorator


class Instant(TypeDecorator[datetime]):
    """An aware time in UTC, kept as ISO 8601 text that sorts by time: `2026-11-23T02:06:00.000000Z`."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a time zone is not stored")
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


INCIDENTS_SCHEMA = "incidents"
"""On PostgreSQL a schema of its own, whose rights differ; SQLite has none, and `storage/database.py` drops the name."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def without_schemas() -> MetaData:
    """Return the tables as SQLite knows them."""
    plain = MetaData(naming_convention=metadata.naming_convention)
    for each in metadata.sorted_tables:
        each.to_metadata(plain, schema=None)  # type: ignore[arg-type]  # documented: None is no schema
    return plain
