"""Logos of widgets"""

import sqlalchemy as sa
from alembic import op

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'widget_logos',
        sa.Column('name', sa.String(80), nullable=False),
        sa.Column('media_type', sa.String(32), nullable=False),
        sa.Column('data', sa.LargeBinary(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('name', name=op.f('pk_widget_logos')),
    )


def downgrade() -> None:
    op.drop_table('widget_logos')
