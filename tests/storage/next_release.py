"""Make up the release after this one: our migrations and one more."""

import shutil
from pathlib import Path
from typing import Final

import pytest

from storage import database, migrate
from storage.database import MIGRATIONS, newest_revision

AHEAD: Final = f"{int(newest_revision()) + 1:04}"
ADDS: Final = """
    op.add_column("picture", sa.Column("colour", sa.Text(), comment="of its largest part; null: not looked at"))
    op.create_table("novelty", sa.Column("id", sa.Integer(), primary_key=True), comment="Of the next release.")
    op.execute("INSERT INTO novelty (id) VALUES (1)")
"""
_STEP: Final = '''"""Add what the next release wants.

Revision {ahead}, follows {newest}.
"""

import os
import signal

import sqlalchemy as sa
from alembic import op

revision = "{ahead}"
down_revision = "{newest}"
branch_labels = None
depends_on = None


def upgrade() -> None:
{steps}
'''


def write(folder: Path, steps: str = ADDS) -> Path:
    """Return the folder of migrations."""
    made = folder / "migrations"
    shutil.copytree(MIGRATIONS, made, ignore=shutil.ignore_patterns("__pycache__"))
    step = _STEP.format(ahead=AHEAD, newest=newest_revision(), steps=steps)
    (made / "versions" / f"{AHEAD}_next.py").write_text(step)
    return made


def install(patch: pytest.MonkeyPatch, made: Path) -> None:
    for module in (migrate, database):
        patch.setattr(module, "MIGRATIONS", made)
