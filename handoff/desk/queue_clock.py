"""The queue's clock: somebody waits too long, and who leads the desk is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from core.conversation import thread
from core.conversation.status import ConversationStatus
from core.events import SUPERVISOR_ROOM, AlertRaised, Audience, Event
from core.timers.repository import set_timer
from core.unit_of_work import UnitOfWork
from handoff.queue import repository
from handoff.queue.waits import LONG_WAIT_TIMER
from handoff.sla.service import ClockService
from handoff.texts import fill


class QueueClock:
    def __init__(self, clocks: ClockService) -> None:
        self._clocks = clocks

    async def on_look(self, uow: UnitOfWork, subject: str, payload: dict[str, Any]) -> None:
        """Timer handler, the conversation locked. The queue asks for the first look; the limit is known here."""
        conversation = await thread.load_for_update(uow, subject)
        if conversation.status != ConversationStatus.QUEUED:
            return
        entry = await repository.waiting_entry(uow.session, subject)
        settings = await self._clocks.settings(uow.session)
        if entry is None or not settings.queue_alert_minutes:
            return
        now = uow.clock.now()
        due = entry.enqueued_at + timedelta(minutes=settings.queue_alert_minutes)
        if now < due:
            await set_timer(uow, LONG_WAIT_TIMER, subject, due)
            return
        waited = now - entry.enqueued_at
        alert = AlertRaised(
            code="queue_waiting_long",
            message=fill(settings.queue_alert, minutes=round(waited.total_seconds() / 60)),
            details={
                "conversation_id": subject, "group_id": entry.group_id,
                "waited_seconds": round(waited.total_seconds()),
            },
        )  # fmt: skip
        room = frozenset({SUPERVISOR_ROOM})
        uow.publish(Event("alert.raised", alert, Audience(agent_rooms=room)))
        if settings.alert_again_minutes:
            again = now + timedelta(minutes=settings.alert_again_minutes)
            await set_timer(uow, LONG_WAIT_TIMER, subject, again)
