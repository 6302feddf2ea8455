"""Working together on a conversation"""

import core.database
import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None

PENDING = sa.text("state = 'pending'")


def upgrade() -> None:
    op.create_table('conversation_participants',
    sa.Column('conversation_id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('agent_id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('episode', sa.Integer(), nullable=False),
    sa.Column('by', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('at', core.database.Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['accounts.id'], name=op.f('fk_conversation_participants_agent_id')),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_conversation_participants_conversation_id')),
    sa.PrimaryKeyConstraint('conversation_id', 'agent_id', name=op.f('pk_conversation_participants'))
    )
    with op.batch_alter_table('conversation_participants', schema=None) as batch_op:
        batch_op.create_index('ix_conversation_participants_agent', ['agent_id', 'state'], unique=False)

    op.create_table('mentions',
    sa.Column('message_id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('agent_id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('conversation_id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('at', core.database.Instant(timezone=True), nullable=False),
    sa.Column('seen_at', core.database.Instant(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['agent_id'], ['accounts.id'], name=op.f('fk_mentions_agent_id')),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_mentions_conversation_id')),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_mentions_message_id')),
    sa.PrimaryKeyConstraint('message_id', 'agent_id', name=op.f('pk_mentions'))
    )
    with op.batch_alter_table('mentions', schema=None) as batch_op:
        batch_op.create_index('ix_mentions_agent', ['agent_id', 'conversation_id'], unique=False)

    op.create_table('conversation_transfers',
    sa.Column('id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('conversation_id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('from_agent', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('by', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('to_agent', sa.Uuid(as_uuid=False), nullable=True),
    sa.Column('to_group', sa.Uuid(as_uuid=False), nullable=True),
    sa.Column('note', sa.String(length=1000), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('epoch', sa.Integer(), nullable=False),
    sa.Column('created_at', core.database.Instant(timezone=True), nullable=False),
    sa.Column('expires_at', core.database.Instant(timezone=True), nullable=False),
    sa.Column('ended_at', core.database.Instant(timezone=True), nullable=True),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['by'], ['accounts.id'], name=op.f('fk_conversation_transfers_by')),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_conversation_transfers_conversation_id')),
    sa.ForeignKeyConstraint(['from_agent'], ['accounts.id'], name=op.f('fk_conversation_transfers_from_agent')),
    sa.ForeignKeyConstraint(['to_agent'], ['accounts.id'], name=op.f('fk_conversation_transfers_to_agent')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_conversation_transfers'))
    )
    with op.batch_alter_table('conversation_transfers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_conversation_transfers_conversation_id'), ['conversation_id'], unique=False)
        batch_op.create_index('ix_conversation_transfers_to', ['to_agent', 'state'], unique=False)
        batch_op.create_index('uq_conversation_transfers_one_pending', ['conversation_id'], unique=True, sqlite_where=PENDING, postgresql_where=PENDING)

    op.create_table('alerts',
    sa.Column('id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('at', core.database.Instant(timezone=True), nullable=False),
    sa.Column('code', sa.String(length=48), nullable=False),
    sa.Column('message', sa.String(length=500), nullable=False),
    sa.Column('details', sa.JSON(), nullable=False),
    sa.Column('conversation_id', sa.Uuid(as_uuid=False), nullable=True),
    sa.Column('agent_id', sa.Uuid(as_uuid=False), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alerts'))
    )
    with op.batch_alter_table('alerts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_alerts_at'), ['at'], unique=False)

    # Who has served a conversation is asked with every look at it (handoff/desk/access.py).
    op.create_index('ix_assignments_conversation', 'assignments', ['conversation_id', 'agent_id'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_assignments_conversation', table_name='assignments')
    for name in ('alerts', 'conversation_transfers', 'mentions', 'conversation_participants'):
        op.drop_table(name)
