"""What happens when timers of the people's side are due; `app` gives them to the sweeper."""

from __future__ import annotations

from typing import Any

from core.conversation import thread
from core.conversation.handoffs import close_conversation
from core.conversation.ports import Desk
from core.timers.sweeper import TimerHandler
from core.unit_of_work import UnitOfWork
from handoff.agents.attendance import AWAY_TIMER, HAND_ON_TIMER, PRESENCE_TIMER
from handoff.agents.choosing import OVERDUE_TIMER, REST_TIMER
from handoff.agents.service import AgentService
from handoff.desk.handing_on import HandingOn
from handoff.desk.queue_clock import QueueClock
from handoff.desk.wrapping.beginning import WRAP_UP_TIMER
from handoff.desk.wrapping.service import Wrapping
from handoff.queue.service import QueueService
from handoff.queue.waits import LONG_WAIT_TIMER, OVERFLOW_TIMER, TIMEOUT_TIMER
from handoff.sla.service import CLOCK_TIMER, ClockService


def timer_handlers(
    *,
    agents: AgentService,
    queue: QueueService,
    clocks: ClockService,
    desk: Desk,
    wrapping: Wrapping,
) -> dict[str, TimerHandler]:
    """Handlers by timer kind."""

    async def on_clock(uow: UnitOfWork, subject: str, payload: dict[str, Any]) -> None:
        silent = await clocks.on_due(uow, subject, payload)
        if silent is not None:
            text = (await clocks.settings(uow.session)).idle_closed
            await close_conversation(uow, desk, silent, actor="system", text=text)

    handing_on = HandingOn(queue=queue, clocks=clocks)
    conversation = thread.load_for_update
    return {
        PRESENCE_TIMER: TimerHandler(agents.expire, lock=agents.lock),
        AWAY_TIMER: TimerHandler(agents.on_away, lock=agents.lock),
        REST_TIMER: TimerHandler(agents.on_rest_over, lock=agents.lock),
        OVERDUE_TIMER: TimerHandler(agents.on_overdue, lock=agents.lock),
        HAND_ON_TIMER: TimerHandler(handing_on.on_due, lock=conversation),
        WRAP_UP_TIMER: TimerHandler(wrapping.on_time_over, lock=conversation),
        TIMEOUT_TIMER: TimerHandler(queue.on_timeout, lock=conversation),
        LONG_WAIT_TIMER: TimerHandler(QueueClock(clocks).on_look, lock=conversation),
        OVERFLOW_TIMER: TimerHandler(queue.on_overflow, lock=conversation),
        CLOCK_TIMER: TimerHandler(on_clock, lock=conversation),
    }
