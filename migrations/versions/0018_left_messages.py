"""Left messages"""

import sqlalchemy as sa
from alembic import op

import core.database

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # One counter for each series of numbers; that of the tickets goes on where it was.
    op.create_table('number_counters',
    sa.Column('series', sa.String(length=8), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('series', 'day', name=op.f('pk_number_counters')),
    )
    op.execute("INSERT INTO number_counters (series, day, last) SELECT 'GD', day, last FROM ticket_counters")
    op.drop_table('ticket_counters')

    op.create_table('left_messages',
    sa.Column('id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('number', sa.String(length=32), nullable=False),
    sa.Column('client_msg_id', sa.String(length=64), nullable=False),
    sa.Column('conversation_id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('contact_id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('inbox_id', sa.String(length=64), nullable=False),
    sa.Column('channel', sa.String(length=32), nullable=False),
    sa.Column('business', sa.String(length=64), nullable=True),
    sa.Column('group_id', sa.Uuid(as_uuid=False), nullable=True),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('phone', sa.String(length=32), nullable=False),
    sa.Column('phone_proved', sa.Boolean(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('files', sa.JSON(), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('claimed_by', sa.Uuid(as_uuid=False), nullable=True),
    sa.Column('due_at', core.database.Instant(timezone=True), nullable=True),
    sa.Column('created_at', core.database.Instant(timezone=True), nullable=False),
    sa.Column('updated_at', core.database.Instant(timezone=True), nullable=False),
    sa.Column('answered_at', core.database.Instant(timezone=True), nullable=True),
    sa.Column('handled_at', core.database.Instant(timezone=True), nullable=True),
    sa.Column('forgotten_at', core.database.Instant(timezone=True), nullable=True),
    sa.CheckConstraint(
        "status in ('new', 'claimed', 'answered', 'handled')", name=op.f('ck_left_messages_status_known')
    ),
    sa.ForeignKeyConstraint(['claimed_by'], ['accounts.id'], name=op.f('fk_left_messages_claimed_by')),
    sa.ForeignKeyConstraint(['contact_id'], ['contacts.id'], name=op.f('fk_left_messages_contact_id')),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_left_messages_conversation_id')),
    sa.ForeignKeyConstraint(['inbox_id'], ['inboxes.id'], name=op.f('fk_left_messages_inbox_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_left_messages')),
    sa.UniqueConstraint('contact_id', 'client_msg_id', name=op.f('uq_left_messages_contact_id_client_msg_id')),
    sa.UniqueConstraint('number', name=op.f('uq_left_messages_number')),
    )
    op.create_index('ix_left_messages_claimed_by', 'left_messages', ['claimed_by', 'status', 'id'], unique=False)
    op.create_index('ix_left_messages_conversation', 'left_messages', ['conversation_id'], unique=False)
    op.create_index('ix_left_messages_due', 'left_messages', ['status', 'due_at'], unique=False)
    op.create_index('ix_left_messages_kept', 'left_messages', ['forgotten_at', 'updated_at'], unique=False)
    op.create_index('ix_left_messages_status', 'left_messages', ['status', 'id'], unique=False)

    op.create_table('left_message_steps',
    sa.Column('id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('left_message_id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('at', core.database.Instant(timezone=True), nullable=False),
    sa.Column('actor', sa.String(length=64), nullable=False),
    sa.Column('actor_name', sa.String(length=64), nullable=False),
    sa.Column('step', sa.String(length=16), nullable=False),
    sa.Column('from_status', sa.String(length=16), nullable=True),
    sa.Column('to_status', sa.String(length=16), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(
        ['left_message_id'], ['left_messages.id'], name=op.f('fk_left_message_steps_left_message_id')
    ),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_left_message_steps')),
    sa.UniqueConstraint('left_message_id', 'version', name=op.f('uq_left_message_steps_left_message_id_version')),
    )
    op.create_index('ix_left_message_steps_actor', 'left_message_steps', ['actor', 'left_message_id'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_left_message_steps_actor', table_name='left_message_steps')
    op.drop_table('left_message_steps')
    op.drop_index('ix_left_messages_status', table_name='left_messages')
    op.drop_index('ix_left_messages_kept', table_name='left_messages')
    op.drop_index('ix_left_messages_due', table_name='left_messages')
    op.drop_index('ix_left_messages_conversation', table_name='left_messages')
    op.drop_index('ix_left_messages_claimed_by', table_name='left_messages')
    op.drop_table('left_messages')

    op.create_table('ticket_counters',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('day', name=op.f('pk_ticket_counters')),
    )
    op.execute("INSERT INTO ticket_counters (day, last) SELECT day, last FROM number_counters WHERE series = 'GD'")
    op.drop_table('number_counters')
