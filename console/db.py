"""Lay down the tables, or bring them up to this version."""

import click

from console.command import Noun, at_work
from console.workplace import Workplace
from storage.database import newest_revision
from storage.migrate import upgrade as migrate


@click.group(cls=Noun, examples=["altsieve db upgrade"])
def db() -> None:
    """The database."""


@db.command(examples=["altsieve db upgrade"])
@at_work
def upgrade(workplace: Workplace) -> None:
    """Lay down the tables, or bring them up to this version.

    On first use it makes the signing key and the HMAC key, in files beside the database that only you can read. Back
    them up: without them the ledger cannot be verified, and a run cannot recognise what it has decided.
    """
    migrate(workplace.database_url)
    path, revision = str(workplace.database.path), newest_revision()
    workplace.output.record({"database": path, "revision": revision}, [f"{path} is at revision {revision}, the newest"])
