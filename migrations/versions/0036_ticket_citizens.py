"""What citizens think of the results of their tickets.

Revision ID: 0036
Revises: 0035
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.database import Instant

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ticket_ratings",
        sa.Column("ticket_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("handler_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("department_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=16), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("comment", sa.String(length=500), nullable=False),
        sa.Column("earlier", sa.JSON(), nullable=False),
        sa.Column("created_at", Instant(timezone=True), nullable=False),
        sa.Column("changed_at", Instant(timezone=True), nullable=True),
        sa.CheckConstraint("score between 1 and 5", name=op.f("ck_ticket_ratings_score_range")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_ratings_ticket_id")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_ticket_ratings")),
    )
    op.create_index("ix_ticket_ratings_created", "ticket_ratings", ["created_at"])


def downgrade() -> None:
    op.drop_table("ticket_ratings")
