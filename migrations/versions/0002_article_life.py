"""Article life: categories, attachments, variants, review notes"""

import hashlib
import json
from datetime import UTC, date, datetime, timedelta

import core.database
import sqlalchemy as sa
from alembic import op
from core.ids import new_id

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

# As in knowledge/content/categories.yaml when this was written: the order of the nodes made here.
SHIPPED = {
    '公积金': ['基本信息', '缴存', '提取', '信贷', '执法', '计财'],
    '社保': ['综合', '养老', '医疗', '失业', '工伤', '生育', '社保卡', '灵活就业', '转移接续', '企业参保'],
}
# Fields a version's hash counts when they differ from these.
DEFAULTS = {
    'similar': [], 'citations': [], 'business': '综合', 'region': '全国', 'audience': 'public',
    'effective_from': None, 'effective_to': None, 'next': [], 'tags': [],
}  # fmt: skip
UUID, INSTANT = sa.Uuid(as_uuid=False), core.database.Instant(timezone=True)


def upgrade() -> None:
    _new_tables()
    with op.batch_alter_table('kb_articles') as batch:
        batch.drop_index('ix_kb_articles_category_id')
        batch.add_column(sa.Column('category_id', UUID, nullable=True))
        batch.add_column(sa.Column('region', sa.String(64), nullable=True))
        batch.add_column(sa.Column('audience', sa.String(16), nullable=True))
        batch.add_column(sa.Column('status', sa.String(16), nullable=True))
        batch.add_column(sa.Column('number', sa.Integer(), nullable=True))
        batch.add_column(sa.Column('author', sa.String(64), nullable=True))
        batch.add_column(sa.Column('live', sa.Boolean(), nullable=True))
        batch.add_column(sa.Column('expires_on', sa.Date(), nullable=True))
    with op.batch_alter_table('kb_versions') as batch:
        batch.add_column(sa.Column('variants', sa.JSON(), nullable=True))
        batch.add_column(sa.Column('attachments', sa.JSON(), nullable=True))
        batch.add_column(sa.Column('edit', sa.Integer(), nullable=True))
        batch.add_column(sa.Column('remarks', sa.JSON(), nullable=True))
        batch.add_column(sa.Column('rolled_back_to', sa.Integer(), nullable=True))
        batch.add_column(sa.Column('authors', sa.JSON(), nullable=True))
        batch.add_column(sa.Column('updated_at', INSTANT, nullable=True))
    _carry_over(op.get_bind())
    _close()


def _new_tables() -> None:
    op.create_table('kb_categories',
        sa.Column('id', UUID, nullable=False),
        sa.Column('parent_id', UUID, nullable=True),
        sa.Column('name', sa.String(32), nullable=False),
        sa.Column('position', sa.Integer(), nullable=False),
        sa.Column('path', sa.String(200), nullable=False),
        sa.Column('shipped', sa.String(200), nullable=True),
        sa.CheckConstraint("name <> '' AND position >= 0", name=op.f('ck_kb_categories_named_and_placed')),
        sa.ForeignKeyConstraint(['parent_id'], ['kb_categories.id'], name=op.f('fk_kb_categories_parent_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_kb_categories')),
        sa.UniqueConstraint('path', name=op.f('uq_kb_categories_path')),
        sa.UniqueConstraint('shipped', name=op.f('uq_kb_categories_shipped')),
    )  # fmt: skip
    op.create_index(op.f('ix_kb_categories_parent_id'), 'kb_categories', ['parent_id'])
    op.create_table('kb_article_tags',
        sa.Column('tag', sa.String(64), nullable=False),
        sa.Column('article_id', UUID, nullable=False),
        sa.ForeignKeyConstraint(['article_id'], ['kb_articles.id'], name=op.f('fk_kb_article_tags_article_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('tag', 'article_id', name=op.f('pk_kb_article_tags')),
    )  # fmt: skip
    op.create_index(op.f('ix_kb_article_tags_article_id'), 'kb_article_tags', ['article_id'])
    op.create_table('kb_attachments',
        sa.Column('id', UUID, nullable=False),
        sa.Column('name', sa.String(120), nullable=False),
        sa.Column('media_type', sa.String(96), nullable=False),
        sa.Column('size', sa.Integer(), nullable=False),
        sa.Column('sha256', sa.String(64), nullable=False),
        sa.Column('created_by', sa.String(64), nullable=False),
        sa.Column('created_at', INSTANT, nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_kb_attachments')),
    )  # fmt: skip
    op.create_index(op.f('ix_kb_attachments_created_at'), 'kb_attachments', ['created_at'])
    op.create_table('kb_version_attachments',
        sa.Column('version_id', UUID, nullable=False),
        sa.Column('attachment_id', UUID, nullable=False),
        sa.ForeignKeyConstraint(['attachment_id'], ['kb_attachments.id'], name=op.f('fk_kb_version_attachments_attachment_id')),
        sa.ForeignKeyConstraint(['version_id'], ['kb_versions.id'], name=op.f('fk_kb_version_attachments_version_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('version_id', 'attachment_id', name=op.f('pk_kb_version_attachments')),
    )  # fmt: skip
    op.create_index(op.f('ix_kb_version_attachments_attachment_id'), 'kb_version_attachments', ['attachment_id'])


def _carry_over(connection: sa.Connection) -> None:
    """File every article, describe it by its versions, and set the reminders of what will expire."""
    # The tables as they are between the two states.
    articles = sa.Table('kb_articles', sa.MetaData(), autoload_with=connection, resolve_fks=False)
    versions = sa.Table('kb_versions', sa.MetaData(), autoload_with=connection, resolve_fks=False)
    for table in (articles, versions):
        _portable(table)
    rows = connection.execute(sa.select(articles.c.id, articles.c.business, articles.c.category)).all()
    filed = _make_categories(connection, [(row.business, row.category) for row in rows])
    for row in rows:
        own = connection.execute(
            sa.select(versions).where(versions.c.article_id == row.id).order_by(versions.c.number)
        ).all()
        newest = own[-1]
        published = [version for version in own if version.status == 'published']
        expires_on = _last_day(published)
        connection.execute(
            articles.update().where(articles.c.id == row.id).values(
                category_id=filed[_path(row.business, row.category)], region=newest.region,
                audience=newest.audience, status=newest.status, number=newest.number,
                author=newest.created_by, live=bool(published), expires_on=expires_on,
            )
        )  # fmt: skip
        for version in own:
            connection.execute(
                versions.update().where(versions.c.id == version.id).values(
                    variants={}, attachments=[], edit=1, remarks=[], authors=[version.created_by],
                    updated_at=version.created_at, content_hash=_hash(version),
                )
            )  # fmt: skip
        _tag(connection, row.id, newest.tags)
        _remind(connection, row.id, expires_on)


def _portable(table: sa.Table) -> None:
    """Give reflected columns the types both databases share."""
    for column in table.columns:
        if column.name in ('id', 'article_id', 'category_id'):
            column.type = UUID
        elif column.name.endswith('_at'):
            column.type = INSTANT
        elif column.name in ('similar', 'citations', 'next', 'tags', 'variants', 'attachments', 'remarks', 'authors'):
            column.type = sa.JSON()
        elif column.name in ('effective_from', 'effective_to', 'expires_on'):
            column.type = sa.Date()
        elif column.name == 'live':
            column.type = sa.Boolean()


def _path(business: str, category: str) -> str:
    path = '/'.join(name.strip()[:32] for name in category.split('/') if name.strip()) or '未分类'
    return path if business == '综合' or '/' in path else f'{business}/{path}'


def _make_categories(connection: sa.Connection, filed: list[tuple[str, str]]) -> dict[str, str]:
    """Ids by path of every category in use; nothing when there are no articles."""
    table = sa.table('kb_categories', sa.column('id', UUID), sa.column('parent_id', UUID),
        sa.column('name'), sa.column('position'), sa.column('path'), sa.column('shipped'),
    )  # fmt: skip
    ids: dict[str, str] = {}
    children: dict[str, int] = {}

    def make(path: str, *, shipped: bool) -> str:
        if path not in ids:
            above, _, name = path.rpartition('/')
            parent = make(above, shipped=shipped) if above else None
            position = children.setdefault(above, 0)
            children[above] += 1
            ids[path] = new_id()
            connection.execute(table.insert().values(
                id=ids[path], parent_id=parent, name=name, position=position, path=path,
                shipped=path if shipped else None,
            ))  # fmt: skip
        return ids[path]

    if filed:
        for top, names in SHIPPED.items():
            for name in names:
                make(f'{top}/{name}', shipped=True)
    for business, category in filed:
        make(_path(business, category), shipped=False)
    return ids


def _last_day(published: list[sa.Row]) -> date | None:
    """The last day on which one of the versions, oldest first, holds (knowledge/articles/validity.py)."""
    last_days: list[date] = []
    newer_begins: date | None = None
    for version in reversed(published):
        first, last = version.effective_from or date.min, version.effective_to or date.max
        if newer_begins is not None:
            if newer_begins == date.min:
                break
            last = min(last, newer_begins - timedelta(days=1))
        if first <= last:
            last_days.append(last)
        newer_begins = first if newer_begins is None else min(newer_begins, first)
    last_day = max(last_days, default=date.max)
    return None if last_day == date.max else last_day


def _hash(version: sa.Row) -> str:
    values = {'question': version.question, 'answer_md': version.answer_md}
    for name, default in DEFAULTS.items():
        value = getattr(version, name)
        if name == 'citations':
            value = [{k: v for k, v in c.items() if k == 'document' or v != ''} for c in value]
        if value != default:
            values[name] = value.isoformat() if isinstance(value, date) else value
    return hashlib.sha256(json.dumps(values, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _tag(connection: sa.Connection, article_id: str, tags: list[str]) -> None:
    table = sa.table('kb_article_tags', sa.column('tag'), sa.column('article_id', UUID))
    for tag in dict.fromkeys(tags):
        connection.execute(table.insert().values(tag=tag, article_id=article_id))


def _remind(connection: sa.Connection, article_id: str, expires_on: date | None) -> None:
    """Due at once: whoever handles it reminds, or sets the timer for the right day."""
    now = datetime.now(UTC)
    if expires_on is None or expires_on < now.date():
        return
    timers = sa.table('timers', sa.column('kind'), sa.column('subject'), sa.column('due_at', INSTANT),
        sa.column('payload', sa.JSON()))  # fmt: skip
    connection.execute(
        timers.insert().values(kind='article.expiry', subject=article_id, due_at=now, payload={})
    )


def _close() -> None:
    with op.batch_alter_table('kb_articles') as batch:
        for name, kind in (
            ('category_id', UUID), ('region', sa.String(64)), ('audience', sa.String(16)),
            ('status', sa.String(16)), ('number', sa.Integer()), ('author', sa.String(64)), ('live', sa.Boolean()),
        ):  # fmt: skip
            batch.alter_column(name, existing_type=kind, nullable=False)
        batch.drop_column('category')
        batch.create_foreign_key(batch.f('fk_kb_articles_category_id'), 'kb_categories', ['category_id'], ['id'])
        batch.create_index('ix_kb_articles_category_id_id', ['category_id', 'id'])
        batch.create_index('ix_kb_articles_status_id', ['status', 'id'])
        batch.create_index('ix_kb_articles_author_id', ['author', 'id'])
        batch.create_index('ix_kb_articles_expires_on', ['expires_on', 'id'])
    with op.batch_alter_table('kb_versions') as batch:
        for name, kind in (
            ('variants', sa.JSON()), ('attachments', sa.JSON()), ('edit', sa.Integer()), ('remarks', sa.JSON()),
            ('authors', sa.JSON()), ('updated_at', INSTANT),
        ):  # fmt: skip
            batch.alter_column(name, existing_type=kind, nullable=False)
        batch.drop_column('category')
        batch.drop_index('ix_kb_versions_status')
        batch.create_index('ix_kb_versions_status', ['status', 'submitted_at'])


def downgrade() -> None:
    """Categories become a text again; attachments, variants and remarks are lost."""
    for table in ('kb_articles', 'kb_versions'):
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column('category', sa.String(64), nullable=True))
    op.execute(
        'UPDATE kb_articles SET category = (SELECT name FROM kb_categories WHERE kb_categories.id = kb_articles.category_id)'
    )
    op.execute(
        'UPDATE kb_versions SET category = (SELECT category FROM kb_articles WHERE kb_articles.id = kb_versions.article_id)'
    )
    with op.batch_alter_table('kb_versions') as batch:
        batch.alter_column('category', existing_type=sa.String(64), nullable=False)
        batch.drop_index('ix_kb_versions_status')
        batch.create_index('ix_kb_versions_status', ['status'])
        for name in ('variants', 'attachments', 'edit', 'remarks', 'rolled_back_to', 'authors', 'updated_at'):
            batch.drop_column(name)
    with op.batch_alter_table('kb_articles') as batch:
        batch.alter_column('category', existing_type=sa.String(64), nullable=False)
        for name in ('category_id_id', 'status_id', 'author_id', 'expires_on'):
            batch.drop_index(f'ix_kb_articles_{name}')
        batch.drop_constraint(batch.f('fk_kb_articles_category_id'), type_='foreignkey')
        for name in ('category_id', 'region', 'audience', 'status', 'number', 'author', 'live', 'expires_on'):
            batch.drop_column(name)
        batch.create_index('ix_kb_articles_category_id', ['category', 'id'])
    op.execute("DELETE FROM timers WHERE kind = 'article.expiry'")
    for table in ('kb_version_attachments', 'kb_attachments', 'kb_article_tags', 'kb_categories'):
        op.drop_table(table)
