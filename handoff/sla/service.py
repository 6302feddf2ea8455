"""The clocks of a conversation with an agent: rows with a due time, so that they survive restarts.

The desk starts and stops them inside its transactions. A clock carries the epoch in which it was
started; when the owner has changed since, it is void.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.configs import get_config
from core.conversation import thread
from core.conversation.content import ActivityContent
from core.conversation.models import Conversation
from core.conversation.status import ConversationStatus
from core.events import SUPERVISOR_ROOM, AlertRaised, Audience, Event, agent_room
from core.timers.models import Timer
from core.timers.repository import cancel_timer, set_timer
from core.unit_of_work import UnitOfWork
from handoff.sla.clocks import Target, idle_deadlines
from handoff.sla.settings import CONFIG_NAME, ClockSettings
from handoff.texts import fill

ANSWER_TIMER = "clock.answer"
IDLE_REMINDER_TIMER = "clock.idle_reminder"
IDLE_CLOSE_TIMER = "clock.idle_close"


class ClockService:
    async def settings(self, session: AsyncSession) -> ClockSettings:
        return await get_config(session, CONFIG_NAME, ClockSettings)

    async def citizen_waits(self, uow: UnitOfWork, conversation: Conversation) -> None:
        """An agent owes an answer. A running clock goes on: the wait has begun already."""
        await self._stop_idle(uow, conversation.id)
        running = await uow.session.get(Timer, (ANSWER_TIMER, conversation.id))
        if running is not None and running.payload.get("epoch") == conversation.epoch:
            return
        settings = await self.settings(uow.session)
        target = Target(timedelta(seconds=settings.answer_seconds))
        due_at, epoch = target.due_at(uow.clock.now()), {"epoch": conversation.epoch}
        await set_timer(uow, ANSWER_TIMER, conversation.id, due_at, epoch)

    async def agent_answered(self, uow: UnitOfWork, conversation: Conversation) -> None:
        """Now it is the citizen's turn."""
        await cancel_timer(uow, ANSWER_TIMER, conversation.id)
        await cancel_timer(uow, IDLE_CLOSE_TIMER, conversation.id)
        settings = await self.settings(uow.session)
        deadlines = idle_deadlines(
            uow.clock.now(),
            remind_after=timedelta(minutes=settings.idle_reminder_minutes),
            close_after=timedelta(minutes=settings.idle_close_minutes),
        )
        epoch = {"epoch": conversation.epoch}
        await set_timer(uow, IDLE_REMINDER_TIMER, conversation.id, deadlines.remind_at, epoch)

    async def stop(self, uow: UnitOfWork, conversation_id: str) -> None:
        """No agent serves it any more: every clock stops."""
        await cancel_timer(uow, ANSWER_TIMER, conversation_id)
        await self._stop_idle(uow, conversation_id)

    async def _stop_idle(self, uow: UnitOfWork, conversation_id: str) -> None:
        await cancel_timer(uow, IDLE_REMINDER_TIMER, conversation_id)
        await cancel_timer(uow, IDLE_CLOSE_TIMER, conversation_id)

    # ---- timer handlers ------------------------------------------------------------------------

    async def on_answer_due(self, uow: UnitOfWork, subject: str, payload: dict[str, Any]) -> None:
        """The citizen has waited too long: the owner and the supervisors are told."""
        conversation = await self.served(uow, subject, payload)
        if conversation is None or conversation.owner_id is None:
            return
        settings = await self.settings(uow.session)
        minutes = max(1, round(settings.answer_seconds / 60))
        alert = AlertRaised(
            code="answer_overdue",
            message=fill(settings.answer_alert, minutes=minutes),
            details={"conversation_id": conversation.id, "agent_id": conversation.owner_id},
        )
        rooms = frozenset({agent_room(conversation.owner_id), SUPERVISOR_ROOM})
        uow.publish(Event("alert.raised", alert, Audience(agent_rooms=rooms)))

    async def on_idle_reminder(
        self, uow: UnitOfWork, subject: str, payload: dict[str, Any]
    ) -> None:
        """The citizen is silent: asked whether they are still there; the closing clock starts."""
        conversation = await self.served(uow, subject, payload)
        if conversation is None:
            return
        settings = await self.settings(uow.session)
        text = fill(settings.idle_reminder, minutes=settings.idle_close_minutes)
        reminder = ActivityContent(kind="idle_reminder", text=text)
        await thread.append(uow, conversation, thread.SYSTEM, reminder)
        close_at = uow.clock.now() + timedelta(minutes=settings.idle_close_minutes)
        await set_timer(uow, IDLE_CLOSE_TIMER, conversation.id, close_at, payload)

    async def served(
        self, uow: UnitOfWork, conversation_id: str, payload: dict[str, Any]
    ) -> Conversation | None:
        """The conversation, locked, if the agent of the clock's epoch still serves it."""
        conversation = await thread.load_for_update(uow, conversation_id)
        if conversation.status != ConversationStatus.ASSIGNED:
            return None
        return conversation if payload.get("epoch") == conversation.epoch else None
