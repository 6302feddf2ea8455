"""What supervisors decide about where a conversation goes, and about whom a citizen is designated to."""

from __future__ import annotations

from core import audit
from core.auth.actor import Actor
from core.auth.models import Account
from core.conversation import thread
from core.conversation.models import Conversation
from core.conversation.schemas import ConversationRead
from core.conversation.status import ConversationStatus
from core.errors import CapacityReached, Conflict, NotFound
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from handoff.agents import repository as agents
from handoff.agents.models import AgentProfile, SkillGroup
from handoff.agents.standing import status_of
from handoff.desk.access import check_in_charge
from handoff.desk.team.moving import add_note, author_of, clean
from handoff.desk.team.repository import serving_account
from handoff.desk.transfers import GroupEmpty, Transfers
from handoff.queue.models import DesignatedAgent
from handoff.queue.service import QueueService
from handoff.routing.reasons import reassigned_step
from handoff.sla.service import ClockService


class NotWaiting(Conflict):
    code, default_message = "not_waiting", "这个会话已经不在排队，请刷新后再试。"


class AssigneeOffline(Conflict):
    code, default_message = "target_offline", "对方现在不在线，请指派给其他坐席或技能组。"


class Reassigning:
    def __init__(
        self, *, uows: UnitOfWorkFactory, queue: QueueService, clocks: ClockService,
        transfers: Transfers,
    ) -> None:  # fmt: skip
        self._uows = uows
        self._queue = queue
        self._clocks = clocks
        self._transfers = transfers

    async def to_agent(
        self, conversation_id: str, actor: Actor, agent_id: str, note: str
    ) -> ConversationRead:
        """Out of the queue or of somebody's hands into this agent's.

        Raises NotFound, NotWaiting (it is the bot's), AssigneeOffline, CapacityReached, NotOwner.
        """
        if await self._status(conversation_id) is ConversationStatus.ASSIGNED:
            return await self._transfers.to_agent(conversation_id, actor, agent_id, note)
        async with self._uows.write() as uow:
            account = await _agent(uow, agent_id)
            profile = await self._reserve(uow, agent_id)
            conversation = await self._waiting(uow, conversation_id, actor)
            await self._queue.check_channel(uow.session, agent_id, conversation)
            await self._queue.give(
                uow, conversation, profile, name=account.name, how="reassigned",
                actor=actor.account_id, steps=[reassigned_step(actor.name)],
            )  # fmt: skip
            await self._clocks.citizen_waits(uow, conversation)
            await thread.publish_state(uow, conversation)
            await _note(uow, conversation, actor, note)
            self._audit(uow, conversation, actor, to_agent=agent_id)
            return await thread.read_conversation(uow.session, conversation)

    async def to_group(
        self, conversation_id: str, actor: Actor, group_id: str, note: str
    ) -> ConversationRead:
        """Into this group's line, with the time it has waited. Raises NotFound, GroupEmpty, NotWaiting, NotOwner."""
        if await self._status(conversation_id) is ConversationStatus.ASSIGNED:
            return await self._transfers.to_group(conversation_id, actor, group_id, note)
        async with self._uows.write() as uow:
            conversation = await self._waiting(uow, conversation_id, actor)
            if await uow.session.get(SkillGroup, group_id) is None:
                raise NotFound("没有这个技能组。", what="group")
            if not (await agents.members(uow.session)).get(group_id):
                raise GroupEmpty()
            await self._queue.move(uow, conversation, group_id, by=actor.name)
            await _note(uow, conversation, actor, note)
            self._audit(uow, conversation, actor, to_group=group_id)
            return await thread.read_conversation(uow.session, conversation)

    async def reprioritise(
        self, conversation_id: str, actor: Actor, priority: int, note: str
    ) -> ConversationRead:
        """Earlier or later in its line. Raises NotWaiting, NotOwner."""
        async with self._uows.write() as uow:
            conversation = await self._waiting(uow, conversation_id, actor)
            await self._queue.reprioritise(uow, conversation, priority, by=actor.name)
            await _note(uow, conversation, actor, note)
            self._audit(uow, conversation, actor, priority=priority)
            return await thread.read_conversation(uow.session, conversation)

    async def designate(self, conversation_id: str, actor: Actor, agent_id: str | None) -> None:
        """From now on the citizen waits for this agent first; None: for nobody. Raises NotFound, NotOwner."""
        async with self._uows.write() as uow:
            conversation = await thread.load_for_update(uow, conversation_id)
            await check_in_charge(uow.session, conversation, actor)
            row = await uow.session.get(DesignatedAgent, conversation.contact_id)
            if agent_id is None:
                if row is not None:
                    await uow.session.delete(row)
            else:
                await _agent(uow, agent_id)
                row = DesignatedAgent(
                    contact_id=conversation.contact_id, agent_id=agent_id,
                    set_by=actor.account_id, set_at=uow.clock.now(),
                )  # fmt: skip
                await uow.session.merge(row)
            audit.record(
                uow, actor=actor.account_id, action="contact.designated",
                subject=f"contact:{conversation.contact_id}", agent=agent_id,
            )  # fmt: skip

    # ---- steps ---------------------------------------------------------------------------------

    async def _status(self, conversation_id: str) -> ConversationStatus:
        """As it is now; judged again under the lock by whoever acts on it."""
        async with self._uows.read() as session:
            return ConversationStatus((await thread.load(session, conversation_id)).status)

    async def _waiting(self, uow: UnitOfWork, conversation_id: str, actor: Actor) -> Conversation:
        conversation = await thread.load_for_update(uow, conversation_id)
        await check_in_charge(uow.session, conversation, actor)
        if conversation.status != ConversationStatus.QUEUED:
            raise NotWaiting()
        return conversation

    async def _reserve(self, uow: UnitOfWork, agent_id: str) -> AgentProfile:
        try:
            profile = await self._queue.reserve(uow, agent_id)
        except CapacityReached as error:
            text = "对方接待的会话已到上限，请指派给其他坐席或技能组。"
            raise CapacityReached(text, **error.details) from None
        if await status_of(uow.session, agent_id, uow.clock.now()) == "offline":
            raise AssigneeOffline()
        return profile

    @staticmethod
    def _audit(uow: UnitOfWork, conversation: Conversation, actor: Actor, **to: str | int) -> None:
        audit.record(
            uow, actor=actor.account_id, action="conversation.reassigned",
            subject=f"conversation:{conversation.id}", **to,
        )  # fmt: skip


async def _agent(uow: UnitOfWork, agent_id: str) -> Account:
    """The account of somebody who may serve citizens. Raises NotFound."""
    account = await serving_account(uow.session, agent_id)
    if account is None:
        raise NotFound("没有这个坐席，或者这个账号不接待市民。", what="agent")
    return account


async def _note(uow: UnitOfWork, conversation: Conversation, actor: Actor, note: str) -> None:
    await add_note(uow, conversation, author_of(actor), "指派说明", clean(note))
