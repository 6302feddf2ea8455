"""Who no longer follows an account: nothing reaches them, and agents are told before they write in vain."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.wechat.models import WeChatUnfollowed
from core.conversation import repository, thread
from core.conversation.content import ActivityContent
from core.conversation.models import Conversation, Message
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory

# Kinds of the lines that agents see.
LEFT, BACK = "unfollowed", "followed"
_LINES = {
    LEFT: "市民已取消关注公众号，回复暂时无法送达",
    BACK: "市民重新关注了公众号，可以继续回复",
}


async def left(uow: UnitOfWork, inbox_id: str, openid: str) -> None:
    """The citizen unfollowed the account; doing it twice changes nothing but the time."""
    row = WeChatUnfollowed(inbox_id=inbox_id, openid=openid, at=uow.clock.now())
    await uow.session.merge(row)
    await _tell(uow, inbox_id, openid, LEFT)


async def back(uow: UnitOfWork, inbox_id: str, openid: str) -> None:
    """The citizen follows the account."""
    row = await uow.session.get(WeChatUnfollowed, (inbox_id, openid))
    if row is not None:
        await uow.session.delete(row)
        await _tell(uow, inbox_id, openid, BACK)


async def has_left(session: AsyncSession, inbox_id: str, openid: str) -> bool:
    """Whether nothing would reach the citizen. Who has written since then is back, whatever event was lost."""
    row = await session.get(WeChatUnfollowed, (inbox_id, openid))
    if row is None:
        return False
    contact = await repository.contact_by_identity(session, inbox_id, openid)
    if contact is None:
        return True
    written = (
        select(Message.id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(
            Conversation.contact_id == contact.id,
            Conversation.inbox_id == inbox_id,
            Message.author_kind == "visitor",
            Message.created_at > row.at,
        )
        .limit(1)
    )
    return await session.scalar(written) is None


class Followers:
    """Asked before anything is sent, so that nobody writes in vain and no reply is spent on it."""

    def __init__(self, uows: UnitOfWorkFactory) -> None:
        self._uows = uows

    async def has_left(self, inbox_id: str, openid: str) -> bool:
        async with self._uows.read(brief=True) as session:
            return await has_left(session, inbox_id, openid)


async def _tell(uow: UnitOfWork, inbox_id: str, openid: str, kind: str) -> None:
    """A line for agents in the open conversation, if there is one."""
    contact = await repository.contact_by_identity(uow.session, inbox_id, openid)
    if contact is None:
        return
    conversation = await repository.open_conversation(uow.session, contact.id, inbox_id, lock=True)
    if conversation is not None:
        line = ActivityContent(kind=kind, text=_LINES[kind])
        await thread.append(uow, conversation, thread.SYSTEM, line, private=True)
