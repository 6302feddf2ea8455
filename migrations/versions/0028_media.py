"""Media that WeChat keeps for three days.

Revision ID: 0028
Revises: 0027
"""

from __future__ import annotations

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled in by the part it belongs to."""


def downgrade() -> None:
    """Filled in by the part it belongs to."""
