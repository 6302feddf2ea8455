"""Rest, wrap-up and the clocks of a service"""

import sqlalchemy as sa
from alembic import op

from core.database import IdColumn, Instant

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

# One due row a conversation instead of three; what is to be done stands on the conversation.
_FORMER = ('clock.answer', 'clock.idle_reminder', 'clock.idle_close')
_TIMERS = sa.table(
    'timers', sa.column('kind', sa.String), sa.column('subject', sa.String), sa.column('due_at', Instant()),
    sa.column('payload', sa.JSON),
)  # fmt: skip
_CONVERSATIONS = sa.table(
    'conversations', sa.column('id', IdColumn), sa.column('status', sa.String), sa.column('updated_at', Instant()),
    sa.column('waiting_since', Instant()), sa.column('answer_due_at', Instant()),
    sa.column('quiet_since', Instant()), sa.column('clock_stage', sa.Integer), sa.column('clock_at', Instant()),
)  # fmt: skip


def _allow(statuses: str) -> None:
    with op.batch_alter_table('agents', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_agents_status_known'), type_='check')
        batch_op.create_check_constraint(op.f('ck_agents_status_known'), f'status in ({statuses})')


def upgrade() -> None:
    with op.batch_alter_table('conversations', schema=None) as batch_op:
        batch_op.add_column(sa.Column('waiting_since', Instant(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('answer_due_at', Instant(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('quiet_since', Instant(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('clock_stage', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('clock_at', Instant(timezone=True), nullable=True))

    with op.batch_alter_table('agents', schema=None) as batch_op:
        batch_op.add_column(sa.Column('status_reason', sa.String(length=64), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('status_by', sa.String(length=16), nullable=False, server_default='agent'))
    _allow("'online', 'busy', 'rest', 'offline'")

    op.create_table(
        'wrap_ups',
        sa.Column('id', IdColumn, nullable=False),
        sa.Column('assignment_id', IdColumn, nullable=False),
        sa.Column('conversation_id', IdColumn, nullable=False),
        sa.Column('agent_id', IdColumn, nullable=False),
        sa.Column('state', sa.String(length=16), nullable=False),
        sa.Column('until', Instant(timezone=True), nullable=True),
        sa.Column('business', sa.String(length=64), nullable=True),
        sa.Column('solved', sa.String(length=16), nullable=True),
        sa.Column('summary', sa.Text(), nullable=False),
        sa.Column('created_at', Instant(timezone=True), nullable=False),
        sa.Column('saved_at', Instant(timezone=True), nullable=True),
        sa.CheckConstraint("state in ('pending', 'done', 'skipped')", name=op.f('ck_wrap_ups_state_known')),
        sa.CheckConstraint("solved in ('yes', 'no', 'follow_up')", name=op.f('ck_wrap_ups_solved_known')),
        sa.ForeignKeyConstraint(
            ['assignment_id'], ['assignments.id'], name=op.f('fk_wrap_ups_assignment_id')
        ),
        sa.ForeignKeyConstraint(
            ['conversation_id'], ['conversations.id'], name=op.f('fk_wrap_ups_conversation_id')
        ),
        sa.ForeignKeyConstraint(['agent_id'], ['accounts.id'], name=op.f('fk_wrap_ups_agent_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_wrap_ups')),
        sa.UniqueConstraint('assignment_id', name=op.f('uq_wrap_ups_assignment_id')),
    )
    op.create_index('ix_wrap_ups_agent', 'wrap_ups', ['agent_id', 'state', 'created_at'])
    op.create_index('ix_wrap_ups_until', 'wrap_ups', ['until'])
    op.create_index('ix_wrap_ups_conversation', 'wrap_ups', ['conversation_id'])

    _carry_on()


def _carry_on() -> None:
    """Whoever is being served goes on being looked after, be it the agent's turn or the citizen's."""
    bind = op.get_bind()
    owed = set(bind.scalars(sa.select(_TIMERS.c.subject).where(_TIMERS.c.kind == 'clock.answer')))
    served = sa.select(_CONVERSATIONS.c.id, _CONVERSATIONS.c.updated_at)
    for key, since in bind.execute(served.where(_CONVERSATIONS.c.status == 'assigned')).all():
        standing = (
            {'waiting_since': since, 'answer_due_at': since, 'clock_stage': 2} if key in owed
            else {'quiet_since': since}
        )  # fmt: skip
        row = sa.update(_CONVERSATIONS).where(_CONVERSATIONS.c.id == key)
        bind.execute(row.values(clock_at=since, **standing))
        bind.execute(sa.insert(_TIMERS).values(kind='clock.service', subject=key, due_at=since, payload={}))
    bind.execute(sa.delete(_TIMERS).where(_TIMERS.c.kind.in_(_FORMER)))


def downgrade() -> None:
    op.execute("DELETE FROM timers WHERE kind = 'clock.service'")
    op.drop_table('wrap_ups')
    op.execute("UPDATE agents SET status = 'busy' WHERE status = 'rest'")
    with op.batch_alter_table('agents', schema=None) as batch_op:
        batch_op.drop_column('status_by')
        batch_op.drop_column('status_reason')
    _allow("'online', 'busy', 'offline'")

    with op.batch_alter_table('conversations', schema=None) as batch_op:
        batch_op.drop_column('clock_at')
        batch_op.drop_column('clock_stage')
        batch_op.drop_column('quiet_since')
        batch_op.drop_column('answer_due_at')
        batch_op.drop_column('waiting_since')
