"""Somebody answers in a conversation that may be over already: what is not the talk at the desk, but belongs to it.

Left messages and tickets answer this way; channels that others run get it by the outbox.
"""

from __future__ import annotations

from core.conversation import thread
from core.conversation.content import TextContent
from core.conversation.models import Conversation, Message
from core.conversation.schemas import Author
from core.conversation.status import ConversationStatus
from core.masking import mask_identity
from core.unit_of_work import UnitOfWork


async def speak(
    uow: UnitOfWork, conversation: Conversation, author: Author, head: str, text: str
) -> Message:
    """`head` on a line of its own, then `text`. The conversation is locked by the caller."""
    if conversation.status == ConversationStatus.CLOSED:
        # What takes identity numbers out of closed conversations may have been here already (keeping.py).
        text = mask_identity(text)
    message = await thread.append(uow, conversation, author, TextContent(text=f"{head}\n{text}"))
    await thread.publish_state(uow, conversation)
    return message
