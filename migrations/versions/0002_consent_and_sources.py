"""Add what owners say of the use of their pages and pictures, vetted sources, and where lists come from.

Revision 0002, follows 0001.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "page",
        sa.Column("failure_evidence", sa.JSON(), comment="what that rests on: a status, or the verdict's evidence"),
    )
    op.add_column("revision", sa.Column("licence", sa.Text(), comment="of an import, as the operator gave it"))
    op.add_column("revision", sa.Column("file_digest", sa.String(64), comment="SHA-256 of the file that was imported"))
    op.create_index(op.f("ix_host_entry_list_action_until"), "host_entry", ["list", "action", "until"])
    op.create_table(
        "source_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list", sa.String(80), nullable=False),
        sa.Column("host", sa.Text(), nullable=False, comment="normalised; stands for all its subdomains too"),
        sa.Column("licence", sa.Text(), nullable=False, comment="under which its pictures may be used"),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("since", sa.Integer(), nullable=False, comment="first revision it counts in"),
        sa.Column("until", sa.Integer(), comment="first revision it no longer counts in"),
        sa.ForeignKeyConstraint(["list"], ["list.name"], name=op.f("fk_source_entry_list")),
        sa.ForeignKeyConstraint(
            ["list", "since"], ["revision.list", "revision.number"], name=op.f("fk_source_entry_list_since")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_entry")),
        comment="A host that a person has vetted; with --vetted-only pictures are kept from no other.",
    )
    op.create_index(op.f("ix_source_entry_list_host"), "source_entry", ["list", "host"])
    op.create_table(
        "consent_document",
        sa.Column("sha256", sa.String(64), nullable=False, comment="of the body; evidence names it"),
        sa.Column("kind", sa.String(20), nullable=False, comment="robots.txt, tdmrep.json, ai.txt or rsl"),
        sa.Column("body", sa.LargeBinary(), nullable=False, comment="as it was received, packed with zlib"),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_consent_document")),
        comment="What a host said of the use of its pages and pictures: each text once, whichever host sent it.",
    )
