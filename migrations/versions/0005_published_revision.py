"""Which revision last changed an article"""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # 0 is "before every revision": servers read everything once at their start anyway.
    with op.batch_alter_table('kb_articles') as table:
        table.add_column(sa.Column('published_revision', sa.Integer(), server_default='0', nullable=False))
        table.create_index(table.f('ix_kb_articles_published_revision'), ['published_revision'])


def downgrade() -> None:
    with op.batch_alter_table('kb_articles') as table:
        table.drop_index(table.f('ix_kb_articles_published_revision'))
        table.drop_column('published_revision')
