"""The ways to a citizen: our own sockets, or the channel's own, by the outbox. Which one a message takes."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.conversation.models import Conversation, Message

# Citizens on these are reached by our own sockets alone; every other channel is delivered to by the outbox.
SOCKET_CHANNELS = frozenset({"web"})
# On these a citizen may come both ways, and is answered the way the last message came: a mini-program has a chat page,
# which is a window of ours, and WeChat's own customer messages.
MIXED_CHANNELS = frozenset({"miniprogram"})
# Whose inboxes a window of ours may be opened for (/visitor).
WINDOW_CHANNELS = SOCKET_CHANNELS | MIXED_CHANNELS
# Of citizens who are new on these the channel is asked who they are (persons.py), by the outbox.
ASKED_CHANNELS = frozenset({"wechat"})
ASK_TOPIC = "person.ask"
# In the meta of a message on one of the mixed channels: it left by the outbox.
TRAVELLED = "travelled"


async def travels_from(session: AsyncSession, conversation: Conversation) -> bool:
    """Whether what is said to the citizen now needs the outbox.

    Where both ways lead to the citizen it is the way of the last message: one that was pushed to us has the channel's
    own id, one from a window has not. Windows are told in any case: who looks at one sees everything there.
    """
    if conversation.channel not in MIXED_CHANNELS:
        return conversation.channel not in SOCKET_CHANNELS
    query = select(Message.external_id).where(
        Message.conversation_id == conversation.id, Message.seq == conversation.visitor_seq
    )
    # Without a flush: on the short way (quick.py) the database has not seen yet what is being added.
    with session.no_autoflush:
        return await session.scalar(query) is not None


def travelled(conversation: Conversation, message: Message) -> bool:
    """Whether `message` has gone, or goes, by the outbox."""
    if message.private or message.author_kind == "visitor":
        return False
    if conversation.channel in MIXED_CHANNELS:
        return bool(message.meta.get(TRAVELLED))
    return conversation.channel not in SOCKET_CHANNELS
