"""Tables of the knowledge base: articles, their versions, the shipped files already read, the index's revision."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, IdColumn


class Article(Base):
    """What stays the same over an article's life. Its texts are in the versions.

    `key` is the stable name other articles and files refer to. `source` says who looks after it:
    `shipped:<file>`, `import`, `console`. question, category and business repeat the newest version,
    for lists and filters. `published_revision` is the index's revision that last changed what is
    published of it (0: never), so that a server reads only what changed since its own.
    """

    __tablename__ = "kb_articles"
    __table_args__ = (Index("ix_kb_articles_category_id", "category", "id"),)

    id: Mapped[str] = mapped_column(IdColumn, primary_key=True)
    key: Mapped[str] = mapped_column(String(96), unique=True)
    source: Mapped[str] = mapped_column(String(160), index=True)
    question: Mapped[str] = mapped_column(String(200))
    category: Mapped[str] = mapped_column(String(64))
    business: Mapped[str] = mapped_column(String(32))
    published_revision: Mapped[int] = mapped_column(default=0, server_default="0", index=True)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class ArticleVersion(Base):
    """One state of an article's texts. Never changed after it was published; a change is a new version.

    An article may have several published versions: on a given day the newest one whose validity has
    begun counts (knowledge/articles/validity.py), so that searching as of a past date finds the old text.
    """

    __tablename__ = "kb_versions"
    __table_args__ = (
        UniqueConstraint("article_id", "number"),
        Index("ix_kb_versions_status", "status"),
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
    category: Mapped[str] = mapped_column(String(64))
    business: Mapped[str] = mapped_column(String(32))
    region: Mapped[str] = mapped_column(String(64))
    audience: Mapped[str] = mapped_column(String(16), default="public")
    effective_from: Mapped[date | None]  # first day, inclusive; in Asia/Shanghai
    effective_to: Mapped[date | None]  # last day, inclusive
    next: Mapped[list[str]] = mapped_column(JSON, default=list)  # keys of articles
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    content_hash: Mapped[str] = mapped_column(String(64))
    # Account ids, or `shipped` and `import` for what no person wrote in the console.
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    reviewed_by: Mapped[str | None] = mapped_column(String(64))
    published_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]
    retired_by: Mapped[str | None] = mapped_column(String(64))


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
