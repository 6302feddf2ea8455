"""Forgets texts and what people texted back after half a year, codes after two days: one timer, once a day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, update

from core.sms.models import PhoneCode, SmsDay, SmsInbound, SmsText
from core.timers.models import Timer
from core.timers.repository import set_timer
from core.timers.sweeper import TimerHandler
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory

TIMER = "sms.keeping"
_SUBJECT = "all"
KEPT, EVERY = timedelta(days=180), timedelta(days=1)
GIVEN_UP = timedelta(days=7)
# Their limits look back a day (codes.py).
CODES_KEPT = timedelta(days=2)


async def arm(uows: UnitOfWorkFactory) -> None:
    """Called when a server starts."""
    async with uows.write() as uow:
        if await uow.session.get(Timer, (TIMER, _SUBJECT)) is None:
            await set_timer(uow, TIMER, _SUBJECT, uow.clock.now())


async def forget(uow: UnitOfWork, subject: str, payload: dict[str, Any]) -> None:
    """Timer handler."""
    now = uow.clock.now()
    until = now - KEPT
    # What the outbox has given up without our noticing; it tries for a day and a half at most.
    await uow.session.execute(
        update(SmsText)
        .where(SmsText.state == "waiting", SmsText.created_at < now - GIVEN_UP)
        .values(state="failed", sealed="", settled_at=now)
    )
    await uow.session.execute(delete(SmsText).where(SmsText.created_at < until))
    await uow.session.execute(delete(SmsInbound).where(SmsInbound.received_at < until))
    await uow.session.execute(delete(PhoneCode).where(PhoneCode.created_at < now - CODES_KEPT))
    await uow.session.execute(delete(SmsDay).where(SmsDay.day < until.date()))
    await set_timer(uow, TIMER, subject, now + EVERY)


def timer_handlers() -> dict[str, TimerHandler]:
    return {TIMER: TimerHandler(forget)}
