"""The steps that change whose conversation it is, inside the caller's transaction. The locks are the caller's."""

from __future__ import annotations

from core.auth.actor import Actor
from core.auth.models import Account
from core.conversation import thread
from core.conversation.content import ActivityContent, TextContent, printable
from core.conversation.models import Conversation
from core.conversation.schemas import Author
from core.conversation.status import ConversationStatus, Trigger
from core.unit_of_work import UnitOfWork
from handoff.agents.models import AgentProfile
from handoff.desk.service import tell_presence
from handoff.desk.team import repository
from handoff.queue import assignments
from handoff.queue.service import QueueService
from handoff.routing.case import Step
from handoff.routing.reasons import reason
from handoff.sla.service import ClockService

# What an assignment says of how it ended (queue.models.Assignment.outcome).
OUTCOMES = {Trigger.TRANSFERRED: "transferred", Trigger.TAKEN_OVER: "taken_over"}


class Moving:
    def __init__(self, *, queue: QueueService, clocks: ClockService) -> None:
        self._queue = queue
        self._clocks = clocks

    async def to_agent(
        self,
        uow: UnitOfWork,
        conversation: Conversation,
        profile: AgentProfile,
        trigger: Trigger,
        *,
        by: str,
        text: str,
        step: Step | None = None,
    ) -> None:
        """Make the agent of the (locked) profile the owner; whoever was it stops. From an agent or from the bot.

        `step`: what the assignment says of why it went there.
        """
        previous, target = conversation.owner_id, profile.account_id
        await self._queue.check_channel(uow.session, target, conversation)
        # Before the transition, which begins the wait for the new owner's first answer.
        await self._clocks.stop(uow, conversation.id)
        await thread.transition(
            uow, conversation, trigger, actor=by, owner_id=target, text=text, data={"to": target}
        )
        await assignments.end(uow, conversation.id, OUTCOMES[trigger])
        why = reason(trigger.value, steps=[step] if step else [], by=by)
        await assignments.start(uow, conversation, target, trigger.value, **why)
        beside = await repository.participant(uow.session, conversation, target)
        if beside is not None and beside.state in repository.PRESENT:
            # Whoever owns it does not take part in it beside the owner.
            await repository.put_participant(uow, conversation, target, "left", by=by)
        if previous is not None:
            await tell_presence(uow, previous)
        await self._clocks.citizen_waits(uow, conversation)
        await self._queue.announce_owner(uow, conversation, profile)

    async def out_of_queue(
        self, uow: UnitOfWork, conversation: Conversation, profile: AgentProfile, *, name: str
    ) -> None:
        """Nobody of the group has taken it: back to who sent it there. Raises CapacityReached, changing nothing."""
        await self._queue.check_channel(uow.session, profile.account_id, conversation)
        await self._queue.give(
            uow, conversation, profile, name=name, how="returned", actor="system"
        )
        await self._clocks.citizen_waits(uow, conversation)
        await thread.publish_state(uow, conversation)

    async def stop_serving(
        self, uow: UnitOfWork, conversation: Conversation, owner: str | None
    ) -> None:
        """It went back into the queue: the clocks of who had it stop."""
        await assignments.end(uow, conversation.id, "requeued")
        await self._clocks.stop(uow, conversation.id)
        if owner is not None:
            await tell_presence(uow, owner)


async def add_note(
    uow: UnitOfWork, conversation: Conversation, author: Author, label: str, note: str
) -> None:
    """What one agent tells the next stays in the thread, for colleagues only."""
    if not note:
        return
    text = TextContent(text=f"{label}：{note}")
    await thread.append(uow, conversation, author, text, private=True)


def clean(note: str) -> str:
    """Free text of an agent as it is stored."""
    return printable(note).strip()


def author_of(actor: Actor | Account) -> Author:
    account_id = actor.account_id if isinstance(actor, Actor) else actor.id
    return Author(kind="agent", id=account_id, name=actor.name)


async def add_line(uow: UnitOfWork, conversation: Conversation, kind: str, text: str) -> None:
    """A line for colleagues only."""
    if conversation.status == ConversationStatus.CLOSED:
        return
    content = ActivityContent(kind=kind, text=text)
    await thread.append(uow, conversation, thread.SYSTEM, content, private=True)
