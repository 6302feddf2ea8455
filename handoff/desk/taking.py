"""An agent takes a conversation: the next in line, or a certain one. One transaction each."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from core.auth.actor import Actor
from core.conversation import thread
from core.conversation.models import Conversation
from core.conversation.schemas import ConversationRead
from core.conversation.status import ConversationStatus
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from handoff.desk.access import may_read, not_found
from handoff.queue.service import QueueService
from handoff.sla.service import ClockService


class Taking:
    """Every method checks who may, and returns what is true after the commit."""

    def __init__(
        self, *, uows: UnitOfWorkFactory, queue: QueueService, clocks: ClockService
    ) -> None:
        self._uows = uows
        self._queue = queue
        self._clocks = clocks

    async def claim_next(self, actor: Actor) -> ConversationRead:
        """The next in line. Raises QueueEmpty, CapacityReached."""
        async with self._uows.write() as uow:
            conversation = await self._queue.claim_next(uow, actor)
            return await self._taken(uow, conversation)

    async def claim(self, conversation_id: str, actor: Actor) -> ConversationRead:
        """This one, from the queue or from the bot. Raises AlreadyClaimed, CapacityReached."""
        async with self._uows.write() as uow:
            wanted = await thread.load(uow.session, conversation_id)
            seen = ConversationStatus(wanted.status)
            await self._check_wanted(uow.session, wanted, actor)
            conversation = await self._queue.claim(uow, conversation_id, actor, seen=seen)
            return await self._taken(uow, conversation)

    async def _check_wanted(
        self, session: AsyncSession, wanted: Conversation, actor: Actor
    ) -> None:
        """Raise NotFound unless the actor may read it, or what became of it tells more.

        Of one that was taken the agent hears that, whoever may read it now. The race: it is taken, or
        the citizen leaves the queue, between our queries, and with that it is no longer ours to read.
        """
        seen = wanted.status
        if seen == ConversationStatus.ASSIGNED or await may_read(session, wanted, actor):
            return
        await session.refresh(wanted)
        if wanted.status == seen:
            raise not_found()

    async def _taken(self, uow: UnitOfWork, conversation: Conversation) -> ConversationRead:
        await self._clocks.citizen_waits(uow, conversation)
        return await thread.read_conversation(uow.session, conversation)
