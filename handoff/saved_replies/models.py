"""The table of saved replies."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, IdColumn


class SavedReply(Base):
    """A text agents send often. `scope` shared: everybody's; group: its members'; own: the owner's.

    `shortcut` is what is typed after the slash; `initials` are the title's letters in pinyin, for searching;
    `uses` counts how often it was put into a message, by anybody.
    """

    __tablename__ = "saved_replies"
    __table_args__ = (
        CheckConstraint(
            "(scope = 'shared' and group_id is null and owner_id is null)"
            " or (scope = 'group' and group_id is not null and owner_id is null)"
            " or (scope = 'own' and group_id is null and owner_id is not null)",
            name="saved_reply_belongs",
        ),
        Index("ix_saved_replies_belongs", "scope", "group_id", "owner_id"),
    )

    id: Mapped[str] = mapped_column(IdColumn, primary_key=True)
    scope: Mapped[str] = mapped_column(String(8))
    group_id: Mapped[str | None] = mapped_column(
        IdColumn, ForeignKey("skill_groups.id", ondelete="CASCADE")
    )
    owner_id: Mapped[str | None] = mapped_column(IdColumn, ForeignKey("accounts.id"))
    shortcut: Mapped[str] = mapped_column(String(32), default="")
    title: Mapped[str] = mapped_column(String(64))
    initials: Mapped[str] = mapped_column(String(128), default="")
    text: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(String(32), default="")
    position: Mapped[int] = mapped_column(default=0)
    uses: Mapped[int] = mapped_column(default=0)
    updated_at: Mapped[datetime]
    updated_by: Mapped[str] = mapped_column(String(64))
