"""Reminds those who lead the desk from November on that next year's days off are not entered yet."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from core.clock import LOCAL_ZONE, today
from core.timers.models import Timer
from core.timers.repository import set_timer
from core.timers.sweeper import TimerHandler
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from handoff.hours.calendar import years_needed
from handoff.hours.service import calendar
from handoff.tickets.deadlines.recipients import staff
from handoff.tickets.notices.service import Telling, tell_all

TIMER, _SUBJECT = "ticket.calendar", "all"
_AT = time(9)


async def arm(uows: UnitOfWorkFactory) -> None:
    """Called when a server starts."""
    async with uows.write() as uow:
        if await uow.session.get(Timer, (TIMER, _SUBJECT)) is None:
            await set_timer(uow, TIMER, _SUBJECT, uow.clock.now())


async def look(uow: UnitOfWork, subject: str, payload: dict[str, Any]) -> None:
    """Timer handler, once a day: each missing year is told of twice a month, until it is there."""
    now = today(uow.clock)
    known = (await calendar(uow.session)).years
    half = "a" if now.day <= 15 else "b"
    told = (await staff(uow.session)).supervisors
    await tell_all(
        uow,
        [
            Telling(
                account_id=each, kind="calendar", data={"year": year},
                once=f"calendar:{year}:{now:%Y-%m}{half}",
            )
            for year in years_needed(now)
            if year not in known
            for each in sorted(told)
        ],
    )  # fmt: skip
    tomorrow = datetime.combine(now + timedelta(days=1), _AT, LOCAL_ZONE)
    await set_timer(uow, TIMER, subject, tomorrow)


def timer_handlers() -> dict[str, TimerHandler]:
    return {TIMER: TimerHandler(look)}
