"""What happens when timers of the people's side are due; `app` gives them to the sweeper."""

from __future__ import annotations

from typing import Any

from core.conversation import thread
from core.conversation.handoffs import close_conversation
from core.conversation.ports import Desk
from core.timers.sweeper import TimerHandler
from core.unit_of_work import UnitOfWork
from handoff.agents.service import PRESENCE_TIMER, AgentService
from handoff.queue.service import QueueService
from handoff.queue.waits import OVERFLOW_TIMER, TIMEOUT_TIMER
from handoff.sla.service import CLOCK_TIMER, ClockService


def timer_handlers(
    *, agents: AgentService, queue: QueueService, clocks: ClockService, desk: Desk
) -> dict[str, TimerHandler]:
    """Handlers by timer kind."""

    async def on_clock(uow: UnitOfWork, subject: str, payload: dict[str, Any]) -> None:
        silent = await clocks.on_due(uow, subject, payload)
        if silent is not None:
            text = (await clocks.settings(uow.session)).idle_closed
            await close_conversation(uow, desk, silent, actor="system", text=text)

    conversation = thread.load_for_update
    return {
        PRESENCE_TIMER: TimerHandler(agents.expire, lock=agents.lock),
        TIMEOUT_TIMER: TimerHandler(queue.on_timeout, lock=conversation),
        OVERFLOW_TIMER: TimerHandler(queue.on_overflow, lock=conversation),
        CLOCK_TIMER: TimerHandler(on_clock, lock=conversation),
    }
