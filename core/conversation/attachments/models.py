"""The table of files that people exchange in conversations, and of those that belong to tickets."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, IdColumn


class Attachment(Base):
    """One file of a conversation or of a ticket; its id is also its key in the file store.

    `ticket_id`: whose it is when it is no conversation's (handoff/tickets/files.py); what somebody of the office has
    just uploaded for a ticket that is not yet filed belongs to neither. No foreign key: the core knows no tickets.
    `state`: `new` until a message shows it, then `sent`; `recalled` when that message was taken back; `pending` while
    a message shows it whose channel has yet to fetch it (coming.py): then there is no file. `seconds` is how long a
    voice message is said to take. Width and height are in pixels. `small_size`: bytes of the small picture beside it
    (core.storage.small_of), None where there is none.
    """

    __tablename__ = "attachments"
    __table_args__ = (
        Index("ix_attachments_conversation", "conversation_id", "created_at"),
        Index("ix_attachments_state", "state", "created_at"),
        Index("ix_attachments_ticket", "ticket_id"),
        CheckConstraint(
            "state in ('new', 'sent', 'recalled', 'pending')", name="attachment_state_known"
        ),
        CheckConstraint(
            "kind in ('image', 'voice', 'video', 'file')", name="attachment_kind_known"
        ),
        CheckConstraint(
            "state = 'new' or conversation_id is not null or ticket_id is not null",
            name="attachment_owned",
        ),
    )

    id: Mapped[str] = mapped_column(IdColumn, primary_key=True)
    conversation_id: Mapped[str | None] = mapped_column(ForeignKey("conversations.id"))
    ticket_id: Mapped[str | None] = mapped_column(IdColumn)
    uploader_kind: Mapped[str] = mapped_column(String(16))
    uploader_id: Mapped[str] = mapped_column(IdColumn)
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(128))
    media_type: Mapped[str] = mapped_column(String(128))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    width: Mapped[int | None]
    height: Mapped[int | None]
    seconds: Mapped[int | None]
    small_size: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(16), default="new")
    created_at: Mapped[datetime]
