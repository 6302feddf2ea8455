"""The queue: letting in, claiming, leaving, and telling everybody who waits where they stand.

Everything runs inside the caller's transaction. Locks are always taken in the order agent,
conversation, queue entry; whoever already holds a conversation must not lock an agent.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.auth.actor import Actor
from core.configs import get_config
from core.conversation import thread
from core.conversation.models import Conversation
from core.conversation.ports import Admission, HandoffDecision
from core.conversation.status import ConversationStatus, Trigger
from core.errors import AlreadyClaimed, CapacityReached, Conflict, NotFound
from core.events import (
    DESK_ROOM,
    Audience,
    ConversationAssigned,
    ConversationQueued,
    Event,
    QueueUpdated,
    agent_room,
)
from core.ids import new_id
from core.timers.repository import cancel_timer, set_timer
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from handoff.agents import repository as agents
from handoff.agents.models import AgentProfile
from handoff.agents.service import publish_presence
from handoff.hours.service import service_texts
from handoff.queue import assignments, repository
from handoff.queue.admission import judge
from handoff.queue.models import EntryState, LeftState, QueueEntry
from handoff.queue.places import place, tell_line
from handoff.queue.settings import CONFIG_NAME, QueueSettings
from handoff.texts import fill

TIMEOUT_TIMER = "queue.timeout"


class QueueEmpty(NotFound):
    """Nobody waits, or nobody for this agent's groups."""

    code, default_message = "queue_empty", "现在没有人在排队。"


class QueueService:
    """Keeps nothing; the settings are read from the database each time."""

    def __init__(self, *, uows: UnitOfWorkFactory) -> None:
        self._uows = uows

    async def settings(self, session: AsyncSession) -> QueueSettings:
        return await get_config(session, CONFIG_NAME, QueueSettings)

    # ---- getting in ----------------------------------------------------------------------------

    async def admit(
        self, uow: UnitOfWork, conversation: Conversation, decision: HandoffDecision
    ) -> Admission:
        """Whether people can take it now; if so it waits. The status is the caller's to change."""
        verdict = await judge(uow, conversation)
        if not verdict.admitted:
            offers = verdict.row.outcome == "left_message"
            return Admission(admitted=False, text=verdict.refusal, leave_message=offers)
        group_id = await self._group_for(uow.session, decision.category)
        entry = await self.enqueue(
            uow, conversation, rule=decision.rule, category=decision.category, group_id=group_id
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

    async def _group_for(self, session: AsyncSession, category: str | None) -> str | None:
        """The group that serves this business; None (anybody) when no group with members does."""
        if category is None:
            return None
        members = await agents.members(session)
        serving = (g.id for g in await agents.groups(session) if category in g.categories)
        return next((group_id for group_id in serving if members.get(group_id)), None)

    async def enqueue(
        self,
        uow: UnitOfWork,
        conversation: Conversation,
        *,
        rule: str,
        category: str | None = None,
        group_id: str | None = None,
        priority: int = 0,
    ) -> QueueEntry:
        """Let it wait. It is announced as queued: the caller's transition makes that true."""
        settings = await self.settings(uow.session)
        now = uow.clock.now()
        entry = QueueEntry(
            id=new_id(), conversation_id=conversation.id, contact_id=conversation.contact_id,
            group_id=group_id, category=category, rule=rule, priority=priority, state="waiting",
            enqueued_at=now,
        )  # fmt: skip
        uow.session.add(entry)
        await uow.session.flush()
        timeout = now + timedelta(minutes=settings.timeout_minutes)
        await set_timer(uow, TIMEOUT_TIMER, conversation.id, timeout)
        await tell_line(uow, group_id, skip=await repository.count_ahead(uow.session, entry))
        read = await thread.read_conversation(uow.session, conversation)
        if read.status is not ConversationStatus.QUEUED:
            read = read.model_copy(
                update={"status": ConversationStatus.QUEUED, "epoch": read.epoch + 1}
            )
        waiting = await repository.count_waiting(uow.session)
        queued = ConversationQueued(conversation=read, waiting=waiting)
        uow.publish(
            Event("conversation.queued", queued, Audience(agent_rooms=frozenset({DESK_ROOM})))
        )
        return entry

    # ---- getting out ---------------------------------------------------------------------------

    async def leave(self, uow: UnitOfWork, conversation: Conversation, state: LeftState) -> None:
        """It no longer waits and was not claimed; those behind move up."""
        await self._end_wait(uow, conversation.id, state)

    async def _end_wait(
        self,
        uow: UnitOfWork,
        conversation_id: str,
        state: EntryState,
        claimed_by: str | None = None,
    ) -> QueueEntry | None:
        entry = await repository.waiting_entry(uow.session, conversation_id)
        if entry is None:
            return None
        ahead = await repository.count_ahead(uow.session, entry)
        now = uow.clock.now()
        if not await repository.leave(
            uow.session, conversation_id, state, at=now, claimed_by=claimed_by
        ):
            return None
        await cancel_timer(uow, TIMEOUT_TIMER, conversation_id)
        await tell_line(uow, entry.group_id, skip=ahead)
        return entry

    async def on_timeout(self, uow: UnitOfWork, subject: str, payload: dict[str, Any]) -> None:
        """Timer handler: waited too long; back to the bot with an apology."""
        conversation = await thread.load_for_update(uow, subject)
        if conversation.status != ConversationStatus.QUEUED:
            return
        texts = await service_texts(uow.session, conversation.inbox_id)
        entry = await repository.waiting_entry(uow.session, conversation.id)
        waited = uow.clock.now() - (entry.enqueued_at if entry else conversation.updated_at)
        minutes = max(1, round(waited.total_seconds() / 60))
        text = fill(texts.timed_out, minutes=minutes)
        await thread.transition(
            uow, conversation, Trigger.QUEUE_TIMED_OUT, actor="system", text=text
        )
        await self.leave(uow, conversation, "timed_out")

    # ---- claiming ------------------------------------------------------------------------------

    async def claim_next(self, uow: UnitOfWork, actor: Actor) -> Conversation:
        """The agent gets whoever is next in line. Raises QueueEmpty, CapacityReached."""
        profile = await self.reserve(uow, actor.account_id)
        group_ids = await agents.groups_of(uow.session, actor.account_id)
        conversation_id = await repository.lock_next(uow.session, group_ids)
        if conversation_id is None:
            raise QueueEmpty()
        conversation = await thread.load_for_update(uow, conversation_id)
        return await self._give(uow, conversation, actor, profile, how="next")

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
        return await self._give(uow, conversation, actor, profile, how="picked")

    async def reserve(self, uow: UnitOfWork, agent_id: str) -> AgentProfile:
        """Lock the agent and make sure that one more conversation fits. Raises CapacityReached.

        The race: two tabs of one agent (or a claim and a transfer to them) both count four of five
        and both take one. With the profile locked until the commit, the second counts five.
        """
        profile = await agents.lock_profile(uow.session, agent_id, uow.clock.now())
        if await agents.count_active(uow.session, agent_id) >= profile.capacity:
            raise CapacityReached(capacity=profile.capacity)
        return profile

    async def _give(
        self,
        uow: UnitOfWork,
        conversation: Conversation,
        actor: Actor,
        profile: AgentProfile,
        *,
        how: str,
    ) -> Conversation:
        """Make the agent the owner.

        The race: two agents click on the same conversation. The row lock (PostgreSQL) or the single
        writer (SQLite) lets one through; the other then reads `assigned` here, or finds the entry
        no longer waiting, and is told that it was taken.
        """
        status = conversation.status
        if status == ConversationStatus.ASSIGNED:
            raise AlreadyClaimed(owner_id=conversation.owner_id)
        entry = None
        if status == ConversationStatus.QUEUED:
            entry = await self._end_wait(
                uow, conversation.id, "claimed", claimed_by=actor.account_id
            )
            if entry is None:
                raise AlreadyClaimed()
        trigger = Trigger.CLAIMED if entry is not None else Trigger.TAKEN_OVER
        texts = await service_texts(uow.session, conversation.inbox_id)
        await thread.transition(
            uow, conversation, trigger, actor=actor.account_id,
            owner_id=actor.account_id, text=fill(texts.claimed, name=actor.name),
        )  # fmt: skip
        waited = (uow.clock.now() - entry.enqueued_at).total_seconds() if entry else None
        await assignments.start(
            uow, conversation, actor.account_id, trigger.value, how=how, waited_seconds=waited
        )
        await self.announce_owner(uow, conversation, profile)
        return conversation

    async def announce_owner(
        self, uow: UnitOfWork, conversation: Conversation, profile: AgentProfile
    ) -> None:
        """Tell the new owner's desks of the conversation, and the desk how busy the owner is."""
        read = await thread.read_conversation(uow.session, conversation)
        assigned = ConversationAssigned(conversation=read, agent_id=profile.account_id)
        room = frozenset({agent_room(profile.account_id)})
        uow.publish(Event("conversation.assigned", assigned, Audience(agent_rooms=room)))
        await publish_presence(uow, profile)

    async def place_of(self, conversation_id: str) -> QueueUpdated | None:
        """Where a conversation stands, for a citizen who reconnects; None when it does not wait."""
        async with self._uows.read() as session:
            entry = await repository.waiting_entry(session, conversation_id)
            return await place(session, entry, self._uows.clock.now()) if entry else None
