"""Replies WeChat still allows, and messages kept until it allows one.

Revision ID: 0023
Revises: 0022
"""

from __future__ import annotations

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled in by the part it belongs to."""


def downgrade() -> None:
    """Filled in by the part it belongs to."""
