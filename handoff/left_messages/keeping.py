"""Forgets what is personal in left messages when its time is over: name, phone, texts and files.

The time runs from the last step after an answer or the end; what is still owed is kept. One timer looks through them
in the order in which they were touched, a few in each transaction.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from core import audit
from core.conversation.attachments import repository as files
from core.masking import mask_personal
from core.sms.phones import masked
from core.timers.models import Timer
from core.timers.repository import set_timer
from core.timers.sweeper import TimerHandler
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from handoff.left_messages import repository
from handoff.left_messages.clock import settings
from handoff.left_messages.history import tell
from handoff.left_messages.models import LeftMessage
from handoff.left_messages.status import LeftStatus

KEEP_TIMER = "left_message.keep"
_SUBJECT = "answered"
BATCH = 20
SOON, LATER = timedelta(seconds=2), timedelta(hours=1)
GONE = "（已按保存期限清除）"


async def arm(uows: UnitOfWorkFactory) -> None:
    """Start the walk, unless it is under way already. Called when a server starts."""
    async with uows.write() as uow:
        if await uow.session.get(Timer, (KEEP_TIMER, _SUBJECT)) is None:
            await set_timer(uow, KEEP_TIMER, _SUBJECT, uow.clock.now())


async def forget(uow: UnitOfWork, subject: str, payload: dict[str, Any]) -> None:
    """Timer handler: the next left messages whose time is over."""
    until = uow.clock.now() - timedelta(days=(await settings(uow.session)).keep_days)
    query = (
        select(LeftMessage)
        .where(
            LeftMessage.forgotten_at.is_(None),
            LeftMessage.updated_at <= until,
            LeftMessage.status.in_((LeftStatus.ANSWERED, LeftStatus.HANDLED)),
        )
        .order_by(LeftMessage.updated_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    rows = list(await uow.session.scalars(query))
    for row in rows:
        await _forget(uow, row)
    wait = SOON if len(rows) == BATCH else LATER
    await set_timer(uow, KEEP_TIMER, subject, uow.clock.now() + wait)


async def _forget(uow: UnitOfWork, row: LeftMessage) -> None:
    await files.forget(uow, row.files)
    for step in await repository.steps(uow.session, [row.id]):
        step.text = mask_personal(step.text)
    row.name, row.phone, row.text, row.files = GONE, masked(row.phone), mask_personal(row.text), []
    row.forgotten_at = uow.clock.now()
    audit.record(
        uow, actor="system", action="left_message.forgotten", subject=f"left_message:{row.id}"
    )
    tell(uow, row)


def timer_handlers() -> dict[str, TimerHandler]:
    return {KEEP_TIMER: TimerHandler(forget)}
