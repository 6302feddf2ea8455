"""Webhook inboxes: events that were taken, deliveries to portals"""

import sqlalchemy as sa
from alembic import op

import core.database

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('webhook_received',
    sa.Column('inbox_id', sa.String(length=64), nullable=False),
    sa.Column('event_id', sa.String(length=64), nullable=False),
    sa.Column('body_sha256', sa.String(length=64), nullable=False),
    sa.Column('message_id', sa.Uuid(as_uuid=False), nullable=True),
    sa.Column('conversation_id', sa.Uuid(as_uuid=False), nullable=True),
    sa.Column('at', core.database.Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['inbox_id'], ['inboxes.id'], name=op.f('fk_webhook_received_inbox_id')),
    sa.PrimaryKeyConstraint('inbox_id', 'event_id', name=op.f('pk_webhook_received')),
    )
    op.create_index('ix_webhook_received_at', 'webhook_received', ['at'], unique=False)
    op.create_table('webhook_deliveries',
    sa.Column('id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('inbox_id', sa.String(length=64), nullable=False),
    sa.Column('conversation_id', sa.Uuid(as_uuid=False), nullable=True),
    sa.Column('type', sa.String(length=32), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('error', sa.String(length=200), nullable=False),
    sa.Column('seconds', sa.Double(), nullable=False),
    sa.Column('created_at', core.database.Instant(timezone=True), nullable=False),
    sa.Column('updated_at', core.database.Instant(timezone=True), nullable=False),
    sa.CheckConstraint(
        "state in ('delivered', 'retrying', 'failed')",
        name=op.f('ck_webhook_deliveries_webhook_delivery_state_known'),
    ),
    sa.ForeignKeyConstraint(['inbox_id'], ['inboxes.id'], name=op.f('fk_webhook_deliveries_inbox_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook_deliveries')),
    )
    op.create_index('ix_webhook_deliveries_inbox', 'webhook_deliveries', ['inbox_id', 'id'], unique=False)
    op.create_index('ix_webhook_deliveries_at', 'webhook_deliveries', ['updated_at'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_webhook_deliveries_at', table_name='webhook_deliveries')
    op.drop_index('ix_webhook_deliveries_inbox', table_name='webhook_deliveries')
    op.drop_table('webhook_deliveries')
    op.drop_index('ix_webhook_received_at', table_name='webhook_received')
    op.drop_table('webhook_received')
