"""A verdict on an answer can be taken back"""

import sqlalchemy as sa
from alembic import op

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('answer_feedback') as table:
        table.alter_column('helpful', existing_type=sa.Boolean(), nullable=True)


def downgrade() -> None:
    op.execute('DELETE FROM answer_feedback WHERE helpful IS NULL')
    with op.batch_alter_table('answer_feedback') as table:
        table.alter_column('helpful', existing_type=sa.Boolean(), nullable=False)
