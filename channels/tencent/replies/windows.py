"""The windows of replies: what opened them, and what was used of them. Rows of `reply_windows`.

The window that a stored message opens is not written when it comes: it is read from the message (what it opens stands
in its `meta`, see OPENS), so that taking a push costs nothing more; its row is made with the first reply. Deeds that
store no message are written with `open`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Index, String, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from channels.tencent.replies.quota import MESSAGE, Rules, Window, charged
from core.conversation.addresses import address_key
from core.conversation.models import Conversation, Message
from core.database import Base
from core.outbox.repository import release
from core.unit_of_work import UnitOfWork

# In a stored message's `meta`: the kind of window it opens. Without it a message that came by push opens `message`.
OPENS = "opens"
# Of a citizen's last messages these are looked at: one that opens `message` is nearly always among the first. Behind
# them only for who has tapped on lists and nothing else.
_LOOK_BACK, _FAR_BACK = 20, 500
# A citizen's last conversations on the inbox: what came in the one before may still allow replies.
_CONVERSATIONS = 2


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
    """The citizen did something that allows replies and stores no message: `kind` of quota.py, beginning now.

    What was held for want of a window goes out.
    """
    await _put(uow, inbox_id, external_id, Window(kind, uow.clock.now()))
    if await release(uow.session, address_key(inbox_id, external_id), uow.clock.now()):
        uow.has_deliveries = True


async def opened_by_messages(
    session: AsyncSession, inbox_id: str, contact_id: str | None
) -> list[Window]:
    """The windows that the citizen's stored messages have opened: the last of each kind."""
    if contact_id is None:
        return []
    conversations = (
        select(Conversation.id)
        .where(Conversation.contact_id == contact_id, Conversation.inbox_id == inbox_id)
        .order_by(Conversation.id.desc())
        .limit(_CONVERSATIONS)
    )
    ids = list(await session.scalars(conversations))
    query = (
        select(Message.created_at, Message.meta)
        .where(
            Message.conversation_id.in_(ids),
            Message.author_kind == "visitor",
            # What came from a window of ours opens nothing there.
            Message.external_id.is_not(None),
        )
        .order_by(Message.conversation_id.desc(), Message.seq.desc())
    )
    found: dict[str, Window] = {}
    for start, most in ((0, _LOOK_BACK), (_LOOK_BACK, _FAR_BACK)):
        rows = (await session.execute(query.offset(start).limit(most))).all()
        for at, meta in rows:
            kind = meta.get(OPENS, MESSAGE)
            if kind not in found:
                found[kind] = Window(kind, at)
        if MESSAGE in found or len(rows) < most:
            break
    return list(found.values())


async def used(
    session: AsyncSession, inbox_id: str, external_id: str, *, lock: bool = False
) -> list[Window]:
    """What is written down of the citizen's windows."""
    query = select(ReplyWindow).where(
        ReplyWindow.inbox_id == inbox_id, ReplyWindow.external_id == external_id
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    rows = await session.scalars(query)
    return [Window(row.kind, row.opened_at, row.used, row.closed) for row in rows]


def together(written: Iterable[Window], opened: Iterable[Window]) -> list[Window]:
    """The windows as they are: what was written down, unless a later message has begun it anew."""
    found = {each.kind: each for each in written}
    for each in opened:
        known = found.get(each.kind)
        if known is None or known.opened_at < each.opened_at:
            found[each.kind] = each
    return list(found.values())


async def charge(
    uow: UnitOfWork, rules: Rules, inbox_id: str, external_id: str, opened: Sequence[Window]
) -> tuple[Window, ...]:
    """Reserve one reply; returns the windows as they were charged, for `give_back`; empty: none is left."""
    written = await used(uow.session, inbox_id, external_id, lock=True)
    windows = together(written, opened)
    kinds = charged(rules, windows, uow.clock.now())
    taken = tuple(replace(each, used=each.used + 1) for each in windows if each.kind in kinds)
    for each in taken:
        await _put(uow, inbox_id, external_id, each)
    return taken


async def give_back(
    uow: UnitOfWork, inbox_id: str, external_id: str, taken: Iterable[Window]
) -> None:
    """The reply was not sent after all. A window that has begun anew meanwhile stays as it is."""
    for each in taken:
        row = await uow.session.get(ReplyWindow, (inbox_id, external_id, each.kind))
        if row is not None and row.opened_at == each.opened_at:
            row.used = max(0, row.used - 1)


async def correct(
    uow: UnitOfWork,
    rules: Rules,
    inbox_id: str,
    external_id: str,
    opened: Sequence[Window],
    *,
    closed: bool,
) -> None:
    """The service says that nothing is left (45047), or that no window is open (45015, not followed)."""
    for each in together(await used(uow.session, inbox_id, external_id, lock=True), opened):
        if each.kind in rules.windows:
            spent = replace(each, used=rules.windows[each.kind].replies, closed=closed)
            await _put(uow, inbox_id, external_id, spent)


async def _put(uow: UnitOfWork, inbox_id: str, external_id: str, window: Window) -> None:
    row = await uow.session.get(ReplyWindow, (inbox_id, external_id, window.kind))
    if row is None:
        row = ReplyWindow(inbox_id=inbox_id, external_id=external_id, kind=window.kind)
        uow.session.add(row)
    row.opened_at, row.used, row.closed = window.opened_at, window.used, window.closed
