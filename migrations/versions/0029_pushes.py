"""Files that a channel has yet to fetch; who unfollowed an official account.

Revision ID: 0029
Revises: 0028
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.database import Instant

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("attachments") as table:
        table.drop_constraint(op.f("ck_attachments_attachment_state_known"), type_="check")
        table.create_check_constraint(
            op.f("ck_attachments_attachment_state_known"),
            "state in ('new', 'sent', 'recalled', 'pending')",
        )
    op.create_table(
        "wechat_unfollowed",
        sa.Column("inbox_id", sa.String(length=64), nullable=False),
        sa.Column("openid", sa.String(length=128), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("inbox_id", "openid", name=op.f("pk_wechat_unfollowed")),
    )


def downgrade() -> None:
    op.drop_table("wechat_unfollowed")
    # What was never fetched has no file; its message goes on saying that it is on its way.
    op.execute("DELETE FROM attachments WHERE state = 'pending'")
    with op.batch_alter_table("attachments") as table:
        table.drop_constraint(op.f("ck_attachments_attachment_state_known"), type_="check")
        table.create_check_constraint(
            op.f("ck_attachments_attachment_state_known"), "state in ('new', 'sent', 'recalled')"
        )
