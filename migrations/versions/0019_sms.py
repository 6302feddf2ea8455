"""Text messages and phone codes"""

import sqlalchemy as sa
from alembic import op

from core.database import IdColumn, Instant

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'sms_texts',
        sa.Column('id', IdColumn, nullable=False),
        sa.Column('key', sa.String(length=120), nullable=False),
        sa.Column('template', sa.String(length=64), nullable=False),
        sa.Column('phone_masked', sa.String(length=16), nullable=False),
        sa.Column('phone_mark', sa.String(length=64), nullable=False),
        sa.Column('sealed', sa.Text(), nullable=False),
        sa.Column('inbox_id', sa.String(length=64), nullable=True),
        sa.Column('state', sa.String(length=12), nullable=False),
        sa.Column('provider', sa.String(length=16), nullable=False),
        sa.Column('provider_id', sa.String(length=96), nullable=False),
        sa.Column('error', sa.String(length=64), nullable=False),
        sa.Column('provider_code', sa.String(length=96), nullable=False),
        sa.Column('attempts', sa.Integer(), nullable=False),
        sa.Column('until', Instant(timezone=True), nullable=True),
        sa.Column('created_at', Instant(timezone=True), nullable=False),
        sa.Column('sent_at', Instant(timezone=True), nullable=True),
        sa.Column('settled_at', Instant(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_sms_texts')),
        sa.UniqueConstraint('key', name=op.f('uq_sms_texts_key')),
    )
    op.create_index(op.f('ix_sms_texts_phone_mark'), 'sms_texts', ['phone_mark'], unique=False)
    op.create_index(op.f('ix_sms_texts_created_at'), 'sms_texts', ['created_at'], unique=False)
    op.create_index('ix_sms_texts_provider_id', 'sms_texts', ['provider', 'provider_id'], unique=False)

    op.create_table(
        'phone_codes',
        sa.Column('id', IdColumn, nullable=False),
        sa.Column('phone_mark', sa.String(length=64), nullable=False),
        sa.Column('address_mark', sa.String(length=64), nullable=False),
        sa.Column('purpose', sa.String(length=32), nullable=False),
        sa.Column('digest', sa.String(length=64), nullable=False),
        sa.Column('tries', sa.Integer(), nullable=False),
        sa.Column('created_at', Instant(timezone=True), nullable=False),
        sa.Column('expires_at', Instant(timezone=True), nullable=False),
        sa.Column('spent_at', Instant(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_phone_codes')),
    )
    op.create_index(op.f('ix_phone_codes_created_at'), 'phone_codes', ['created_at'], unique=False)
    op.create_index('ix_phone_codes_phone_mark_created_at', 'phone_codes', ['phone_mark', 'created_at'], unique=False)
    op.create_index('ix_phone_codes_address_mark_created_at', 'phone_codes', ['address_mark', 'created_at'], unique=False)

    op.create_table(
        'sms_days',
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('codes', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('day', name=op.f('pk_sms_days')),
    )

    op.create_table(
        'sms_inbound',
        sa.Column('id', IdColumn, nullable=False),
        sa.Column('provider', sa.String(length=16), nullable=False),
        sa.Column('provider_id', sa.String(length=96), nullable=False),
        sa.Column('phone_masked', sa.String(length=16), nullable=False),
        sa.Column('phone_mark', sa.String(length=64), nullable=False),
        sa.Column('sealed', sa.Text(), nullable=False),
        sa.Column('received_at', Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_sms_inbound')),
    )
    op.create_index(op.f('ix_sms_inbound_phone_mark'), 'sms_inbound', ['phone_mark'], unique=False)
    op.create_index(op.f('ix_sms_inbound_received_at'), 'sms_inbound', ['received_at'], unique=False)
    op.create_index('uq_sms_inbound_provider_provider_id', 'sms_inbound', ['provider', 'provider_id'], unique=True)


def downgrade() -> None:
    op.drop_table('sms_inbound')
    op.drop_table('sms_days')
    op.drop_table('phone_codes')
    op.drop_table('sms_texts')
