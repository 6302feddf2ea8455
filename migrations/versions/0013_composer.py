"""Saved replies and files of conversations"""

import sqlalchemy as sa
from alembic import op

import core.database

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('attachments',
    sa.Column('id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('conversation_id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('uploader_kind', sa.String(length=16), nullable=False),
    sa.Column('uploader_id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('name', sa.String(length=128), nullable=False),
    sa.Column('media_type', sa.String(length=128), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('width', sa.Integer(), nullable=True),
    sa.Column('height', sa.Integer(), nullable=True),
    sa.Column('seconds', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('created_at', core.database.Instant(timezone=True), nullable=False),
    sa.CheckConstraint("state in ('new', 'sent', 'recalled')", name=op.f('ck_attachments_attachment_state_known')),
    sa.CheckConstraint(
        "kind in ('image', 'voice', 'video', 'file')", name=op.f('ck_attachments_attachment_kind_known')
    ),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_attachments_conversation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attachments'))
    )
    with op.batch_alter_table('attachments', schema=None) as batch_op:
        batch_op.create_index('ix_attachments_conversation', ['conversation_id', 'created_at'], unique=False)
        batch_op.create_index('ix_attachments_state', ['state', 'created_at'], unique=False)

    op.create_table('saved_replies',
    sa.Column('id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('scope', sa.String(length=8), nullable=False),
    sa.Column('group_id', sa.Uuid(as_uuid=False), nullable=True),
    sa.Column('owner_id', sa.Uuid(as_uuid=False), nullable=True),
    sa.Column('shortcut', sa.String(length=32), nullable=False),
    sa.Column('title', sa.String(length=64), nullable=False),
    sa.Column('initials', sa.String(length=128), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('category', sa.String(length=32), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('uses', sa.Integer(), nullable=False),
    sa.Column('updated_at', core.database.Instant(timezone=True), nullable=False),
    sa.Column('updated_by', sa.String(length=64), nullable=False),
    sa.CheckConstraint(
        "(scope = 'shared' and group_id is null and owner_id is null)"
        " or (scope = 'group' and group_id is not null and owner_id is null)"
        " or (scope = 'own' and group_id is null and owner_id is not null)",
        name=op.f('ck_saved_replies_saved_reply_belongs'),
    ),
    sa.ForeignKeyConstraint(
        ['group_id'], ['skill_groups.id'], name=op.f('fk_saved_replies_group_id'), ondelete='CASCADE'
    ),
    sa.ForeignKeyConstraint(['owner_id'], ['accounts.id'], name=op.f('fk_saved_replies_owner_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_replies'))
    )
    with op.batch_alter_table('saved_replies', schema=None) as batch_op:
        batch_op.create_index('ix_saved_replies_belongs', ['scope', 'group_id', 'owner_id'], unique=False)


def downgrade() -> None:
    op.drop_table('saved_replies')
    op.drop_table('attachments')
