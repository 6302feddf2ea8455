"""Files that a channel has yet to fetch.

Revision ID: 0029
Revises: 0028
"""

from __future__ import annotations

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("attachments") as table:
        table.drop_constraint(op.f("ck_attachments_attachment_state_known"), type_="check")
        table.create_check_constraint(
            op.f("ck_attachments_attachment_state_known"), "state in ('new', 'sent', 'recalled', 'pending')"
        )


def downgrade() -> None:
    # What was never fetched has no file; its message goes on saying that it is on its way.
    op.execute("DELETE FROM attachments WHERE state = 'pending'")
    with op.batch_alter_table("attachments") as table:
        table.drop_constraint(op.f("ck_attachments_attachment_state_known"), type_="check")
        table.create_check_constraint(
            op.f("ck_attachments_attachment_state_known"), "state in ('new', 'sent', 'recalled')"
        )
