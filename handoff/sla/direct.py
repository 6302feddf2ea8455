"""The clocks as the short way of a message moves them: without a session, by limits that may be seconds old."""

from __future__ import annotations

from datetime import datetime

from core.conversation.direct.words import Marks
from core.unit_of_work import UnitOfWorkFactory
from handoff.sla.clocks import Standing, next_look
from handoff.sla.service import CLOCK_TIMER, ClockService


class DirectClocks:
    """core.conversation.direct.service.Clocks."""

    def __init__(self, uows: UnitOfWorkFactory, clocks: ClockService) -> None:
        self._uows = uows
        self._clocks = clocks

    async def citizen_writes(self, now: datetime) -> Marks:
        limits = await self._clocks.known_limits(self._uows)
        due_at = now + limits.following
        look_at = next_look(Standing(answer_due_at=due_at), limits)
        assert look_at is not None
        return Marks(look_at, CLOCK_TIMER, due_at)

    async def agent_writes(self, now: datetime) -> Marks:
        look_at = next_look(Standing(quiet_since=now), await self._clocks.known_limits(self._uows))
        assert look_at is not None
        return Marks(look_at, CLOCK_TIMER)
