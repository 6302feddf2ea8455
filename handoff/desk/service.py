"""The desk as the engine sees it: core.conversation.ports.Desk. Inside the engine's transactions."""

from __future__ import annotations

from typing import Any

from core.conversation import outside
from core.conversation.models import Conversation, Message
from core.conversation.ports import Admission, Beside, FileTicket, HandoffDecision, UrgeTicket
from core.conversation.status import ConversationStatus
from core.events import Audience, Event, RatingRequested, contact_room
from core.unit_of_work import UnitOfWork
from handoff.agents.models import AgentProfile
from handoff.agents.service import publish_presence
from handoff.desk.ports import RatingLookup, TicketFiling
from handoff.desk.wrapping.beginning import begin as begin_wrap_up
from handoff.queue import assignments, beside
from handoff.queue import repository as queue
from handoff.queue.models import Assignment, LeftState
from handoff.queue.routes import routing_settings
from handoff.queue.service import QueueService
from handoff.sla.service import ClockService


class DeskService:
    """Brings queue, clocks, tickets and ratings together for the engine."""

    def __init__(
        self,
        *,
        queue: QueueService,
        clocks: ClockService,
        tickets: TicketFiling,
        ratings: RatingLookup,
    ) -> None:
        self._queue = queue
        self._clocks = clocks
        self._tickets = tickets
        self._ratings = ratings

    async def admit(
        self, uow: UnitOfWork, conversation: Conversation, decision: HandoffDecision
    ) -> Admission:
        return await self._queue.admit(uow, conversation, decision)

    async def leave_queue(
        self, uow: UnitOfWork, conversation: Conversation, state: LeftState
    ) -> None:
        await self._queue.leave(uow, conversation, state)

    async def file_ticket(
        self, uow: UnitOfWork, conversation: Conversation, ticket: FileTicket
    ) -> str:
        return await self._tickets.file_from_bot(uow, conversation, ticket)

    async def urge_ticket(
        self, uow: UnitOfWork, conversation: Conversation, wanted: UrgeTicket
    ) -> str:
        return await self._tickets.urge_from_bot(uow, conversation, wanted)

    async def on_visitor_message(
        self, uow: UnitOfWork, conversation: Conversation, message: Message
    ) -> None:
        """To an agent: the answer clock runs. Into the queue: its own time-out runs already."""
        if conversation.status == ConversationStatus.ASSIGNED:
            await self._clocks.citizen_waits(uow, conversation)

    async def while_waiting(
        self, uow: UnitOfWork, conversation: Conversation, message: Message
    ) -> Beside:
        return await beside.judge(uow, message)

    async def lead_in(self, uow: UnitOfWork) -> str:
        return (await routing_settings(uow.session)).waiting.lead_in

    async def parting(self, uow: UnitOfWork, conversation: Conversation) -> dict[str, Any]:
        """Asks for a rating of the service that ends with it, unless it has one."""
        service = await queue.running_assignment(uow.session, conversation.id)
        if service is None or await self._ratings.is_rated(uow.session, conversation.id):
            return {}
        return await self._ratings.asked(uow.session, conversation, service.id)

    async def on_closed(
        self, uow: UnitOfWork, conversation: Conversation, had_agent: str | None
    ) -> None:
        await self._clocks.stop(uow, conversation.id)
        ended = await assignments.end(uow, conversation.id, "closed")
        await begin_wrap_up(uow, conversation, ended)
        if had_agent is None:
            return
        await tell_presence(uow, had_agent)
        if not await self._ratings.is_rated(uow.session, conversation.id):
            request_rating(uow, conversation, ended, invited_by=None)


def request_rating(
    uow: UnitOfWork,
    conversation: Conversation,
    service: Assignment | None,
    *,
    invited_by: str | None,
) -> None:
    """Ask the citizen's open windows for a rating of the service."""
    event = RatingRequested(
        conversation_id=conversation.id, service=service.id if service else None,
        invited_by=invited_by,
    )  # fmt: skip
    room = frozenset({contact_room(conversation.contact_id, conversation.inbox_id)})
    uow.publish(Event("rating.requested", event, Audience(visitor_rooms=room)))
    outside.tell(uow, conversation, "rating.requested", event.model_dump(mode="json"))


async def tell_presence(uow: UnitOfWork, agent_id: str) -> None:
    """An agent has one conversation more or less: the desk sees how busy they are."""
    profile = await uow.session.get(AgentProfile, agent_id)
    if profile is not None:
        await publish_presence(uow, profile)
