"""Handing a conversation on: to a colleague, or back into the queue for a skill group."""

from __future__ import annotations

from core.auth.actor import Actor
from core.auth.models import Account
from core.conversation import thread
from core.conversation.content import TextContent, printable
from core.conversation.models import Conversation
from core.conversation.schemas import Author, ConversationRead
from core.conversation.status import Trigger
from core.errors import CapacityReached, Conflict, InvalidInput, NotFound
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from handoff.agents import repository as agents
from handoff.agents.models import AgentProfile, SkillGroup
from handoff.agents.presence import effective
from handoff.desk.access import check_in_charge
from handoff.desk.service import tell_presence
from handoff.queue import assignments
from handoff.queue.service import QueueService
from handoff.sla.service import ClockService


class TargetOffline(Conflict):
    code, default_message = "target_offline", "对方现在不在线，请转给其他坐席或技能组。"


class GroupEmpty(Conflict):
    code, default_message = "group_empty", "这个技能组还没有成员，请先添加成员。"


class Transfers:
    def __init__(
        self, *, uows: UnitOfWorkFactory, queue: QueueService, clocks: ClockService
    ) -> None:
        self._uows = uows
        self._queue = queue
        self._clocks = clocks

    async def to_agent(
        self, conversation_id: str, actor: Actor, target_id: str, note: str
    ) -> ConversationRead:
        """Give it to a colleague.

        Raises InvalidInput (to its owner), NotFound, TargetOffline, CapacityReached, NotOwner.
        """
        async with self._uows.write() as uow:
            target = await uow.session.get(Account, target_id)
            if target is None or not target.active:
                raise NotFound("没有这个坐席。", what="agent")
            # The target first, then the conversation: the order of locks of the queue.
            profile = await self._reserve(uow, target_id)
            conversation = await thread.load_for_update(uow, conversation_id)
            await check_in_charge(uow.session, conversation, actor)
            previous = conversation.owner_id
            if previous == target_id:
                raise InvalidInput("会话已经在这位坐席手里。", field="to_agent")
            await thread.transition(
                uow, conversation, Trigger.TRANSFERRED, actor=actor.account_id,
                owner_id=target_id,
                text=f"已为您转接给{target.name}，请稍候。", data={"to": target_id},
            )  # fmt: skip
            await assignments.end(uow, conversation.id, "transferred")
            await assignments.start(
                uow, conversation, target_id, Trigger.TRANSFERRED.value, by=actor.account_id
            )
            await self._handed_on(uow, conversation, actor, previous, note)
            await self._clocks.citizen_waits(uow, conversation)
            await self._queue.announce_owner(uow, conversation, profile)
            return await thread.read_conversation(uow.session, conversation)

    async def _reserve(self, uow: UnitOfWork, target_id: str) -> AgentProfile:
        try:
            profile = await self._queue.reserve(uow, target_id)
        except CapacityReached as error:
            text = "对方接待的会话已到上限，请转给其他坐席或技能组。"
            raise CapacityReached(text, **error.details) from None
        ends = await agents.lease_ends(uow.session, target_id)
        if effective(profile.status, ends, uow.clock.now()) == "offline":
            raise TargetOffline()
        return profile

    async def to_group(
        self, conversation_id: str, actor: Actor, group_id: str, note: str
    ) -> ConversationRead:
        """Back into the queue, before those who wait for their first answer.

        Raises NotFound, GroupEmpty, NotOwner.
        """
        async with self._uows.write() as uow:
            conversation = await thread.load_for_update(uow, conversation_id)
            await check_in_charge(uow.session, conversation, actor)
            group = await uow.session.get(SkillGroup, group_id)
            if group is None:
                raise NotFound("没有这个技能组。", what="group")
            if not (await agents.members(uow.session)).get(group_id):
                raise GroupEmpty()
            previous = conversation.owner_id
            await thread.transition(
                uow, conversation, Trigger.REQUEUED, actor=actor.account_id,
                text=f"正在为您转接到{group.name}，请稍候。", data={"group": group_id},
            )  # fmt: skip
            await assignments.end(uow, conversation.id, "requeued")
            await self._handed_on(uow, conversation, actor, previous, note)
            await self._queue.hand_on(uow, conversation, group_id, by=actor.name)
            return await thread.read_conversation(uow.session, conversation)

    async def _handed_on(
        self,
        uow: UnitOfWork,
        conversation: Conversation,
        actor: Actor,
        previous: str | None,
        note: str,
    ) -> None:
        """Clocks of the old owner stop; the note stays in the thread for the next one."""
        await self._clocks.stop(uow, conversation.id)
        note = printable(note).strip()
        if note:
            author = Author(kind="agent", id=actor.account_id, name=actor.name)
            text = TextContent(text=f"转接说明：{note}")
            await thread.append(uow, conversation, author, text, private=True)
        if previous is not None:
            await tell_presence(uow, previous)
