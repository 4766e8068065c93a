"""Open a PostgreSQL database so that one transaction writes at a time and what it commits survives a power cut."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import msgspec
from sqlalchemy import Connection, Engine, create_engine, func, select
from sqlalchemy.engine import URL

from storage.sqlite import to_json

_SESSION: Final = {
    "lock_timeout": "30s",
    "idle_in_transaction_session_timeout": "60s",  # a process that hangs does not keep all others from writing
    "synchronous_commit": "on",  # whatever the server's default is
    "timezone": "UTC",
}


def engine(url: URL) -> Engine:
    """Return an engine for psycopg 3; what the URL leaves out comes from libpq's usual variables and files."""
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        hide_parameters=True,  # an exception must not show what was to be stored
        json_serializer=to_json,
        json_deserializer=msgspec.json.decode,
        pool_pre_ping=True,
        connect_args={
            "application_name": "altsieve",
            "connect_timeout": 10,
            "options": " ".join(f"-c {name}={value}" for name, value in _SESSION.items()),
        },
    )


def lock_key(name: str) -> int:
    """Return the 64-bit key of an advisory lock."""
    return int.from_bytes(hashlib.sha256(f"altsieve:{name}".encode()).digest()[:8], signed=True)


_WRITER: Final = lock_key("writer")


@contextmanager
def begin(conn: Connection, *, writes: bool) -> Iterator[None]:
    if not writes:
        conn.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with conn.begin():
            yield
        return
    with conn.begin():
        # READ COMMITTED: each statement after this one sees all that earlier writers have committed
        conn.execute(select(func.pg_advisory_xact_lock(_WRITER)))
        yield
