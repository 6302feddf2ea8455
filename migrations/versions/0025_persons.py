"""One person over several inboxes: who has which unionid.

Revision ID: 0025
Revises: 0024
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contact_unions",
        sa.Column("union_id", sa.String(64), nullable=False),
        sa.Column("contact_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_contact_unions_contact_id")
        ),
        sa.PrimaryKeyConstraint("union_id", name=op.f("pk_contact_unions")),
        sa.UniqueConstraint("contact_id", name=op.f("uq_contact_unions_contact_id")),
    )


def downgrade() -> None:
    op.drop_table("contact_unions")
