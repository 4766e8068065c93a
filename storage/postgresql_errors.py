"""Say why PostgreSQL cannot be used and what to do, without a word that is a secret or was to be stored."""

import re
from typing import Any, Final

from sqlalchemy.exc import DBAPIError

from storage.database_url import libpq_default
from storage.errors import DatabaseBusy, DatabaseNotReady, DatabaseUnavailable, OutcomeUnknown, StorageError

OLDEST: Final = 15
"""Of PostgreSQL: MERGE, public without CREATE for everybody, and STRATEGY of databases came with it."""

_CONNECTING: Final = (
    (r'database ".*" does not exist', "does not exist; type: {createdb} {database}"),
    (r"password authentication failed|no password supplied|empty password", "does not take the password; {password}"),
    (r'role ".*" does not exist', "knows no such user; type: createuser --pwprompt {user}"),
    (r"no pg_hba.conf entry", "lets this user in from nowhere near here: add a line to the server's pg_hba.conf"),
    (r"permission denied for database", "does not let this user in; type: GRANT CONNECT ON DATABASE ... TO {user}"),
    (r"too many (clients|connections)|remaining connection slots", "has no connection left: raise max_connections"),
    (r"starting up|shutting down|recovery mode", "is starting or stopping; try again in a moment"),
    (r"failed to resolve|could not translate host name", "is on a host that has no address: check the host's name"),
    (r"SSL|certificate", "cannot be reached by TLS: check sslmode and sslrootcert in DATABASE_URL"),
    (r"timeout|timed out", "does not answer: check host, port and firewall"),
)
_CREATEDB: Final = "createdb --encoding UTF8 --template template0"
_ASK_FOR_IT: Final = (
    "give it in the environment variable ALTSIEVE_DATABASE_URL or PGPASSWORD, or in a file named by "
    "ALTSIEVE_DATABASE_PASSWORD_FILE or PGPASSFILE"
)
_NOWHERE: Final = "cannot be reached: is the server up, and are host and port right?"
_MAY_NOT: Final = "42501"
_WAITED: Final = "55P03"


def not_reached(error: Exception, name: str, parameters: dict[str, Any]) -> DatabaseNotReady:
    """Read it from the English words of libpq and the server: a connection that fails has no code."""
    said = str(error)
    words = next((words for pattern, words in _CONNECTING if re.search(pattern, said)), _NOWHERE)
    user = parameters.get("user")
    told = words.format(
        user=user or "its user",
        database=parameters.get("dbname") or libpq_default("PGDATABASE", "NAME"),
        createdb=f"{_CREATEDB} --owner {user}" if user else _CREATEDB,
        password=_ASK_FOR_IT,
    )
    return DatabaseNotReady(f"database {name} {told}")


def not_usable(version: int, encoding: str | None, name: str) -> DatabaseNotReady | None:
    """Return what is wrong with a server that was reached; `version` is 150004 for 15.4."""
    if version // 10_000 < OLDEST:
        return DatabaseNotReady(f"database {name} is on PostgreSQL {version // 10_000}; {OLDEST} or newer is needed")
    if encoding != "UTF8":
        return DatabaseNotReady(
            f"database {name} keeps text as {encoding}, which has not all letters; type: {_CREATEDB} NAME"
        )
    return None


def busy(name: str) -> DatabaseBusy:
    return DatabaseBusy(f"others have been writing to the database {name} all the while; try again when they are done")


def outcome_unknown(name: str) -> OutcomeUnknown:
    return OutcomeUnknown(
        f"the connection to the database {name} broke off at the end, and it cannot be asked whether this was stored: "
        "see what is there before you type it again"
    )


def broken_off(error: DBAPIError, name: str) -> StorageError | None:
    """Return what an error within a transaction means to an operator; None for one that is a fault of ours."""
    code = getattr(error.orig, "sqlstate", None)
    if code == _WAITED:
        return busy(name)
    if code == _MAY_NOT:
        said = str(error.orig).partition("\n")[0]  # names a table or a schema, nothing else
        return DatabaseNotReady(
            f"the user of the database {name} may not do this ({said}): use one with the role for it, which "
            "storage/roles.sql gives; altsieve db upgrade needs the owner of the database"
        )
    if error.connection_invalidated:
        return DatabaseUnavailable(f"the connection to the database {name} broke off: nothing of this was stored")
    return None
