"""Mini-programs: how citizens came into the chat behind WeChat's button.

Revision ID: 0027
Revises: 0026
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "miniprogram_entries",
        sa.Column("inbox_id", sa.String(64), nullable=False),
        sa.Column("openid", sa.String(128), nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("inbox_id", "openid", name=op.f("pk_miniprogram_entries")),
    )
    op.create_index("ix_miniprogram_entries_at", "miniprogram_entries", ["at"])


def downgrade() -> None:
    op.drop_table("miniprogram_entries")
