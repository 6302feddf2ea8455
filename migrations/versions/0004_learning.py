"""Questions asked, clusters and hot questions"""

import core.database
import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('kb_questions',
    sa.Column('id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('conversation_id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('inbox_id', sa.String(length=64), nullable=False),
    sa.Column('region', sa.String(length=64), nullable=False),
    sa.Column('asked_at', core.database.Instant(timezone=True), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('source', sa.String(length=8), nullable=False),
    sa.Column('intent', sa.String(length=64), nullable=False),
    sa.Column('band', sa.String(length=8), nullable=False),
    sa.Column('score', sa.Double(), nullable=True),
    sa.Column('article_id', sa.Uuid(as_uuid=False), nullable=True),
    sa.Column('picked_article_id', sa.Uuid(as_uuid=False), nullable=True),
    sa.Column('offered', sa.Boolean(), nullable=False),
    sa.Column('helpful', sa.Boolean(), nullable=True),
    sa.Column('handoff', sa.String(length=32), nullable=True),
    sa.Column('cluster_id', sa.Uuid(as_uuid=False), nullable=True),
    sa.CheckConstraint("band IN ('answer', 'guide', 'unknown')", name=op.f('ck_kb_questions_band')),
    sa.CheckConstraint("source IN ('bot', 'agent')", name=op.f('ck_kb_questions_source')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_kb_questions'))
    )
    op.create_index('ix_kb_questions_day_band', 'kb_questions', ['day', 'band'])
    op.create_index('ix_kb_questions_conversation', 'kb_questions', ['conversation_id', 'seq'])
    op.create_index('ix_kb_questions_cluster', 'kb_questions', ['cluster_id', 'asked_at'])
    op.create_index('ix_kb_questions_asked_at', 'kb_questions', ['asked_at'])

    op.create_table('kb_clusters',
    sa.Column('id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('recent', sa.Integer(), nullable=False),
    sa.Column('earlier', sa.Integer(), nullable=False),
    sa.Column('off_topic', sa.Integer(), nullable=False),
    sa.Column('examples', sa.JSON(), nullable=False),
    sa.Column('nearest_article_id', sa.Uuid(as_uuid=False), nullable=True),
    sa.Column('nearest_score', sa.Double(), nullable=True),
    sa.Column('first_at', core.database.Instant(timezone=True), nullable=False),
    sa.Column('last_at', core.database.Instant(timezone=True), nullable=False),
    sa.Column('article_id', sa.Uuid(as_uuid=False), nullable=True),
    sa.Column('decided_by', sa.String(length=64), nullable=True),
    sa.Column('decided_at', core.database.Instant(timezone=True), nullable=True),
    sa.Column('decided_size', sa.Integer(), nullable=False),
    sa.CheckConstraint(
        "state IN ('open', 'drafted', 'adopted', 'dismissed')", name=op.f('ck_kb_clusters_state')
    ),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_kb_clusters'))
    )
    op.create_index('ix_kb_clusters_state_size', 'kb_clusters', ['state', 'size', 'id'])

    op.create_table('kb_learning_state',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('last_message', sa.Uuid(as_uuid=False), nullable=True),
    sa.Column('last_feedback', core.database.Instant(timezone=True), nullable=True),
    sa.Column('clustered_from', sa.String(length=64), nullable=False),
    sa.Column('clustered_at', core.database.Instant(timezone=True), nullable=True),
    sa.Column('cleaned_at', core.database.Instant(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_kb_learning_state'))
    )

    # What the recorder asks every few seconds: which verdicts came in since.
    op.create_index('ix_answer_feedback_at', 'answer_feedback', ['at'])

    # What a citizen was offered outside a conversation, so that a bare number can be read.
    op.create_table('wechat_offers',
    sa.Column('inbox_id', sa.String(length=64), nullable=False),
    sa.Column('openid', sa.String(length=128), nullable=False),
    sa.Column('choices', sa.JSON(), nullable=False),
    sa.Column('at', core.database.Instant(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('inbox_id', 'openid', name=op.f('pk_wechat_offers'))
    )
    op.create_index('ix_wechat_offers_at', 'wechat_offers', ['at'])

    op.create_table('wechat_menus',
    sa.Column('inbox_id', sa.String(length=64), nullable=False),
    sa.Column('pushed', sa.JSON(), nullable=False),
    sa.Column('pushed_at', core.database.Instant(timezone=True), nullable=True),
    sa.Column('failed_at', core.database.Instant(timezone=True), nullable=True),
    sa.Column('errcode', sa.Integer(), nullable=True),
    sa.Column('error', sa.String(length=200), nullable=False),
    sa.PrimaryKeyConstraint('inbox_id', name=op.f('pk_wechat_menus'))
    )


def downgrade() -> None:
    op.drop_table('wechat_menus')
    op.drop_table('wechat_offers')
    op.drop_index('ix_answer_feedback_at', table_name='answer_feedback')
    op.drop_table('kb_learning_state')
    op.drop_table('kb_clusters')
    op.drop_table('kb_questions')
