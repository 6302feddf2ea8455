"""Replies WeChat still allows, and how far messages came: held, unsure, in part.

Revision ID: 0023
Revises: 0022
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.database import Instant

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reply_windows",
        sa.Column("inbox_id", sa.String(length=64), nullable=False),
        sa.Column("external_id", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("opened_at", Instant(timezone=True), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint(
            "inbox_id", "external_id", "kind", name=op.f("pk_reply_windows")
        ),
    )
    op.create_index("ix_reply_windows_opened_at", "reply_windows", ["opened_at"])
    op.create_table(
        "message_deliveries",
        sa.Column("message_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("conversation_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("parts_sent", sa.Integer(), nullable=False),
        sa.Column("under_way", sa.Integer(), nullable=False),
        sa.Column("numbered", sa.Boolean(), nullable=False),
        sa.Column("plain", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("reminded_at", Instant(timezone=True), nullable=True),
        sa.Column("reminded_by", sa.String(length=16), nullable=False),
        sa.Column("sent_key", sa.String(length=32), nullable=False),
        sa.Column("updated_at", Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_message_deliveries")),
    )
    op.create_index("ix_message_deliveries_address", "message_deliveries", ["address", "state"])
    op.create_index(op.f("ix_message_deliveries_sent_key"), "message_deliveries", ["sent_key"])
    op.create_index(
        op.f("ix_message_deliveries_conversation_id"), "message_deliveries", ["conversation_id"]
    )
    # How far the parts of a message got moves to the table that all channels share.
    op.execute(
        "INSERT INTO message_deliveries (message_id, address, parts_sent, under_way, numbered,"
        " plain, state, reason, reminded_by, sent_key, updated_at)"
        " SELECT message_id, '', parts_sent, 0, numbered, false, 'delivered', '', '', '', updated_at"
        " FROM wechat_deliveries"
    )
    op.drop_table("wechat_deliveries")
    with op.batch_alter_table("outbox") as table:
        table.add_column(sa.Column("about", sa.String(length=64), nullable=True))
        table.create_index("ix_outbox_about", ["about"])
    op.execute("UPDATE outbox SET about = key WHERE topic = 'message.deliver'")
    # Answers to what was done just then; they have another form now, and later they say nothing.
    op.execute("DELETE FROM outbox WHERE topic = 'wechat.notice'")


def downgrade() -> None:
    # What was kept for later becomes an ordinary delivery again.
    op.execute("UPDATE outbox SET state = 'pending' WHERE state = 'held'")
    op.execute("UPDATE outbox SET key = about WHERE about IS NOT NULL")
    with op.batch_alter_table("outbox") as table:
        table.drop_index("ix_outbox_about")
        table.drop_column("about")
    op.create_table(
        "wechat_deliveries",
        sa.Column("message_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("parts_sent", sa.Integer(), nullable=False),
        sa.Column("numbered", sa.Boolean(), nullable=False),
        sa.Column("updated_at", Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_wechat_deliveries")),
    )
    op.execute(
        "INSERT INTO wechat_deliveries (message_id, parts_sent, numbered, updated_at)"
        " SELECT message_id, parts_sent, numbered, updated_at FROM message_deliveries"
    )
    op.drop_index(op.f("ix_message_deliveries_conversation_id"), "message_deliveries")
    op.drop_index(op.f("ix_message_deliveries_sent_key"), "message_deliveries")
    op.drop_index("ix_message_deliveries_address", "message_deliveries")
    op.drop_table("message_deliveries")
    op.drop_index("ix_reply_windows_opened_at", "reply_windows")
    op.drop_table("reply_windows")
