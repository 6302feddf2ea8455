"""Imports with preview and progress"""

import core.database
import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('kb_imports',
    sa.Column('id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('file', sa.String(length=255), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=True),
    sa.Column('counts', sa.JSON(), nullable=False),
    sa.Column('options', sa.JSON(), nullable=False),
    sa.Column('result', sa.JSON(), nullable=False),
    sa.Column('error_code', sa.String(length=64), nullable=False),
    sa.Column('error', sa.Text(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('lease_holder', sa.String(length=64), nullable=True),
    sa.Column('lease_until', core.database.Instant(timezone=True), nullable=True),
    sa.Column('created_by', sa.String(length=64), nullable=False),
    sa.Column('created_at', core.database.Instant(timezone=True), nullable=False),
    sa.Column('updated_at', core.database.Instant(timezone=True), nullable=False),
    sa.CheckConstraint("state IN ('reading', 'ready', 'applying', 'done', 'cancelled', 'failed')", name=op.f('ck_kb_imports_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_kb_imports'))
    )
    with op.batch_alter_table('kb_imports', schema=None) as batch_op:
        batch_op.create_index('ix_kb_imports_state', ['state'], unique=False)

    op.create_table('kb_import_chunks',
    sa.Column('import_id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('data', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['kb_imports.id'], name=op.f('fk_kb_import_chunks_import_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('import_id', 'number', name=op.f('pk_kb_import_chunks'))
    )
    op.create_table('kb_import_rows',
    sa.Column('import_id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('position', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('outcome', sa.String(length=16), nullable=False),
    sa.Column('question', sa.Text(), nullable=False),
    sa.Column('key', sa.String(length=96), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('field', sa.String(length=64), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('article_id', sa.Uuid(as_uuid=False), nullable=True),
    sa.Column('based_on', sa.Integer(), nullable=True),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('fields', sa.JSON(), nullable=False),
    sa.Column('near_article_id', sa.Uuid(as_uuid=False), nullable=True),
    sa.Column('near_row', sa.Integer(), nullable=True),
    sa.Column('near_question', sa.Text(), nullable=False),
    sa.Column('similarity', sa.Double(), nullable=True),
    sa.Column('wanted', sa.Boolean(), nullable=True),
    sa.Column('result', sa.String(length=16), nullable=False),
    sa.CheckConstraint("outcome IN ('new', 'changed', 'unchanged', 'duplicate', 'refused')", name=op.f('ck_kb_import_rows_outcome')),
    sa.ForeignKeyConstraint(['import_id'], ['kb_imports.id'], name=op.f('fk_kb_import_rows_import_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('import_id', 'position', name=op.f('pk_kb_import_rows'))
    )
    with op.batch_alter_table('kb_import_rows', schema=None) as batch_op:
        batch_op.create_index('ix_kb_import_rows_outcome', ['import_id', 'outcome', 'position'], unique=False)


def downgrade() -> None:
    op.drop_table('kb_import_rows')
    op.drop_table('kb_import_chunks')
    op.drop_table('kb_imports')
