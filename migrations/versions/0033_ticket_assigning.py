"""What tickets' assigning needs: absences, turns within departments, who gave a ticket back, what is broken.

Revision ID: 0033
Revises: 0032
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.database import Instant

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_ID = sa.Uuid(as_uuid=False)
_TIME = Instant(timezone=True)


def upgrade() -> None:
    op.create_table(
        "absences",
        sa.Column("id", _ID, nullable=False),
        sa.Column("account_id", _ID, nullable=False),
        sa.Column("substitute_id", _ID, nullable=True),
        sa.Column("from_at", _TIME, nullable=False),
        sa.Column("until_at", _TIME, nullable=False),
        sa.Column("hand_over", sa.Boolean(), nullable=False),
        sa.Column("handed_over_at", _TIME, nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("created_by", _ID, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.CheckConstraint("from_at < until_at", name=op.f("ck_absences_ends_later")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_absences_account_id")),
        sa.ForeignKeyConstraint(["substitute_id"], ["accounts.id"], name=op.f("fk_absences_substitute_id")),
        sa.ForeignKeyConstraint(["created_by"], ["accounts.id"], name=op.f("fk_absences_created_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    op.create_index("ix_absences_account", "absences", ["account_id", "until_at"])
    op.create_index("ix_absences_until", "absences", ["until_at"])
    op.create_table(
        "ticket_rounds",
        sa.Column("department_id", _ID, nullable=False),
        sa.Column("last_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("department_id", name=op.f("pk_ticket_rounds")),
    )
    op.create_table(
        "ticket_turns",
        sa.Column("department_id", _ID, nullable=False),
        sa.Column("account_id", _ID, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_ticket_turns_account_id")),
        sa.PrimaryKeyConstraint("department_id", "account_id", name=op.f("pk_ticket_turns")),
    )
    op.create_table(
        "ticket_refusals",
        sa.Column("ticket_id", _ID, nullable=False),
        sa.Column("department_id", _ID, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_refusals_ticket_id")),
        sa.PrimaryKeyConstraint("ticket_id", "department_id", name=op.f("pk_ticket_refusals")),
    )
    op.create_table(
        "assigning_faults",
        sa.Column("subject", sa.String(length=128), nullable=False),
        sa.Column("told_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_assigning_faults")),
    )


def downgrade() -> None:
    for table in (
        "assigning_faults", "ticket_refusals", "ticket_turns", "ticket_rounds", "absences",
    ):  # fmt: skip
        op.drop_table(table)
