"""The queue: letting in, claiming, and giving a conversation to an agent.

Everything runs inside the caller's transaction. Locks are always taken in the order agent,
conversation, queue entry; whoever already holds a conversation must not lock an agent.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from core.auth.actor import Actor
from core.conversation import repository as conversations
from core.conversation import thread
from core.conversation.models import Conversation
from core.conversation.ports import Admission, HandoffDecision
from core.conversation.status import ConversationStatus, Trigger
from core.errors import AlreadyClaimed, CapacityReached, Conflict, NotFound
from core.events import Audience, ConversationAssigned, Event, QueueUpdated, agent_room
from core.unit_of_work import UnitOfWork
from handoff.agents import repository as agents
from handoff.agents.models import AgentProfile
from handoff.agents.service import publish_presence
from handoff.hours.service import service_texts
from handoff.queue import assignments, repository
from handoff.queue.admission import judge
from handoff.queue.models import HandOnRule
from handoff.queue.places import place
from handoff.queue.routes import Router, routing_settings
from handoff.queue.waits import Waits
from handoff.routing.case import Step
from handoff.routing.reasons import reason, transferred_step
from handoff.texts import fill


class QueueEmpty(NotFound):
    """Nobody waits, or nobody for this agent. Details: `kept`, how many wait for somebody else by name."""

    code, default_message = "queue_empty", "现在没有人在排队。"


class QueueService(Waits):
    """What the engine and the desk ask of the queue."""

    # ---- letting in ----------------------------------------------------------------------------

    async def admit(
        self, uow: UnitOfWork, conversation: Conversation, decision: HandoffDecision
    ) -> Admission:
        """Whether people can take it now; if so it waits. The status is the caller's to change."""
        verdict = await judge(uow, conversation)
        if not verdict.admitted:
            offer = None
            if verdict.row.outcome == "left_message":
                offer = await self._offer.content(uow.session, conversation, verdict.refusal)
            return Admission(admitted=False, text=verdict.refusal, offer=offer)
        router = await Router.load(uow.session, uow.clock.now())
        found = await router.find(
            conversation, business=decision.category, decided=decision.group_id,
            evidence=decision.evidence,
        )  # fmt: skip
        entry = await self.enqueue(
            uow, conversation, found, rule=decision.rule, category=decision.category
        )
        at = await place(uow.session, entry, uow.clock.now())
        texts = verdict.texts
        usual = texts.person if at.ahead == 0 else fill(texts.queued, ahead=at.ahead)
        return Admission(
            admitted=True,
            text=f"{decision.text}{verdict.row.text or usual}",
            position=at.position,
            eta_seconds=at.eta_seconds,
        )

    async def hand_on(
        self,
        uow: UnitOfWork,
        conversation: Conversation,
        group_id: str | None,
        *,
        by: str,
        rule: HandOnRule = "transfer",
    ) -> None:
        """What an agent serves goes on to a group (None: to anybody) and waits with a start; `by`: the agent's name."""
        router = await Router.load(uow.session, uow.clock.now())
        group = router.groups.get(group_id) if group_id is not None else None
        step = transferred_step(by, group.name if group is not None else "所有坐席")
        found = await router.handed_on(conversation, group.id if group is not None else None, step)
        category = (conversation.handoff or {}).get("category")
        await self.enqueue(uow, conversation, found, rule=rule, category=category)

    # ---- claiming ------------------------------------------------------------------------------

    async def claim_next(self, uow: UnitOfWork, actor: Actor) -> Conversation:
        """The agent gets whoever is next in line. Raises QueueEmpty, CapacityReached."""
        profile = await self.reserve(uow, actor.account_id)
        group_ids = await agents.groups_of(uow.session, actor.account_id)
        full = await self._full_channels(uow.session, actor.account_id)
        now = uow.clock.now()
        conversation_id = await repository.lock_next(
            uow.session, actor.account_id, group_ids, now=now, full_channels=full
        )
        if conversation_id is None:
            raise await self._nobody(uow.session, actor.account_id, group_ids, full)
        conversation = await thread.load_for_update(uow, conversation_id)
        return await self.give(uow, conversation, profile, name=actor.name, how="next")

    async def _nobody(
        self, session: AsyncSession, agent_id: str, group_ids: Sequence[str], full: Sequence[str]
    ) -> QueueEmpty | CapacityReached:
        """Why there is nobody for the agent although the list may show some."""
        kept, of_full = await repository.count_passed_over(session, agent_id, group_ids, full)
        if of_full:
            return CapacityReached(
                "这个渠道的会话您已接到上限，请先结束一些。", channels=list(full)
            )
        if kept:
            text = "排队的市民都在等指定或熟悉的坐席；确实要接，请在列表里点选。"
            return QueueEmpty(text, kept=kept)
        return QueueEmpty()

    async def _full_channels(self, session: AsyncSession, agent_id: str) -> list[str]:
        """The channels of which the agent can take no more. The agent is locked."""
        limits = (await routing_settings(session)).channel_capacity
        if not limits:
            return []
        active = await repository.active_by_channel(session, [agent_id])
        counts = active.get(agent_id, {})
        return [channel for channel, most in limits.items() if counts.get(channel, 0) >= most]

    async def claim(
        self, uow: UnitOfWork, conversation_id: str, actor: Actor, *, seen: ConversationStatus
    ) -> Conversation:
        """The agent takes this one, from the queue or from the bot.

        `seen` is the status the agent decided on: a citizen who cancels at the same moment is back
        with the bot, and must not be taken from it unasked. Raises AlreadyClaimed, CapacityReached,
        Conflict.
        """
        profile = await self.reserve(uow, actor.account_id)
        conversation = await thread.load_for_update(uow, conversation_id)
        if seen is ConversationStatus.QUEUED and conversation.status == ConversationStatus.BOT:
            raise Conflict("市民已取消排队。", reason="left_queue")
        await self.check_channel(uow.session, actor.account_id, conversation)
        return await self.give(uow, conversation, profile, name=actor.name, how="picked")

    async def reserve(self, uow: UnitOfWork, agent_id: str) -> AgentProfile:
        """Lock the agent and make sure that one more conversation fits. Raises CapacityReached.

        The race: two tabs of one agent (or a claim and a transfer to them) both count four of five
        and both take one. With the profile locked until the commit, the second counts five.
        """
        profile = await agents.lock_profile(uow.session, agent_id, uow.clock.now())
        if await agents.count_active(uow.session, agent_id) >= profile.capacity:
            raise CapacityReached(capacity=profile.capacity)
        return profile

    async def check_channel(
        self, session: AsyncSession, agent_id: str, conversation: Conversation
    ) -> None:
        """Whether the agent, who is reserved, can take one more of its channel. Raises CapacityReached."""
        if conversation.channel in await self._full_channels(session, agent_id):
            text = "这个渠道的会话已接到上限，请先结束一些。"
            raise CapacityReached(text, channel=conversation.channel)

    async def give(
        self,
        uow: UnitOfWork,
        conversation: Conversation,
        profile: AgentProfile,
        *,
        name: str,
        how: str,
        actor: str = "",
        steps: Sequence[Step] = (),
    ) -> Conversation:
        """Make the agent the owner. `name` is the agent's, `actor` who decided if it was not the agent.

        The race: two agents click on the same conversation. The row lock (PostgreSQL) or the single
        writer (SQLite) lets one through; the other then reads `assigned` here, or finds the entry
        no longer waiting, and is told that it was taken.
        """
        agent_id = profile.account_id
        if conversation.status == ConversationStatus.ASSIGNED:
            raise AlreadyClaimed(owner_id=conversation.owner_id)
        entry = None
        if conversation.status == ConversationStatus.QUEUED:
            entry = await self.end_wait(uow, conversation.id, "claimed", claimed_by=agent_id)
            if entry is None:
                raise AlreadyClaimed()
        trigger = Trigger.CLAIMED if entry is not None else Trigger.TAKEN_OVER
        texts = await service_texts(uow.session, conversation.inbox_id)
        await thread.transition(
            uow, conversation, trigger, actor=actor or agent_id,
            owner_id=agent_id, text=fill(texts.claimed, name=name),
        )  # fmt: skip
        why = reason(
            how if entry is not None else Trigger.TAKEN_OVER.value,
            steps=[*(entry.route if entry is not None else ()), *steps],
            waited_seconds=(uow.clock.now() - entry.enqueued_at).total_seconds() if entry else None,
            by=actor,
        )
        await assignments.start(uow, conversation, agent_id, trigger.value, **why)
        await self.announce_owner(uow, conversation, profile)
        return conversation

    async def announce_owner(
        self, uow: UnitOfWork, conversation: Conversation, profile: AgentProfile
    ) -> None:
        """Tell the new owner's desks of the conversation, and the desk how busy the owner is."""
        read = await thread.read_conversation(uow.session, conversation)
        unread = await conversations.unread_by_agents(uow.session, conversation)
        assigned = ConversationAssigned(
            conversation=read, agent_id=profile.account_id, unread=unread
        )
        room = frozenset({agent_room(profile.account_id)})
        uow.publish(Event("conversation.assigned", assigned, Audience(agent_rooms=room)))
        await publish_presence(uow, profile)

    async def place_of(self, conversation_id: str) -> QueueUpdated | None:
        """Where a conversation stands, for a citizen who reconnects; None when it does not wait."""
        async with self._uows.read() as session:
            entry = await repository.waiting_entry(session, conversation_id)
            return await place(session, entry, self._uows.clock.now()) if entry else None
