"""What the desk needs from its siblings, tickets, ratings and articles; `app` plugs them in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from pydantic import BaseModel
from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession

from core.auth.actor import Actor
from core.conversation.models import Conversation
from core.conversation.ports import FileTicket, UrgeTicket
from core.unit_of_work import UnitOfWork


class TicketFiling(Protocol):
    async def file_from_bot(
        self, uow: UnitOfWork, conversation: Conversation, wanted: FileTicket
    ) -> str:
        """File it in the running transaction; the number the citizen can quote."""
        ...

    async def urge_from_bot(
        self, uow: UnitOfWork, conversation: Conversation, wanted: UrgeTicket
    ) -> str:
        """Write down that the citizen asks to hurry; what he is told."""
        ...

    async def of_contact(
        self, session: AsyncSession, contact_id: str, actor: Actor
    ) -> Sequence[BaseModel]:
        """The contact's latest tickets that the actor may see, newest first."""
        ...

    async def conversations_of(self, session: AsyncSession, number: str) -> Sequence[str]:
        """The conversation in which the ticket of that number was filed; none: empty."""
        ...


class RatingLookup(Protocol):
    async def is_rated(self, session: AsyncSession, conversation_id: str) -> bool:
        """Whether the last service of a conversation has been rated."""
        ...

    async def asked(
        self, session: AsyncSession, conversation: Conversation, service_id: str
    ) -> dict[str, Any]:
        """The data of a line that asks for a rating of the service; empty where its channel asks in another way."""
        ...

    async def of_conversation(
        self, session: AsyncSession, conversation_id: str
    ) -> Sequence[BaseModel]:
        """The ratings of a conversation's services, oldest first."""
        ...


class RatingTotals(Protocol):
    async def average_since(
        self, session: AsyncSession, since: datetime, agents: Select[str] | None
    ) -> tuple[int, float | None]:
        """How many ratings the agents (None: everybody) were given, and their average; None without any."""
        ...


class InternalArticles(Protocol):
    """Which articles of the knowledge base are for agents' eyes only."""

    async def is_internal(self, session: AsyncSession, article_id: str) -> bool: ...
