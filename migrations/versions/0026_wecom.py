"""微信客服: how far messages were fetched, and citizens' sessions.

Revision ID: 0026
Revises: 0025
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.database import Instant

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "wecom_cursors",
        sa.Column("inbox_id", sa.String(length=64), nullable=False),
        sa.Column("open_kfid", sa.String(length=64), nullable=False),
        sa.Column("cursor", sa.String(length=128), nullable=False),
        sa.Column("since", Instant(timezone=True), nullable=False),
        sa.Column("synced_at", Instant(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("inbox_id", name=op.f("pk_wecom_cursors")),
    )
    op.create_table(
        "wecom_sessions",
        sa.Column("inbox_id", sa.String(length=64), nullable=False),
        sa.Column("external_userid", sa.String(length=128), nullable=False),
        sa.Column("scene", sa.String(length=64), nullable=False),
        sa.Column("scene_at", Instant(timezone=True), nullable=True),
        sa.Column("ours_until", Instant(timezone=True), nullable=True),
        sa.Column("servicer_until", Instant(timezone=True), nullable=True),
        sa.Column("asked_at", Instant(timezone=True), nullable=True),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("inbox_id", "external_userid", name=op.f("pk_wecom_sessions")),
    )
    op.create_index("ix_wecom_sessions_at", "wecom_sessions", ["at"])


def downgrade() -> None:
    op.drop_index("ix_wecom_sessions_at", "wecom_sessions")
    op.drop_table("wecom_sessions")
    op.drop_table("wecom_cursors")
