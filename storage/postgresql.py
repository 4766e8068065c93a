"""Open a PostgreSQL database so that one transaction writes at a time and what it commits survives a power cut."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec
import psycopg
from sqlalchemy import Connection, Engine, String, cast, create_engine, event, func, select
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from storage.database_url import named, parsed_url
from storage.errors import DatabaseNotReady
from storage.locks import lock_key
from storage.postgresql_errors import broken_off, not_reached, not_usable, outcome_unknown
from storage.sqlite import to_json

URL_VARIABLE: Final = "ALTSIEVE_DATABASE_URL"
"""Its password is in no setting: it is taken from here, by whoever connects to what the rest of it says."""
PASSWORD_FILE: Final = "ALTSIEVE_DATABASE_PASSWORD_FILE"  # noqa: S105 - the name of a variable
"""Names a file with the password and nothing else, as the secrets of containers are."""

_SESSION: Final = {  # whatever the defaults of the server, the database and the user are
    "default_transaction_isolation": r"read\ committed",
    "default_transaction_read_only": "off",
    "synchronous_commit": "on",
    "lock_timeout": "30s",
    "idle_in_transaction_session_timeout": "1h",  # of who reads: `verify` waits for an object store meanwhile
    "idle_session_timeout": "0",  # the session of a lock does nothing but to be there
    "timezone": "UTC",
}
_KEPT_ALIVE: Final = {  # a lock's connection says nothing for hours, and a server may be gone without a word
    "keepalives": 1,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
_LONGEST_PAUSE: Final = "60s"
"""Of one that writes: a process that hangs does not keep all others from it."""


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
            "client_encoding": "utf8",
            **_KEPT_ALIVE,
            "options": " ".join(f"-c {name}={value}" for name, value in _SESSION.items()),
        },
    )

    @event.listens_for(made, "do_connect")
    def connect(_dialect: Any, _record: Any, _arguments: Any, parameters: dict[str, Any]) -> Any:
        return _connected(parameters, url)

    return made


_WRITER: Final = lock_key("writer")
_TAKE_TURN: Final = select(
    func.pg_advisory_xact_lock(_WRITER),
    func.set_config("idle_in_transaction_session_timeout", _LONGEST_PAUSE, True),
    cast(func.pg_current_xact_id(), String),
)


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
    with conn.begin() as transaction:
        # READ COMMITTED: each statement after this one sees all that earlier writers have committed
        number = conn.execute(_TAKE_TURN).one()[2]
        yield
        try:
            transaction.commit()
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            if not _was_committed(conn.engine, number):
                raise


def _was_committed(engine: Engine, number: str) -> bool:
    """Ask what became of a transaction whose COMMIT was not answered; raise `OutcomeUnknown` if nobody says.

    It is over once the writers' lock is free again: at the latest when the server has ended a session that hangs.
    """
    try:
        with engine.connect() as conn, conn.begin():
            conn.exec_driver_sql("SET LOCAL lock_timeout = '90s'")
            conn.execute(select(func.pg_advisory_xact_lock(_WRITER)))
            state = conn.exec_driver_sql("SELECT pg_xact_status(CAST(%s AS xid8))", (number,)).scalar_one()
    except (DBAPIError, DatabaseNotReady):
        state = None
    if state not in ("committed", "aborted"):
        raise outcome_unknown(named(engine.url))
    return bool(state == "committed")


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
    except (OSError, UnicodeDecodeError) as error:  # its name is not repeated: it may be the password itself
        why = getattr(error, "strerror", None) or "it is no text"
        raise DatabaseNotReady(f"{PASSWORD_FILE} names a file that cannot be read: {why}") from None
