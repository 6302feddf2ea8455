"""What editors add to the bot, trainings and models"""

import core.database
import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('bot_examples',
    sa.Column('id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('intent', sa.String(length=64), nullable=False),
    sa.Column('text', sa.String(length=120), nullable=False),
    sa.Column('text_key', sa.String(length=160), nullable=False),
    sa.Column('created_by', sa.String(length=64), nullable=False),
    sa.Column('created_at', core.database.Instant(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bot_examples')),
    sa.UniqueConstraint('text_key', name=op.f('uq_bot_examples_text_key'))
    )
    with op.batch_alter_table('bot_examples', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_bot_examples_intent'), ['intent'], unique=False)

    op.create_table('bot_flows',
    sa.Column('id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('title', sa.String(length=40), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('edit', sa.Integer(), nullable=False),
    sa.Column('created_by', sa.String(length=64), nullable=False),
    sa.Column('created_at', core.database.Instant(timezone=True), nullable=False),
    sa.Column('updated_by', sa.String(length=64), nullable=False),
    sa.Column('updated_at', core.database.Instant(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bot_flows')),
    sa.UniqueConstraint('key', name=op.f('uq_bot_flows_key'))
    )
    op.create_table('bot_regression',
    sa.Column('id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('intent', sa.String(length=64), nullable=False),
    sa.Column('text', sa.String(length=120), nullable=False),
    sa.Column('text_key', sa.String(length=160), nullable=False),
    sa.Column('created_by', sa.String(length=64), nullable=False),
    sa.Column('created_at', core.database.Instant(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bot_regression')),
    sa.UniqueConstraint('text_key', name=op.f('uq_bot_regression_text_key'))
    )
    with op.batch_alter_table('bot_regression', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_bot_regression_intent'), ['intent'], unique=False)

    op.create_table('bot_replies',
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('variants', sa.JSON(), nullable=False),
    sa.Column('edit', sa.Integer(), nullable=False),
    sa.Column('updated_by', sa.String(length=64), nullable=False),
    sa.Column('updated_at', core.database.Instant(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_bot_replies'))
    )
    op.create_table('bot_trainings',
    sa.Column('id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('slot', sa.Integer(), nullable=True),
    sa.Column('cause', sa.String(length=16), nullable=False),
    sa.Column('step', sa.String(length=16), nullable=False),
    sa.Column('percent', sa.Integer(), nullable=False),
    sa.Column('switch_when_ready', sa.Boolean(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.Column('shipped_hash', sa.String(length=64), nullable=False),
    sa.Column('model', sa.String(length=96), nullable=False),
    sa.Column('model_sha256', sa.String(length=64), nullable=False),
    sa.Column('report', sa.JSON(), nullable=True),
    sa.Column('seconds', sa.Double(), nullable=True),
    sa.Column('log', sa.Text(), nullable=False),
    sa.Column('error_code', sa.String(length=64), nullable=False),
    sa.Column('error', sa.Text(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('lease_holder', sa.String(length=64), nullable=True),
    sa.Column('lease_until', core.database.Instant(timezone=True), nullable=True),
    sa.Column('created_by', sa.String(length=64), nullable=False),
    sa.Column('created_at', core.database.Instant(timezone=True), nullable=False),
    sa.Column('updated_at', core.database.Instant(timezone=True), nullable=False),
    sa.Column('switched_at', core.database.Instant(timezone=True), nullable=True),
    sa.Column('switched_by', sa.String(length=64), nullable=True),
    sa.Column('forced_reason', sa.String(length=200), nullable=False),
    sa.CheckConstraint("state IN ('queued', 'training', 'evaluating', 'ready', 'refused', 'live', 'failed', 'cancelled')", name=op.f('ck_bot_trainings_state')),
    sa.CheckConstraint('percent BETWEEN 0 AND 100', name=op.f('ck_bot_trainings_percent')),
    sa.CheckConstraint('slot = 1', name=op.f('ck_bot_trainings_slot')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bot_trainings')),
    sa.UniqueConstraint('slot', name=op.f('uq_bot_trainings_slot'))
    )
    with op.batch_alter_table('bot_trainings', schema=None) as batch_op:
        batch_op.create_index('ix_bot_trainings_state', ['state'], unique=False)

    op.create_table('bot_intents',
    sa.Column('id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('title', sa.String(length=40), nullable=False),
    sa.Column('means', sa.String(length=200), nullable=False),
    sa.Column('replies', sa.JSON(), nullable=False),
    sa.Column('flow_id', sa.Uuid(as_uuid=False), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('edit', sa.Integer(), nullable=False),
    sa.Column('created_by', sa.String(length=64), nullable=False),
    sa.Column('created_at', core.database.Instant(timezone=True), nullable=False),
    sa.Column('updated_by', sa.String(length=64), nullable=False),
    sa.Column('updated_at', core.database.Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['flow_id'], ['bot_flows.id'], name=op.f('fk_bot_intents_flow_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bot_intents')),
    sa.UniqueConstraint('name', name=op.f('uq_bot_intents_name')),
    sa.UniqueConstraint('title', name=op.f('uq_bot_intents_title'))
    )
    with op.batch_alter_table('bot_intents', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_bot_intents_flow_id'), ['flow_id'], unique=False)

    op.create_table('bot_model_chunks',
    sa.Column('training_id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('data', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['training_id'], ['bot_trainings.id'], name=op.f('fk_bot_model_chunks_training_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('training_id', 'number', name=op.f('pk_bot_model_chunks'))
    )
    op.create_table('bot_state',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('choice', sa.Integer(), nullable=False),
    sa.Column('live_id', sa.Uuid(as_uuid=False), nullable=True),
    sa.Column('wanted_id', sa.Uuid(as_uuid=False), nullable=True),
    sa.Column('wanted_by', sa.String(length=64), nullable=False),
    sa.Column('settled', sa.Boolean(), nullable=False),
    sa.Column('problem', sa.Text(), nullable=False),
    sa.Column('changed_at', core.database.Instant(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['live_id'], ['bot_trainings.id'], name=op.f('fk_bot_state_live_id')),
    sa.ForeignKeyConstraint(['wanted_id'], ['bot_trainings.id'], name=op.f('fk_bot_state_wanted_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bot_state'))
    )


def downgrade() -> None:
    op.drop_table('bot_state')
    op.drop_table('bot_model_chunks')
    with op.batch_alter_table('bot_intents', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_bot_intents_flow_id'))

    op.drop_table('bot_intents')
    with op.batch_alter_table('bot_trainings', schema=None) as batch_op:
        batch_op.drop_index('ix_bot_trainings_state')

    op.drop_table('bot_trainings')
    op.drop_table('bot_replies')
    with op.batch_alter_table('bot_regression', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_bot_regression_intent'))

    op.drop_table('bot_regression')
    op.drop_table('bot_flows')
    with op.batch_alter_table('bot_examples', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_bot_examples_intent'))

    op.drop_table('bot_examples')
