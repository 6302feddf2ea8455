"""Tables of the knowledge base: categories, articles, versions, attachments, shipped files, the index's revision."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base, IdColumn


def _stored_before() -> Any:
    """A relationship that is never loaded: by it SQLAlchemy stores a new parent before the rows that refer to it."""
    return relationship(lazy="raise")


class Category(Base):
    """A node of the tree articles are filed in. `path` is its name below those above it: 公积金/提取.

    The path is stored, and unique, because siblings on top have no parent whose children a constraint
    could compare. `shipped` is the path under which the product's own files know the node, so that a
    renamed one is still found by them.
    """

    __tablename__ = "kb_categories"
    __table_args__ = (CheckConstraint("name <> '' AND position >= 0", name="named_and_placed"),)

    id: Mapped[str] = mapped_column(IdColumn, primary_key=True)
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("kb_categories.id"), index=True)
    name: Mapped[str] = mapped_column(String(32))
    position: Mapped[int]  # among its siblings, from 0
    path: Mapped[str] = mapped_column(String(200), unique=True)
    shipped: Mapped[str | None] = mapped_column(String(200), unique=True)


class Article(Base):
    """What stays the same over an article's life, and where it is filed. Its texts are in the versions.

    `key` is the stable name other articles and files refer to. `source` says who looks after it:
    `shipped:<file>`, `import`, `console`. `published_revision` is the index's revision that last changed
    what is published of it (0: never), so that a server reads only what changed since its own.

    question to author repeat the newest version, for lists and filters; `live` says that a version is
    published, and `expires_on` is the last day on which one holds (None: no end). Kept by summary.py.
    """

    __tablename__ = "kb_articles"
    __table_args__ = (
        Index("ix_kb_articles_category_id_id", "category_id", "id"),
        Index("ix_kb_articles_status_id", "status", "id"),
        Index("ix_kb_articles_author_id", "author", "id"),
        Index("ix_kb_articles_expires_on", "expires_on", "id"),
    )

    id: Mapped[str] = mapped_column(IdColumn, primary_key=True)
    key: Mapped[str] = mapped_column(String(96), unique=True)
    source: Mapped[str] = mapped_column(String(160), index=True)
    category_id: Mapped[str] = mapped_column(ForeignKey("kb_categories.id"))
    question: Mapped[str] = mapped_column(String(200))
    business: Mapped[str] = mapped_column(String(32))
    region: Mapped[str] = mapped_column(String(64))
    audience: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(16))
    number: Mapped[int]
    author: Mapped[str] = mapped_column(String(64))
    live: Mapped[bool] = mapped_column(default=False)
    expires_on: Mapped[date | None]
    published_revision: Mapped[int] = mapped_column(default=0, server_default="0", index=True)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    _category: Mapped[Category] = _stored_before()


class ArticleTag(Base):
    """The tags of each article's newest version, to filter by and to complete from."""

    __tablename__ = "kb_article_tags"

    tag: Mapped[str] = mapped_column(String(64), primary_key=True)
    article_id: Mapped[str] = mapped_column(
        ForeignKey("kb_articles.id", ondelete="CASCADE"), primary_key=True, index=True
    )

    _article: Mapped[Article] = _stored_before()


class ArticleVersion(Base):
    """One state of an article's texts. Never changed after it was published; a change is a new version.

    A draft is changed in place; `edit` counts the changes, so that of two editors the second is told.

    An article may have several published versions: on a given day the newest one whose validity has
    begun counts (knowledge/articles/validity.py), so that searching as of a past date finds the old text.
    """

    __tablename__ = "kb_versions"
    __table_args__ = (
        UniqueConstraint("article_id", "number"),
        Index("ix_kb_versions_status", "status", "submitted_at"),
        CheckConstraint("status IN ('draft', 'in_review', 'published', 'retired')", name="status"),
        CheckConstraint("audience IN ('public', 'internal')", name="audience"),
        CheckConstraint(
            "effective_to IS NULL OR effective_from IS NULL OR effective_to >= effective_from",
            name="validity",
        ),
        CheckConstraint("reviewed_by IS NULL OR reviewed_by <> created_by", name="second_person"),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(IdColumn, primary_key=True)
    article_id: Mapped[str] = mapped_column(ForeignKey("kb_articles.id", ondelete="CASCADE"))
    number: Mapped[int]
    status: Mapped[str] = mapped_column(String(16))
    question: Mapped[str] = mapped_column(String(200))
    similar: Mapped[list[str]] = mapped_column(JSON, default=list)
    answer_md: Mapped[str] = mapped_column(Text)
    citations: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    business: Mapped[str] = mapped_column(String(32))
    region: Mapped[str] = mapped_column(String(64))
    audience: Mapped[str] = mapped_column(String(16), default="public")
    effective_from: Mapped[date | None]  # first day, inclusive; in Asia/Shanghai
    effective_to: Mapped[date | None]  # last day, inclusive
    next: Mapped[list[str]] = mapped_column(JSON, default=list)  # keys of articles
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    variants: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # by channel
    attachments: Mapped[list[str]] = mapped_column(JSON, default=list)  # ids, in the order shown
    content_hash: Mapped[str] = mapped_column(String(64))
    edit: Mapped[int] = mapped_column(default=1)
    # What was said about it on its way: {kind: note | sent_back, by, at, text}, oldest first.
    remarks: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    rolled_back_to: Mapped[int | None]  # the number of the version whose text this repeats
    # Account ids, or `shipped` and `import` for what no person wrote in the console.
    created_by: Mapped[str] = mapped_column(String(64))
    authors: Mapped[list[str]] = mapped_column(JSON, default=list)  # everybody who wrote in it
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    reviewed_by: Mapped[str | None] = mapped_column(String(64))
    published_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]
    retired_by: Mapped[str | None] = mapped_column(String(64))

    _article: Mapped[Article] = _stored_before()


class Attachment(Base):
    """A picture or document that articles show. The bytes are in the file store, under the same id.

    Never changed: another picture is another attachment.
    """

    __tablename__ = "kb_attachments"

    id: Mapped[str] = mapped_column(IdColumn, primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(96))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(index=True)


class VersionAttachment(Base):
    """Which versions show an attachment: in their list, or as a picture within the answer."""

    __tablename__ = "kb_version_attachments"

    version_id: Mapped[str] = mapped_column(
        ForeignKey("kb_versions.id", ondelete="CASCADE"), primary_key=True
    )
    attachment_id: Mapped[str] = mapped_column(
        ForeignKey("kb_attachments.id"), primary_key=True, index=True
    )

    _version: Mapped[ArticleVersion] = _stored_before()


class ShippedFile(Base):
    """A content file as it was last read, so that an unchanged one costs nothing at start."""

    __tablename__ = "kb_shipped_files"

    path: Mapped[str] = mapped_column(String(160), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    read_at: Mapped[datetime]


class KnowledgeState(Base):
    """One row. `revision` rises with every change of what is published; servers rebuild when it moves."""

    __tablename__ = "kb_state"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    revision: Mapped[int] = mapped_column(default=0)
