"""Who a citizen is to the organisation, and what a conversation is about"""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('contacts', schema=None) as batch_op:
        batch_op.add_column(sa.Column('customer_group', sa.String(length=64), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('tags', sa.JSON(), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('birth_year', sa.Integer(), nullable=True))

    with op.batch_alter_table('conversations', schema=None) as batch_op:
        batch_op.add_column(sa.Column('sub_channel', sa.String(length=64), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('language', sa.String(length=16), nullable=False, server_default='zh'))
        batch_op.add_column(sa.Column('business', sa.String(length=64), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('conversations', schema=None) as batch_op:
        batch_op.drop_column('business')
        batch_op.drop_column('language')
        batch_op.drop_column('sub_channel')

    with op.batch_alter_table('contacts', schema=None) as batch_op:
        batch_op.drop_column('birth_year')
        batch_op.drop_column('tags')
        batch_op.drop_column('customer_group')
