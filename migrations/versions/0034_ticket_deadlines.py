"""What tickets' deadlines need: a row for each promise, and what people are told of tickets.

Revision ID: 0034
Revises: 0033
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.database import Instant

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_ID = sa.Uuid(as_uuid=False)
_AT = Instant(timezone=True)


def upgrade() -> None:
    op.create_table(
        "ticket_deadlines",
        sa.Column("id", _ID, nullable=False),
        sa.Column("ticket_id", _ID, nullable=False),
        sa.Column("target", sa.String(length=8), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("started_at", _AT, nullable=False),
        sa.Column("due_at", _AT, nullable=True),
        sa.Column("met_at", _AT, nullable=True),
        sa.Column("pauses", sa.JSON(), nullable=False),
        sa.Column("policy", sa.String(length=32), nullable=False),
        sa.Column("given", sa.Date(), nullable=True),
        sa.Column("explanation", sa.JSON(), nullable=False),
        sa.Column("told_until", _AT, nullable=True),
        sa.CheckConstraint(
            "target in ('accept', 'answer', 'resolve')", name=op.f("ck_ticket_deadlines_target_known")
        ),
        sa.CheckConstraint(
            "state in ('active', 'paused', 'met', 'breached', 'cancelled')",
            name=op.f("ck_ticket_deadlines_state_known"),
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_deadlines_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_deadlines")),
        sa.UniqueConstraint("ticket_id", "target", "round", name=op.f("uq_ticket_deadlines_ticket_id_target_round")),
    )
    op.create_table(
        "ticket_notices",
        sa.Column("id", _ID, nullable=False),
        sa.Column("account_id", _ID, nullable=False),
        sa.Column("ticket_id", _ID, nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("once", sa.String(length=96), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.Column("read_at", _AT, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_ticket_notices_account_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_notices_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_notices")),
        sa.UniqueConstraint("account_id", "once", name=op.f("uq_ticket_notices_account_id_once")),
    )
    op.create_index("ix_ticket_notices_unread", "ticket_notices", ["account_id", "read_at"])
    op.create_index("ix_ticket_notices_ticket", "ticket_notices", ["ticket_id"])


def downgrade() -> None:
    op.drop_table("ticket_notices")
    op.drop_table("ticket_deadlines")
