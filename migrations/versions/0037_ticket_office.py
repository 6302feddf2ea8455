"""What other systems are told of tickets, what programs call us with, and which of their requests were done.

Revision ID: 0037
Revises: 0036
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.database import Instant

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

_ID = sa.Uuid(as_uuid=False)
_TIME = Instant(timezone=True)


def upgrade() -> None:
    op.create_table(
        "ticket_endpoints",
        sa.Column("id", _ID, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("types", sa.JSON(), nullable=False),
        sa.Column("department_ids", sa.JSON(), nullable=False),
        sa.Column("personal", sa.String(length=8), nullable=False),
        sa.Column("secrets", sa.JSON(), nullable=False),
        sa.Column("made", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", _TIME, nullable=True),
        sa.Column("next_try_at", _TIME, nullable=True),
        sa.Column("alerted_at", _TIME, nullable=True),
        sa.Column("last_error", sa.String(length=200), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.CheckConstraint("personal in ('none', 'masked', 'full')", name=op.f("ck_ticket_endpoints_personal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_endpoints")),
        sa.UniqueConstraint("name", name=op.f("uq_ticket_endpoints_name")),
    )
    op.create_table(
        "ticket_endpoint_known",
        sa.Column("endpoint_id", _ID, nullable=False),
        sa.Column("ticket_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["endpoint_id"], ["ticket_endpoints.id"], name=op.f("fk_ticket_endpoint_known_endpoint_id")
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_endpoint_known_ticket_id")),
        sa.PrimaryKeyConstraint("endpoint_id", "ticket_id", name=op.f("pk_ticket_endpoint_known")),
    )
    op.create_index("ix_ticket_endpoint_known_ticket_id", "ticket_endpoint_known", ["ticket_id"])
    op.create_table(
        "ticket_deliveries",
        sa.Column("id", _ID, nullable=False),
        sa.Column("endpoint_id", _ID, nullable=False),
        sa.Column("ticket_id", _ID, nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("error", sa.String(length=200), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.CheckConstraint(
            "state in ('delivered', 'retrying', 'failed')", name=op.f("ck_ticket_deliveries_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["endpoint_id"], ["ticket_endpoints.id"], name=op.f("fk_ticket_deliveries_endpoint_id")
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_deliveries_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_deliveries")),
    )
    op.create_index("ix_ticket_deliveries_endpoint", "ticket_deliveries", ["endpoint_id", "id"])
    op.create_index("ix_ticket_deliveries_failed", "ticket_deliveries", ["endpoint_id", "state", "id"])
    op.create_index("ix_ticket_deliveries_at", "ticket_deliveries", ["updated_at"])
    op.create_table(
        "api_keys",
        sa.Column("id", _ID, nullable=False),
        sa.Column("account_id", _ID, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("hint", sa.String(length=8), nullable=False),
        sa.Column("former_hash", sa.String(length=64), nullable=True),
        sa.Column("former_until", _TIME, nullable=True),
        sa.Column("permissions", sa.JSON(), nullable=False),
        sa.Column("department_ids", sa.JSON(), nullable=False),
        sa.Column("types", sa.JSON(), nullable=False),
        sa.Column("per_minute", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME, nullable=True),
        sa.Column("revoked_at", _TIME, nullable=True),
        sa.Column("last_used_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_api_keys_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("account_id", name=op.f("uq_api_keys_account_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_keys_token_hash")),
        sa.UniqueConstraint("former_hash", name=op.f("uq_api_keys_former_hash")),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("account_id", _ID, nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("request_sha256", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_idempotency_keys_account_id")),
        sa.PrimaryKeyConstraint("account_id", "key", name=op.f("pk_idempotency_keys")),
    )
    op.create_index("ix_idempotency_keys_at", "idempotency_keys", ["at"])


def downgrade() -> None:
    op.drop_table("idempotency_keys")
    op.drop_table("api_keys")
    op.drop_table("ticket_deliveries")
    op.drop_table("ticket_endpoint_known")
    op.drop_table("ticket_endpoints")
