"""What happens when timers of the people's side are due; `app` gives them to the sweeper."""

from __future__ import annotations

from typing import Any

from core.conversation import thread
from core.conversation.handoffs import close_conversation
from core.conversation.ports import Desk
from core.timers.sweeper import TimerHandler
from core.unit_of_work import UnitOfWork
from handoff.agents.service import PRESENCE_TIMER, AgentService
from handoff.queue.service import TIMEOUT_TIMER, QueueService
from handoff.sla.service import ANSWER_TIMER, IDLE_CLOSE_TIMER, IDLE_REMINDER_TIMER, ClockService


def timer_handlers(
    *, agents: AgentService, queue: QueueService, clocks: ClockService, desk: Desk
) -> dict[str, TimerHandler]:
    """Handlers by timer kind."""

    async def close_silent(uow: UnitOfWork, subject: str, payload: dict[str, Any]) -> None:
        """The citizen was reminded and stayed silent."""
        conversation = await clocks.served(uow, subject, payload)
        if conversation is None:
            return
        text = (await clocks.settings(uow.session)).idle_closed
        await close_conversation(uow, desk, conversation, actor="system", text=text)

    conversation = thread.load_for_update
    return {
        PRESENCE_TIMER: TimerHandler(agents.expire, lock=agents.lock),
        TIMEOUT_TIMER: TimerHandler(queue.on_timeout, lock=conversation),
        ANSWER_TIMER: TimerHandler(clocks.on_answer_due, lock=conversation),
        IDLE_REMINDER_TIMER: TimerHandler(clocks.on_idle_reminder, lock=conversation),
        IDLE_CLOSE_TIMER: TimerHandler(close_silent, lock=conversation),
    }
