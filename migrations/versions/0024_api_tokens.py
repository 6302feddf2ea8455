"""Access tokens that all servers share, and how each account's API is.

Revision ID: 0024
Revises: 0023
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.database import Instant

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_tokens",
        sa.Column("account", sa.String(length=96), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("fetched_at", Instant(timezone=True), nullable=True),
        sa.Column("ends_at", Instant(timezone=True), nullable=True),
        sa.Column("lease", sa.String(length=36), nullable=True),
        sa.Column("lease_until", Instant(timezone=True), nullable=True),
        sa.Column("failed_at", Instant(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=100), nullable=False),
        sa.Column("errcode", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_api_tokens")),
    )
    op.create_table(
        "api_health",
        sa.Column("account", sa.String(length=96), nullable=False),
        sa.Column("area", sa.String(length=64), nullable=False),
        sa.Column("ok_at", Instant(timezone=True), nullable=True),
        sa.Column("failed_at", Instant(timezone=True), nullable=True),
        sa.Column("failing_since", Instant(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=100), nullable=False),
        sa.Column("errcode", sa.Integer(), nullable=True),
        sa.Column("alerted", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("account", "area", name=op.f("pk_api_health")),
    )


def downgrade() -> None:
    op.drop_table("api_health")
    op.drop_table("api_tokens")
