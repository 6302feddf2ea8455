"""Media that WeChat keeps for three days, and the reminders it has been given.

Revision ID: 0028
Revises: 0027
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.database import Instant

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "media_uploads",
        sa.Column("account", sa.String(length=96), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("media_id", sa.String(length=512), nullable=False),
        sa.Column("uploaded_at", Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account", "sha256", "kind", name=op.f("pk_media_uploads")),
    )
    op.create_index("ix_media_uploads_uploaded_at", "media_uploads", ["uploaded_at"])
    op.create_table(
        "wechat_reminders",
        sa.Column("inbox_id", sa.String(length=64), nullable=False),
        sa.Column("reminder_id", sa.String(length=64), nullable=False),
        sa.Column("external_id", sa.String(length=128), nullable=False),
        sa.Column("conversation_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("inbox_id", "reminder_id", name=op.f("pk_wechat_reminders")),
    )
    op.create_index("ix_wechat_reminders_at", "wechat_reminders", ["at"])
    op.create_index("ix_wechat_reminders_citizen", "wechat_reminders", ["inbox_id", "external_id"])


def downgrade() -> None:
    op.drop_index("ix_wechat_reminders_citizen", "wechat_reminders")
    op.drop_index("ix_wechat_reminders_at", "wechat_reminders")
    op.drop_table("wechat_reminders")
    op.drop_index("ix_media_uploads_uploaded_at", "media_uploads")
    op.drop_table("media_uploads")
