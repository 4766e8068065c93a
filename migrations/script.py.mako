"""${message}.

Revision ${up_revision}, follows ${down_revision | comma,n}.
"""
<%doc>
Our rules, kept by tests/storage/test_migrate.py:
* The message is one imperative sentence without its full stop ("Add the table of consent"); the revision is the next
  number, four digits: `alembic revision --rev-id 0002 --autogenerate -m "..."`.
* A migration that was released is never edited: write the next one.
* All steps run in one transaction. A step that needs more (VACUUM, PRAGMA foreign_keys) is not a migration.
* Every new column has a comment or a name that needs none, here and in storage/tables.py.
* Rows of ledger_record are never rewritten.
* There is no way back: an operator restores the backup made before `altsieve db upgrade`.
</%doc>
import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}
