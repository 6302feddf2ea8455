"""微信客服: how far messages were fetched.

Revision ID: 0026
Revises: 0025
"""

from __future__ import annotations

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled in by the part it belongs to."""


def downgrade() -> None:
    """Filled in by the part it belongs to."""
