"""The channels' rules of replying, as engine and desk see them: they are told, and asked. `app` plugs them together."""

from __future__ import annotations

from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from core.conversation.models import Conversation, Message
from core.conversation.replying import ReplyWindowUpdated
from core.unit_of_work import UnitOfWork


class Replies(Protocol):
    """Implemented by the channels that have such rules."""

    async def on_visitor_message(
        self, uow: UnitOfWork, conversation: Conversation, message: Message, external_id: str
    ) -> None:
        """A citizen has written to people, inside that transaction: what was held for them goes out."""
        ...

    async def of(
        self, session: AsyncSession, conversation: Conversation
    ) -> ReplyWindowUpdated | None:
        """How it stands; None on channels that let everybody write as they like."""
        ...
