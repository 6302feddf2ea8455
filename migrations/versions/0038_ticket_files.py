"""What tickets' files need.

Revision ID: 0038
Revises: 0037
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("attachments") as table:
        table.alter_column("conversation_id", existing_type=sa.Uuid(as_uuid=False), nullable=True)
        table.add_column(sa.Column("ticket_id", sa.Uuid(as_uuid=False), nullable=True))
        table.create_check_constraint(
            op.f("ck_attachments_attachment_owned"),
            "state = 'new' or conversation_id is not null or ticket_id is not null",
        )
    op.create_index("ix_attachments_ticket", "attachments", ["ticket_id"])
    with op.batch_alter_table("ticket_files") as table:
        table.drop_constraint(op.f("fk_ticket_files_attachment_id"), type_="foreignkey")
        table.create_foreign_key(
            op.f("fk_ticket_files_attachment_id"), "attachments", ["attachment_id"], ["id"], ondelete="CASCADE"
        )


def downgrade() -> None:
    # Where every file is a conversation's, there is no place for others.
    op.execute(
        "DELETE FROM ticket_files WHERE attachment_id IN (SELECT id FROM attachments WHERE conversation_id IS NULL)"
    )
    op.execute("DELETE FROM attachments WHERE conversation_id IS NULL")
    with op.batch_alter_table("ticket_files") as table:
        table.drop_constraint(op.f("fk_ticket_files_attachment_id"), type_="foreignkey")
        table.create_foreign_key(
            op.f("fk_ticket_files_attachment_id"), "attachments", ["attachment_id"], ["id"]
        )
    op.drop_index("ix_attachments_ticket", table_name="attachments")
    with op.batch_alter_table("attachments") as table:
        table.drop_constraint(op.f("ck_attachments_attachment_owned"), type_="check")
        table.drop_column("ticket_id")
        table.alter_column("conversation_id", existing_type=sa.Uuid(as_uuid=False), nullable=False)
