"""Priorities, overflow and why a conversation went where it did"""

import sqlalchemy as sa
from alembic import op

from core.database import IdColumn, Instant

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('queue_entries', schema=None) as batch_op:
        batch_op.add_column(sa.Column('order_at', Instant(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('wanted_agent', IdColumn, nullable=True))
        batch_op.add_column(sa.Column('wanted_until', Instant(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('route', sa.JSON(), nullable=False, server_default='[]'))
        batch_op.drop_index('ix_queue_entries_order')
    # Until now only those who were handed on had points; a point is worth a minute.
    order_at = (
        "strftime('%Y-%m-%d %H:%M:%f000', enqueued_at, (-60 * priority) || ' seconds')"
        if op.get_bind().dialect.name == 'sqlite'
        else "enqueued_at - priority * interval '1 minute'"
    )
    op.execute(f"UPDATE queue_entries SET order_at = {order_at}")
    with op.batch_alter_table('queue_entries', schema=None) as batch_op:
        batch_op.alter_column('order_at', existing_type=Instant(timezone=True), nullable=False)
        batch_op.create_index('ix_queue_entries_order', ['state', 'order_at', 'id'], unique=False)

    op.create_table(
        'designated_agents',
        sa.Column('contact_id', IdColumn, nullable=False),
        sa.Column('agent_id', IdColumn, nullable=False),
        sa.Column('set_by', IdColumn, nullable=False),
        sa.Column('set_at', Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['contact_id'], ['contacts.id'], name=op.f('fk_designated_agents_contact_id')),
        sa.ForeignKeyConstraint(['agent_id'], ['accounts.id'], name=op.f('fk_designated_agents_agent_id')),
        sa.PrimaryKeyConstraint('contact_id', name=op.f('pk_designated_agents')),
    )

    op.create_table(
        'wechat_scans',
        sa.Column('inbox_id', sa.String(length=64), nullable=False),
        sa.Column('openid', sa.String(length=128), nullable=False),
        sa.Column('scene', sa.String(length=64), nullable=False),
        sa.Column('at', Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('inbox_id', 'openid', name=op.f('pk_wechat_scans')),
    )
    with op.batch_alter_table('wechat_scans', schema=None) as batch_op:
        batch_op.create_index('ix_wechat_scans_at', ['at'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('wechat_scans', schema=None) as batch_op:
        batch_op.drop_index('ix_wechat_scans_at')
    op.drop_table('wechat_scans')
    op.drop_table('designated_agents')
    with op.batch_alter_table('queue_entries', schema=None) as batch_op:
        batch_op.drop_index('ix_queue_entries_order')
        batch_op.drop_column('route')
        batch_op.drop_column('wanted_until')
        batch_op.drop_column('wanted_agent')
        batch_op.drop_column('order_at')
        batch_op.create_index('ix_queue_entries_order', ['state', 'priority', 'enqueued_at'], unique=False)
