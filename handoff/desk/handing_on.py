"""The agent of a conversation is gone: it is handed on, so that no citizen talks to an empty desk.

Somebody else who could take it is there: back into the queue of the same group, with the start that transferred ones
have. Nobody is: an agent who was lost may come back and go on, for as long as the settings say, because for the
citizen that is better than the end of the line; then, or when the agent left on purpose, the decision table is asked
as for a new handoff: the queue, or the bot with what it can offer. Each conversation has its own timer, set by
agents/attendance.py, which also carries it over a restart.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from core.auth.models import Account
from core.conversation import thread
from core.conversation.content import ActivityContent, Choice, Content
from core.conversation.handoffs import BOT_AUTHOR
from core.conversation.models import Conversation
from core.conversation.ports import Admission, HandoffDecision
from core.conversation.status import ConversationStatus, Trigger
from core.timers.repository import set_timer
from core.unit_of_work import UnitOfWork
from handoff.agents import repository as agents
from handoff.agents.attendance import HAND_ON_TIMER, presence_settings
from handoff.agents.service import read_agents
from handoff.agents.settings import PresenceSettings
from handoff.desk.service import tell_presence
from handoff.queue import assignments
from handoff.queue.models import QueueEntry
from handoff.queue.offers import with_choice
from handoff.queue.service import QueueService
from handoff.sla.service import ClockService

# While nobody else is there, somebody may come.
LOOK_AGAIN = timedelta(seconds=30)
# Who may take a conversation that is handed on; who rests will not soon.
_THERE = ("online", "busy", "wrap_up")


class HandingOn:
    def __init__(self, *, queue: QueueService, clocks: ClockService) -> None:
        self._queue = queue
        self._clocks = clocks

    async def on_due(self, uow: UnitOfWork, subject: str, payload: dict[str, Any]) -> None:
        """Timer handler, the conversation locked; `payload` is of attendance.set_hand_on."""
        conversation = await thread.load_for_update(uow, subject)
        if conversation.status != ConversationStatus.ASSIGNED:
            return
        if conversation.epoch != payload["epoch"]:
            return  # somebody else has it by now
        owner = conversation.owner_id
        assert owner is not None
        now, lost = uow.clock.now(), bool(payload["lost"])
        if lost and any(until > now for until in await agents.lease_ends(uow.session, owner)):
            return  # back at the desk
        settings = await presence_settings(uow)
        group_id = await _group_of(uow, conversation)
        if await _somebody_else(uow, owner, group_id):
            await self._requeue(uow, conversation, settings, group_id, payload)
            return
        give_up = datetime.fromisoformat(payload["since"]) + timedelta(
            minutes=settings.return_minutes
        )
        if lost and now < give_up:
            await _wait_for_return(uow, conversation, settings, payload)
        else:
            await self._ask_again(uow, conversation, settings, payload)

    async def _requeue(
        self,
        uow: UnitOfWork,
        conversation: Conversation,
        settings: PresenceSettings,
        group_id: str | None,
        payload: dict[str, Any],
    ) -> None:
        owner = await self._stop(uow, conversation, Trigger.REQUEUED, settings.handed_on, payload)
        account = await uow.session.get(Account, owner)
        by = f"{account.name if account else ''}离线，系统"
        await self._queue.hand_on(uow, conversation, group_id, by=by, rule="agent_lost")

    async def _ask_again(
        self,
        uow: UnitOfWork,
        conversation: Conversation,
        settings: PresenceSettings,
        payload: dict[str, Any],
    ) -> None:
        """Nobody is there: as the decision table says."""
        handoff: dict[str, Any] = conversation.handoff or {"rule": "button"}
        decision = HandoffDecision(
            rule=handoff["rule"],
            evidence={},
            category=handoff.get("category"),
            group_id=handoff.get("group_id"),
        )
        admission = await self._queue.admit(uow, conversation, decision)
        if admission.admitted:
            text = f"{settings.gone}{admission.text}"
            await self._stop(uow, conversation, Trigger.REQUEUED, text, payload)
            return
        await self._stop(uow, conversation, Trigger.RELEASED, settings.gone, payload)
        await thread.append(uow, conversation, BOT_AUTHOR, _offer(admission))

    async def _stop(
        self,
        uow: UnitOfWork,
        conversation: Conversation,
        trigger: Trigger,
        text: str,
        payload: dict[str, Any],
    ) -> str:
        """The service is over; returns whose it was."""
        owner = conversation.owner_id
        assert owner is not None
        why = "agent_lost" if payload["lost"] else "agent_left"
        await thread.transition(
            uow, conversation, trigger, actor="system", text=text,
            data={"reason": why, "agent": owner},
        )  # fmt: skip
        await assignments.end(uow, conversation.id, why)
        await self._clocks.stop(uow, conversation.id)
        await tell_presence(uow, owner)
        return owner


async def _wait_for_return(
    uow: UnitOfWork,
    conversation: Conversation,
    settings: PresenceSettings,
    payload: dict[str, Any],
) -> None:
    if not payload.get("told"):
        activity = ActivityContent(kind="agent_away", text=settings.back_soon)
        await thread.append(uow, conversation, thread.SYSTEM, activity)
    again = uow.clock.now() + LOOK_AGAIN
    await set_timer(uow, HAND_ON_TIMER, conversation.id, again, payload | {"told": True})


async def _group_of(uow: UnitOfWork, conversation: Conversation) -> str | None:
    """The line it came from last; None for anybody's, and for who was taken from the bot."""
    query = select(QueueEntry.group_id).where(QueueEntry.conversation_id == conversation.id)
    return await uow.session.scalar(query.order_by(QueueEntry.id.desc()).limit(1))


async def _somebody_else(uow: UnitOfWork, owner: str, group_id: str | None) -> bool:
    everybody = await read_agents(uow.session, uow.clock.now())
    return any(
        agent.id != owner
        and agent.status in _THERE
        and (group_id is None or group_id in agent.groups)
        for agent in everybody
    )


def _offer(admission: Admission) -> Content:
    """What can be done now that no person is there."""
    again = Choice(label="再次转人工", value="转人工")
    return with_choice(admission.offer, admission.text, again)
