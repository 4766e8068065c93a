"""Start a PostgreSQL server with our tables, our roles, and one login with a password for each role."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

from storage.migrate import upgrade
from tests.storage.postgres import Postgres, server

ROLES_FILE: Final = Path(__file__).parents[2] / "storage" / "roles.sql"
DATABASE: Final = "altsieve"
CRAWLER, AUDITOR, OFFICER = "altsieve_crawler", "altsieve_auditor", "altsieve_safety_officer"
_LOGINS: Final = {CRAWLER: "clara", AUDITOR: "arthur", OFFICER: "olga"}
_WHO_MAY_COME: Final = (
    "local all postgres trust\nlocal all all scram-sha-256\nhost all all 127.0.0.1/32 scram-sha-256\n"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Logins:
    """A running server that asks everybody but the owner for a password."""

    server: Postgres
    folder: Path
    """Where the keys and checkpoints of its database are."""

    @property
    def owner_url(self) -> str:
        return self.server.url(DATABASE)

    def url(self, role: str, *, password: str | None = None) -> str:
        """Return the DATABASE_URL of the login that has the role."""
        made = URL.create(
            "postgresql+psycopg",
            username=_LOGINS[role],
            password=password_of(role) if password is None else password,
            database=DATABASE,
            query={"host": str(self.server.folder)},
        )
        return made.render_as_string(hide_password=False)

    def engine(self, role: str | None = None) -> Engine:
        return create_engine(
            self.owner_url if role is None else self.url(role), hide_parameters=True, poolclass=NullPool
        )

    def give_rights(self) -> None:
        """Run storage/roles.sql as its first lines say."""
        with self.engine().begin() as conn:
            conn.exec_driver_sql(ROLES_FILE.read_text().replace("%", "%%"))


def password_of(role: str) -> str:
    """Return one with every character that means something in a URL."""
    return f"s3cret-of:{role}/@%?#&= '"


@contextmanager
def logins(folder: Path) -> Iterator[Logins]:
    with server() as started:
        (started.folder / "data" / "pg_hba.conf").write_text(_WHO_MAY_COME)
        started.do("SELECT pg_reload_conf()", f"CREATE DATABASE {DATABASE} TEMPLATE template0")
        found = Logins(server=started, folder=folder)
        upgrade(found.owner_url, str(folder))
        found.give_rights()
        for role, login in _LOGINS.items():
            password = password_of(role).replace("'", "''")
            started.do(f"CREATE ROLE {login} LOGIN PASSWORD '{password}'", f"GRANT {role} TO {login}")
        yield found
