"""Small pictures beside the files of conversations"""

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('attachments') as table:
        table.add_column(sa.Column('small_size', sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('attachments') as table:
        table.drop_column('small_size')
