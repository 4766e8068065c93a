"""Read DATABASE_URL, and name the database it means, without a word of its password."""

import os
import re
from typing import Final

from sqlalchemy import make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError

from storage.errors import NotSupported

HOW_TO_WRITE_IT: Final = "set DATABASE_URL to sqlite:///folder/file.db or postgresql+psycopg://user@host/database"


def parsed_url(url: str) -> URL:
    """Raise `NotSupported`, which repeats nothing of it."""
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except (ArgumentError, ValueError):  # their texts repeat the URL, and what stands where a port should
        raise NotSupported(f"DATABASE_URL cannot be read; {HOW_TO_WRITE_IT}") from None
    if backend not in ("sqlite", "postgresql"):
        raise NotSupported(f"only SQLite and PostgreSQL are supported; {HOW_TO_WRITE_IT}")
    if backend == "postgresql" and "@" in f"{parsed.username}{parsed.host}{parsed.database}":  # a piece of a password
        raise NotSupported("DATABASE_URL cannot be read: in a password write @ as %40, : as %3A, / as %2F and ? as %3F")
    if "password" in parsed.query:
        raise NotSupported("the password of DATABASE_URL stands before the @, not among its options")
    return parsed


def named(url: URL) -> str:
    """Say where it is, without user and password."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    database = url.database or libpq_default("PGDATABASE", "(see PGDATABASE)")
    return f"{database} on {url.host or url.query.get('host') or libpq_default('PGHOST', 'this machine')}"


def libpq_default(variable: str, otherwise: str) -> str:
    """Return what the variable says, if it is a plain name: a whole URL would be ours to keep secret."""
    value = os.environ.get(variable, "")
    return value if re.fullmatch(r"[\w./-]+", value) else otherwise
