"""Tables of imports: the job, the uploaded file until it is read, and what became of each of its rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, IdColumn


class Import(Base):
    """One file on its way into the knowledge base. Shown to editors; old ones are removed.

    `reading` and `applying` belong to whichever server holds the lease; in the other states nobody works on it.
    """

    __tablename__ = "kb_imports"
    __table_args__ = (
        Index("ix_kb_imports_state", "state"),
        CheckConstraint(
            "state IN ('reading', 'ready', 'applying', 'done', 'cancelled', 'failed')", name="state"
        ),
    )

    id: Mapped[str] = mapped_column(IdColumn, primary_key=True)
    file: Mapped[str] = mapped_column(String(255))  # its name as uploaded, for people
    size: Mapped[int]  # bytes
    state: Mapped[str] = mapped_column(String(16))
    done: Mapped[int] = mapped_column(default=0)  # rows of the step under way
    total: Mapped[int | None]  # unknown until the file has been read once
    counts: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict
    )  # rows by outcome and warning
    options: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # how it is to be applied
    result: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # rows by what was done
    error_code: Mapped[str] = mapped_column(String(64), default="")
    error: Mapped[str] = mapped_column(Text, default="")
    attempts: Mapped[int] = mapped_column(default=0)
    lease_holder: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[datetime | None]
    created_by: Mapped[str] = mapped_column(
        String(64)
    )  # account id, or `import` from the command line
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    @property
    def warnings(self) -> dict[str, int]:
        return {name: self.counts.get(name, 0) for name in ("retired", "uncited")}


class ImportChunk(Base):
    """A piece of the uploaded file. In the database, as the server that reads it may be another one."""

    __tablename__ = "kb_import_chunks"

    import_id: Mapped[str] = mapped_column(
        ForeignKey("kb_imports.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class ImportRow(Base):
    """One row of the file, its outcome, and whether an editor wants it."""

    __tablename__ = "kb_import_rows"
    __table_args__ = (
        Index("ix_kb_import_rows_outcome", "import_id", "outcome", "position"),
        CheckConstraint(
            "outcome IN ('new', 'changed', 'unchanged', 'duplicate', 'refused')", name="outcome"
        ),
    )

    import_id: Mapped[str] = mapped_column(
        ForeignKey("kb_imports.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # from 1
    number: Mapped[int]  # the line, row or page a person finds it at
    outcome: Mapped[str] = mapped_column(String(16))
    question: Mapped[str] = mapped_column(Text, default="")
    key: Mapped[str] = mapped_column(String(96), default="")
    # The checked contents; of a refused row what stands in the file.
    content: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    field: Mapped[str] = mapped_column(String(64), default="")  # why refused: column and reason
    reason: Mapped[str] = mapped_column(Text, default="")
    article_id: Mapped[str | None] = mapped_column(IdColumn)  # the article it is, or became
    based_on: Mapped[int | None]  # that article's newest version when the row was compared
    status: Mapped[str] = mapped_column(String(16), default="")  # and its status
    fields: Mapped[list[str]] = mapped_column(JSON, default=list)  # what differs
    near_article_id: Mapped[str | None] = mapped_column(IdColumn)  # duplicate: of this article,
    near_row: Mapped[int | None]  # or of the row with this number
    near_question: Mapped[str] = mapped_column(Text, default="")
    similarity: Mapped[float | None]  # 0..1
    # An editor's word; None: as its outcome says. False from the start where a person has retired the article.
    wanted: Mapped[bool | None]
    result: Mapped[str] = mapped_column(String(16), default="")

    @property
    def retired(self) -> bool:
        """Whether it would bring back what a person has retired: `reason` says so, and it waits for a word."""
        return self.outcome != "refused" and not self.result and bool(self.reason)

    @property
    def uncited(self) -> bool:
        """Whether citizens would be told an answer that names no source."""
        return is_uncited(self.outcome, self.content)


def is_uncited(outcome: str, content: dict[str, Any]) -> bool:
    """For rows as they are stored."""
    told = outcome != "refused" and content.get("audience", "public") == "public"
    return told and not content.get("citations")
