"""Tickets' deadlines and notices, wired: routes, timers, and what has to be armed. Called by the container."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter

from core.timers.sweeper import BatchHandler, TimerHandler
from core.unit_of_work import UnitOfWorkFactory
from handoff.tickets.deadlines import calendar_alarm, recalculating, sweep
from handoff.tickets.deadlines.endpoints import build_router as build_deadlines
from handoff.tickets.notices import keeping
from handoff.tickets.notices.endpoints import build_router as build_notices
from handoff.tickets.notices.reading import Notices


@dataclass(frozen=True)
class DeadlineSide:
    uows: UnitOfWorkFactory

    def routers(self) -> list[APIRouter]:
        return [build_deadlines(self.uows), build_notices(Notices(self.uows))]

    def timers(self) -> dict[str, TimerHandler]:
        return (
            recalculating.timer_handlers()
            | calendar_alarm.timer_handlers()
            | keeping.timer_handlers()
        )

    def batches(self) -> dict[str, BatchHandler]:
        return sweep.batch_handlers()

    async def arm(self) -> None:
        await recalculating.arm(self.uows)
        await calendar_alarm.arm(self.uows)
        await keeping.arm(self.uows)
