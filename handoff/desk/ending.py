"""A service ends: back to the bot, or closed with a rating asked for. One transaction each."""

from __future__ import annotations

from core.auth.actor import Actor
from core.conversation import thread
from core.conversation.content import ActivityContent
from core.conversation.handoffs import close_conversation
from core.conversation.ports import Desk
from core.conversation.schemas import ConversationRead
from core.conversation.status import Trigger
from core.errors import Conflict
from core.unit_of_work import UnitOfWorkFactory
from handoff.desk.access import check_in_charge, check_owner
from handoff.desk.ports import RatingLookup
from handoff.desk.service import request_rating, tell_presence
from handoff.desk.wrapping.beginning import begin as begin_wrap_up
from handoff.hours.service import service_texts
from handoff.queue import assignments
from handoff.queue import repository as queue
from handoff.sla.service import ClockService


class RatedAlready(Conflict):
    code, default_message = "already_rated", "市民已经评价过这次服务。"


class Ending:
    """Every method checks who may, and returns what is true after the commit."""

    def __init__(
        self, *, uows: UnitOfWorkFactory, desk: Desk, clocks: ClockService, ratings: RatingLookup
    ) -> None:
        self._uows = uows
        self._desk = desk
        self._clocks = clocks
        self._ratings = ratings

    async def release(self, conversation_id: str, actor: Actor) -> ConversationRead:
        """Back to the bot, which starts a new episode."""
        async with self._uows.write() as uow:
            conversation = await thread.load_for_update(uow, conversation_id)
            await check_in_charge(uow.session, conversation, actor)
            owner = conversation.owner_id
            texts = await service_texts(uow.session, conversation.inbox_id)
            await thread.transition(
                uow, conversation, Trigger.RELEASED, actor=actor.account_id,
                text=texts.released,
            )  # fmt: skip
            ended = await assignments.end(uow, conversation.id, "released")
            await begin_wrap_up(uow, conversation, ended)
            await self._clocks.stop(uow, conversation.id)
            if owner is not None:
                await tell_presence(uow, owner)
            return await thread.read_conversation(uow.session, conversation)

    async def close(self, conversation_id: str, actor: Actor) -> ConversationRead:
        """End the conversation; the citizen is asked for a rating."""
        async with self._uows.write() as uow:
            conversation = await thread.load_for_update(uow, conversation_id)
            await check_in_charge(uow.session, conversation, actor)
            texts = await service_texts(uow.session, conversation.inbox_id)
            await close_conversation(
                uow, self._desk, conversation, actor=actor.account_id, text=texts.closed,
            )  # fmt: skip
            return await thread.read_conversation(uow.session, conversation)

    async def invite_rating(self, conversation_id: str, actor: Actor) -> None:
        """Ask for a rating now. Raises RatedAlready when this service has one."""
        async with self._uows.write() as uow:
            conversation = await thread.load_for_update(uow, conversation_id)
            check_owner(conversation, actor)
            if await self._ratings.is_rated(uow.session, conversation.id):
                raise RatedAlready()
            service = await queue.running_assignment(uow.session, conversation.id)
            asked = (
                await self._ratings.asked(uow.session, conversation, service.id) if service else {}
            )
            activity = ActivityContent(
                kind="rating_invited", text="请您对本次服务作出评价。", data=asked
            )
            await thread.append(uow, conversation, thread.SYSTEM, activity)
            request_rating(uow, conversation, service, invited_by=actor.name)
