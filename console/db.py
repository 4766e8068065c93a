"""Lay down the tables, or bring them up to this version."""

import click

from console.command import Noun, at_work
from console.list_revision import revision_lines
from console.workplace import Workplace
from storage.blocklists import STARTER_LIST
from storage.database import newest_revision
from storage.list_revisions import Revision
from storage.operators import login_name
from storage.starter_list import STARTER_FILE, starter_entries


@click.group(cls=Noun, examples=["altsieve db upgrade"])
def db() -> None:
    """The database."""


@db.command(examples=["altsieve db upgrade"])
@at_work
def upgrade(workplace: Workplace) -> None:
    """Lay down the tables, or bring them up to this version.

    On first use it makes the signing key and the HMAC key, in files beside the database that only you can read. Back
    them up: without them the ledger cannot be verified, and a run cannot recognise what it has decided.

    It also lays down the blocklist that comes with Altsieve, `starter`, and brings it up to this version; to go
    without, type: altsieve blocklist remove --list starter --why TEXT (and to have it back, blocklist restore starter)
    """
    from storage.migrate import upgrade as migrate  # it loads Alembic, which no other command needs

    migrate(workplace.database_url, workplace.configuration.text("STATE_FOLDER") or None)
    path, revision = workplace.database.name, newest_revision()
    starter = _ship_starter(workplace)
    lines = [f"{path} is at revision {revision}, the newest", *(revision_lines(starter) if starter else ())]
    fields = {"database": path, "revision": revision, "blocklist": starter and starter.label}
    workplace.output.record(fields, lines)


def _ship_starter(workplace: Workplace) -> Revision | None:
    return workplace.blocklists.ship(
        STARTER_LIST,
        starter_entries(),
        why="hosts whose pictures are reserved; comes with Altsieve",
        by=login_name(),
        source=f"{STARTER_FILE.name}, which comes with Altsieve",
    )
