"""What the lists of the desk look for"""

import sqlalchemy as sa
from alembic import op

from core.conversation.words import words_of

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

BATCH = 2000


def upgrade() -> None:
    with op.batch_alter_table('messages', schema=None) as batch_op:
        batch_op.add_column(sa.Column('words', sa.Text(), nullable=False, server_default=''))
    with op.batch_alter_table('conversations', schema=None) as batch_op:
        batch_op.create_index('ix_conversations_status_closed', ['status', 'closed_at', 'id'], unique=False)
        batch_op.create_index('ix_conversations_contact', ['contact_id', 'id'], unique=False)
    _fill()


def _fill() -> None:
    """What was said before is found as well."""
    messages = sa.table(
        'messages', sa.column('id', sa.Uuid(as_uuid=False)), sa.column('content', sa.JSON()), sa.column('words', sa.Text())
    )
    connection = op.get_bind()
    change = sa.update(messages).where(messages.c.id == sa.bindparam('which')).values(words=sa.bindparam('found'))
    after = None
    while True:
        page = sa.select(messages.c.id, messages.c.content).order_by(messages.c.id).limit(BATCH)
        rows = connection.execute(page if after is None else page.where(messages.c.id > after)).all()
        if not rows:
            return
        after = rows[-1].id
        changes = [{'which': row.id, 'found': words} for row in rows if (words := words_of(row.content))]
        if changes:
            connection.execute(change, changes)


def downgrade() -> None:
    with op.batch_alter_table('conversations', schema=None) as batch_op:
        batch_op.drop_index('ix_conversations_contact')
        batch_op.drop_index('ix_conversations_status_closed')
    with op.batch_alter_table('messages', schema=None) as batch_op:
        batch_op.drop_column('words')
