"""${message}.

Revision ${up_revision}, follows ${down_revision | comma,n}.
"""
<%doc>
Our rules, kept by tests/storage/test_migration_rules.py:
* The message is one imperative sentence without its full stop ("Add the table of consent"); the revision is the next
  number, four digits: `alembic revision --rev-id 0006 --autogenerate -m "..."`.
* A migration that was released is never edited: write the next one.
* The release before goes on working on what this one leaves, and code takes a database that is one revision ahead: so it
  only adds. New columns are nullable or have a server default. Nothing that the release before reads or writes is
  renamed, dropped, retyped or made unique; what nobody needs any more goes one release later.
* It runs on SQLite and PostgreSQL and leaves the same tables; new columns of text get COLLATE "C" on PostgreSQL, which
  sorts by bytes as SQLite does.
* All steps run in one transaction: a migration that is killed leaves nothing. A step that needs more (VACUUM, CREATE
  INDEX CONCURRENTLY, PRAGMA foreign_keys) is not a migration.
* `Database.write()`, in which it runs, is the one writer on both databases: a second upgrade waits for the first and
  finds it done. migrations/env.py sets lock_timeout and statement_timeout on PostgreSQL; none is set here.
* Every new column has a comment or a name that needs none, here and in storage/tables/. A table or a column that is new
  needs rights: see storage/roles.sql.
* Rows of ledger_record are never rewritten.
* `would_lose` names each table or table.column that it adds and what that holds, `made_anew` those that lose nothing
  when they go; `downgrade` refuses where the former are not empty, and undoes all otherwise.
</%doc>
import sqlalchemy as sa
from alembic import op

from storage.losses import require_nothing_lost
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None

would_lose: dict[str, str] = {}
made_anew: tuple[str, ...] = ()


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    require_nothing_lost(would_lose)
    ${downgrades if downgrades else "pass"}
