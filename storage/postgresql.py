"""Open a PostgreSQL database so that one transaction writes at a time and what it commits survives a power cut."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec
import psycopg
from sqlalchemy import Connection, Engine, create_engine, event, func, select
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from storage.database_url import named, parsed_url
from storage.errors import DatabaseNotReady
from storage.locks import lock_key
from storage.postgresql_errors import broken_off, not_reached, not_usable
from storage.sqlite import to_json

URL_VARIABLE: Final = "ALTSIEVE_DATABASE_URL"
"""Its password is in no setting: it is taken from here, by whoever connects to what the rest of it says."""
PASSWORD_FILE: Final = "ALTSIEVE_DATABASE_PASSWORD_FILE"  # noqa: S105 - the name of a variable
"""Names a file with the password and nothing else, as the secrets of containers are."""

_SESSION: Final = {
    "lock_timeout": "30s",
    "idle_in_transaction_session_timeout": "60s",  # a process that hangs does not keep all others from writing
    "synchronous_commit": "on",  # whatever the server's default is
    "timezone": "UTC",
}


def engine(url: URL) -> Engine:
    """Return an engine for psycopg 3; what the URL leaves out comes from libpq's usual variables and files."""
    made = create_engine(
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

    @event.listens_for(made, "do_connect")
    def connect(_dialect: Any, _record: Any, _arguments: Any, parameters: dict[str, Any]) -> Any:
        return _connected(parameters, url)

    return made


_WRITER: Final = lock_key("writer")


@contextmanager
def begin(conn: Connection, *, writes: bool) -> Iterator[None]:
    try:
        with _begun(conn, writes=writes):
            yield
    except DBAPIError as error:
        _shorten(error)
        if (said := broken_off(error, named(conn.engine.url))) is not None:
            raise said from None
        raise


@contextmanager
def _begun(conn: Connection, *, writes: bool) -> Iterator[None]:
    if not writes:
        conn.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with conn.begin():
            yield
        return
    with conn.begin():
        # READ COMMITTED: each statement after this one sees all that earlier writers have committed
        conn.execute(select(func.pg_advisory_xact_lock(_WRITER)))
        yield


def _connected(parameters: dict[str, Any], url: URL) -> psycopg.Connection[Any]:
    name = named(url)
    if url.password is None and (password := _password(url)) is not None:
        parameters["password"] = password
    try:
        connection = psycopg.connect(**parameters)
    except psycopg.OperationalError as error:
        raise not_reached(error, name, parameters) from None
    info = connection.info
    if (wrong := not_usable(info.server_version, info.parameter_status("server_encoding"), name)) is not None:
        connection.close()
        raise wrong
    connection.server_cursor_factory = _Rows
    return connection


def _shorten(error: DBAPIError) -> None:
    """Keep its first sentence: the detail after it may show the row that was to be stored."""
    original = error.orig
    if isinstance(original, psycopg.Error) and (said := original.diag.message_primary):
        original.args = (said,)
        error.args = (f"({type(original).__module__}.{type(original).__name__}) {said}",)


class _Rows(psycopg.ServerCursor[Any]):
    """Rows that wait on the server until their transaction ends; who has seen enough of them may just leave."""

    def __del__(self, _warn: Any = None, /) -> None:
        """Give none of the warnings of the base class."""


def _password(url: URL) -> str | None:
    """Read it anew for each connection, as it may have been changed since; None leaves it to libpq."""
    given = parsed_url(os.environ.get(URL_VARIABLE, "postgresql://"))
    if given.password is not None and url.set(password=given.password) == given:
        return str(given.password)
    path = os.environ.get(PASSWORD_FILE)
    if not path:
        return None
    try:
        return Path(path).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise DatabaseNotReady(f"{PASSWORD_FILE} names a file that cannot be read: {type(error).__name__}") from None
