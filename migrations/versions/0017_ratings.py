"""Ratings that may be changed"""

import sqlalchemy as sa
from alembic import op

import core.database

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None

_LABELS = {5: '非常满意', 4: '满意', 3: '基本满意', 2: '不满意', 1: '非常不满意'}
_RATINGS = sa.table(
    'ratings', sa.column('score', sa.Integer), sa.column('label', sa.String),
    sa.column('group_name', sa.String), sa.column('earlier', sa.JSON),
)


def upgrade() -> None:
    with op.batch_alter_table('ratings', schema=None) as batch_op:
        batch_op.add_column(sa.Column('group_id', sa.Uuid(as_uuid=False), nullable=True))
        batch_op.add_column(sa.Column('group_name', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('label', sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column('earlier', sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column('changed_at', core.database.Instant(timezone=True), nullable=True))
    for score, label in _LABELS.items():
        op.execute(_RATINGS.update().where(_RATINGS.c.score == score).values(label=label, group_name='', earlier=[]))
    with op.batch_alter_table('ratings', schema=None) as batch_op:
        batch_op.alter_column('group_name', existing_type=sa.String(length=64), nullable=False)
        batch_op.alter_column('label', existing_type=sa.String(length=16), nullable=False)
        batch_op.alter_column('earlier', existing_type=sa.JSON(), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table('ratings', schema=None) as batch_op:
        for name in ('changed_at', 'earlier', 'label', 'group_name', 'group_id'):
            batch_op.drop_column(name)
