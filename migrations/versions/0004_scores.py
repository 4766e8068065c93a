"""Keep what models say of pairs, find pairs by their caption, and count what shadows say.

Revision 0004, follows 0003.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    fit = "how well its caption fits, by each model that was asked; null: none was"
    op.add_column("pair", sa.Column("fit", sa.JSON(), comment=fit))
    op.create_index(op.f("ix_pair_text_digest"), "pair", ["text_digest"])
    other = "a filter that would not have kept it either; - if none of those asked, empty: how many were sampled"
    op.create_table(
        "shadow",
        sa.Column("run_id", sa.String(36), sa.ForeignKey("run.id", name=op.f("fk_shadow_run_id")), nullable=False),
        sa.Column("filter", sa.String(40), nullable=False, comment="that refused the candidate"),
        sa.Column("reason", sa.String(60), nullable=False, comment="for which"),
        sa.Column("other", sa.String(40), nullable=False, comment=other),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "filter", "reason", "other", name=op.f("pk_shadow")),
        comment="Of a sample of ordinary refusals: what the filters after the one that refused would have said.",
    )
