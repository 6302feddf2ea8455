"""Handing a conversation on: to a colleague, back to who sent it, or into the queue for a skill group."""

from __future__ import annotations

from datetime import timedelta

from core.auth.actor import Actor
from core.configs import get_config
from core.conversation import thread
from core.conversation.models import Conversation
from core.conversation.schemas import ConversationRead
from core.conversation.status import ConversationStatus, Trigger
from core.errors import Conflict, IllegalTransition, NotFound
from core.timers.repository import set_timer
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from handoff.agents import repository as agents
from handoff.agents.models import SkillGroup
from handoff.desk.access import check_in_charge, check_owner
from handoff.desk.team.handing import GROUP_TIMER, Handing
from handoff.desk.team.moving import add_note, author_of
from handoff.desk.team.settings import CONFIG_NAME, TeamSettings
from handoff.desk.team.state import gives_back, publish_team
from handoff.desk.team.targets import lock_target
from handoff.queue.service import QueueService


class GroupEmpty(Conflict):
    code, default_message = "group_empty", "这个技能组还没有成员，请先添加成员。"


class NothingToReturn(Conflict):
    code, default_message = "nothing_to_return", "这个会话不是转接来的，不能退回。"


class Transfers:
    """Every method checks who may, and returns what is true after the commit."""

    def __init__(self, *, uows: UnitOfWorkFactory, queue: QueueService, handing: Handing) -> None:
        self._uows = uows
        self._queue = queue
        self._handing = handing

    async def to_agent(
        self, conversation_id: str, actor: Actor, target_id: str, note: str
    ) -> ConversationRead:
        """Offer it to a colleague; give it at once where nobody has to accept, or a supervisor reassigns.

        Raises NotFound, NotOwner, ToOneself, ToItsOwner, TargetOffline, TargetResting, CapacityReached,
        TransferPending, IllegalTransition (nobody serves it).
        """
        async with self._uows.write() as uow:
            # The target first, then the conversation: the order of locks of the queue.
            target = await lock_target(uow, target_id)
            conversation = await self._served(uow, conversation_id, actor)
            target.check(owner_id=conversation.owner_id, actor_id=actor.account_id)
            await self._handing.none_pending(uow, conversation)
            settings = await get_config(uow.session, CONFIG_NAME, TeamSettings)
            own = conversation.owner_id == actor.account_id
            transfer = self._handing.new(
                uow, conversation, actor, note=note, to_agent=target_id,
                lasting=timedelta(seconds=settings.accept_seconds),
            )  # fmt: skip
            if own and settings.transfer_accepted:
                await self._handing.offer(uow, conversation, transfer, actor)
            else:
                await self._handing.move(uow, conversation, transfer, target, by=actor)
            return await thread.read_conversation(uow.session, conversation)

    async def to_group(
        self, conversation_id: str, actor: Actor, group_id: str, note: str
    ) -> ConversationRead:
        """Back into the queue, before those who wait for their first answer.

        Raises NotFound, GroupEmpty, NotOwner, TransferPending, IllegalTransition (nobody serves it).
        """
        async with self._uows.write() as uow:
            conversation = await self._served(uow, conversation_id, actor)
            await self._handing.none_pending(uow, conversation)
            group = await uow.session.get(SkillGroup, group_id)
            if group is None:
                raise NotFound("没有这个技能组。", what="group")
            if not (await agents.members(uow.session)).get(group_id):
                raise GroupEmpty()
            settings = await get_config(uow.session, CONFIG_NAME, TeamSettings)
            previous = conversation.owner_id
            transfer = self._handing.new(
                uow, conversation, actor, note=note, to_group=group_id,
                lasting=timedelta(minutes=settings.group_return_minutes),
            )  # fmt: skip
            await thread.transition(
                uow, conversation, Trigger.REQUEUED, actor=actor.account_id,
                text=f"正在为您转接到{group.name}，请稍候。", data={"group": group_id},
            )  # fmt: skip
            transfer.epoch = conversation.epoch
            await self._handing.moving.stop_serving(uow, conversation, previous)
            await add_note(uow, conversation, author_of(actor), "转接说明", transfer.note)
            await self._queue.hand_on(uow, conversation, group_id, by=actor.name)
            await set_timer(uow, GROUP_TIMER, conversation.id, transfer.expires_at)
            await publish_team(uow, conversation, also=[previous])
            return await thread.read_conversation(uow.session, conversation)

    async def give_back(self, conversation_id: str, actor: Actor, note: str) -> ConversationRead:
        """To whom it came from, at once: they know the case.

        Raises NotOwner, NothingToReturn, TargetOffline, TargetResting, CapacityReached, TransferPending.
        """
        async with self._uows.read() as session:
            seen = await thread.load(session, conversation_id)
            check_owner(seen, actor)
            sender = await gives_back(session, seen)
        if sender is None:
            raise NothingToReturn()
        async with self._uows.write() as uow:
            target = await lock_target(uow, sender)
            conversation = await thread.load_for_update(uow, conversation_id)
            check_owner(conversation, actor)
            await self._handing.none_pending(uow, conversation)
            if await gives_back(uow.session, conversation) != sender:
                raise NothingToReturn()
            target.check(owner_id=conversation.owner_id, actor_id=actor.account_id)
            transfer = self._handing.new(
                uow, conversation, actor, note=note, to_agent=sender, lasting=timedelta()
            )
            await self._handing.move(uow, conversation, transfer, target, by=actor)
            return await thread.read_conversation(uow.session, conversation)

    async def _served(self, uow: UnitOfWork, conversation_id: str, actor: Actor) -> Conversation:
        """The conversation, locked, with an agent, and the actor may decide about it."""
        conversation = await thread.load_for_update(uow, conversation_id)
        await check_in_charge(uow.session, conversation, actor)
        if conversation.status != ConversationStatus.ASSIGNED:
            raise IllegalTransition(status=conversation.status, trigger=Trigger.TRANSFERRED)
        return conversation
