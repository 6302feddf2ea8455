"""Departments, scopes, what the audit page and the forgetting of numbers look through"""

import sqlalchemy as sa
from alembic import op

import core.database

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('departments',
    sa.Column('id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('parent_id', sa.Uuid(as_uuid=False), nullable=True),
    sa.Column('created_at', core.database.Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['parent_id'], ['departments.id'], name=op.f('fk_departments_parent_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_departments')),
    sa.UniqueConstraint('name', name=op.f('uq_departments_name')),
    )
    op.create_index(op.f('ix_departments_parent_id'), 'departments', ['parent_id'], unique=False)

    with op.batch_alter_table('accounts', schema=None) as batch_op:
        batch_op.add_column(sa.Column('scope', sa.String(length=8), nullable=True))
        batch_op.add_column(sa.Column('department_id', sa.Uuid(as_uuid=False), nullable=True))
        batch_op.create_check_constraint(batch_op.f('ck_accounts_scope_known'), "scope in ('own', 'group', 'all')")
        batch_op.create_foreign_key(batch_op.f('fk_accounts_department_id'), 'departments', ['department_id'], ['id'])
        batch_op.create_index(batch_op.f('ix_accounts_department_id'), ['department_id'], unique=False)

    op.create_index('ix_audit_at_id', 'audit', ['at', 'id'], unique=False)
    op.create_index('ix_conversations_closed_at', 'conversations', ['closed_at'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_conversations_closed_at', table_name='conversations')
    op.drop_index('ix_audit_at_id', table_name='audit')

    with op.batch_alter_table('accounts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_accounts_department_id'))
        batch_op.drop_constraint(batch_op.f('fk_accounts_department_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('ck_accounts_scope_known'), type_='check')
        batch_op.drop_column('department_id')
        batch_op.drop_column('scope')

    op.drop_index(op.f('ix_departments_parent_id'), table_name='departments')
    op.drop_table('departments')
