"""What the bot is told of the time before its episode: who of the people served, and what they were told.

Rasa's tracker knows nothing of it. Called by turns.py inside its reading transaction.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.conversation import repository
from core.conversation.content import CONTENT, plain_text
from core.conversation.models import Conversation, Message
from core.conversation.ports import AfterPeople
from core.conversation.status import ConversationStatus

# After a day nobody speaks of "just now".
REMEMBERED_FOR = timedelta(days=1)
# What was said to people that a follow-up question may lean on.
SAID_TO_PEOPLE = 2


async def after_people(
    session: AsyncSession, conversation: Conversation, *, now: datetime
) -> AfterPeople | None:
    """Who served before the bot's present episode, in this conversation or the one closed before it; else None."""
    before = conversation
    if conversation.bot_session == 0:
        closed = await _closed_before(session, conversation, since=now - REMEMBERED_FOR)
        if closed is None:
            return None
        before = closed
    end = conversation.bot_since_seq if before is conversation else before.last_seq
    served = await _last_of_agents(session, before.id, until_seq=end)
    if served is None or served.created_at < now - REMEMBERED_FOR:
        return None
    said = await repository.messages(
        session, before.id, before_seq=end + 1, limit=4 * SAID_TO_PEOPLE, with_private=False
    )
    texts = [
        plain_text(CONTENT.validate_python(m.content)) for m in said if m.author_kind == "visitor"
    ]
    return AfterPeople(
        name=served.author_name, agent_id=served.author_id or "", at=served.created_at,
        said=tuple(texts[-SAID_TO_PEOPLE:]),
    )  # fmt: skip


async def _closed_before(
    session: AsyncSession, conversation: Conversation, *, since: datetime
) -> Conversation | None:
    """The contact's conversation before this one, when it was closed after `since`."""
    query = select(Conversation).where(
        Conversation.status == ConversationStatus.CLOSED,
        Conversation.updated_at >= since,
        Conversation.contact_id == conversation.contact_id,
        Conversation.inbox_id == conversation.inbox_id,
    )
    return await session.scalar(query.order_by(Conversation.id.desc()).limit(1))


async def _last_of_agents(
    session: AsyncSession, conversation_id: str, *, until_seq: int
) -> Message | None:
    query = select(Message).where(
        Message.conversation_id == conversation_id,
        Message.seq <= until_seq,
        Message.author_kind == "agent",
        Message.private.is_(False),
    )
    return await session.scalar(query.order_by(Message.seq.desc()).limit(1))
