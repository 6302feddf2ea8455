"""The windows of replies: what opened them, and what was used of them. Rows of `reply_windows`.

The window that a stored message opens is not written here: it is read from the message (what it opens stands in its
`meta`, see OPENS), so that taking a push costs nothing more. Deeds that store no message are written with `open`.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base
from core.unit_of_work import UnitOfWork

# In a stored message's `meta`: the kind of window it opens. Without it a message that came by push opens `message`.
OPENS = "opens"


class ReplyWindow(Base):
    """What a citizen's deed allowed and how much of it was used. `closed`: the service said that it is over."""

    __tablename__ = "reply_windows"
    __table_args__ = (Index("ix_reply_windows_opened_at", "opened_at"),)

    inbox_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    external_id: Mapped[str] = mapped_column(String(128), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    opened_at: Mapped[datetime]
    used: Mapped[int] = mapped_column(default=0)
    closed: Mapped[bool] = mapped_column(default=False)


async def open(uow: UnitOfWork, inbox_id: str, external_id: str, kind: str) -> None:
    """The citizen did something that allows replies and stores no message: `kind` of quota.py, beginning now."""
    row = await uow.session.get(ReplyWindow, (inbox_id, external_id, kind))
    if row is None:
        row = ReplyWindow(inbox_id=inbox_id, external_id=external_id, kind=kind)
        uow.session.add(row)
    row.opened_at, row.used, row.closed = uow.clock.now(), 0, False
