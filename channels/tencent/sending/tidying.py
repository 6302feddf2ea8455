"""Clears away what nobody needs any more: windows, marks, lines that found no occasion, pushes seen. Once a day."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, tuple_

from channels.tencent.models import SeenPush
from channels.tencent.replies.reply_settings import CONFIG_NAME, ReplySettings
from channels.tencent.replies.windows import ReplyWindow
from channels.tencent.sending.ledger import DELIVERED, HELD, SENDING
from core.configs import get_config
from core.conversation.models import MessageDelivery
from core.outbox.models import OutboxRow
from core.timers.models import Timer
from core.timers.repository import set_timer
from core.timers.sweeper import TimerHandler
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory

TIMER = "tencent.tidy"
_SUBJECT = "all"
EVERY = timedelta(days=1)
# No window is open longer than two days, and nobody answers an older list with a number.
PAST = timedelta(days=3)
# WeChat repeats a push for some 20 s; 微信客服 gives three days again when it does not know a cursor.
PUSHES_KEPT = timedelta(days=4)
# Rows of one transaction; other writers wait meanwhile.
BATCH = 500
GIVEN_UP = "not_back: 市民一直没有再来，消息没有送出"


async def arm(uows: UnitOfWorkFactory) -> None:
    """Begin, unless it is under way. Called when a server starts."""
    async with uows.write() as uow:
        if await uow.session.get(Timer, (TIMER, _SUBJECT)) is None:
            await set_timer(uow, TIMER, _SUBJECT, uow.clock.now() + EVERY)


async def tidy(uow: UnitOfWork, subject: str, payload: dict[str, Any]) -> None:
    """The timer's handler. More than a batch is left: at once again."""
    now = uow.clock.now()
    settings = await get_config(uow.session, CONFIG_NAME, ReplySettings)
    kept = now - timedelta(days=settings.keep_days)
    more = [
        await _forget_windows(uow),
        await _forget_pushes(uow),
        await _forget_marks(uow),
        await _drop_carried(uow),
        await _give_up(uow, kept),
    ]
    await set_timer(uow, TIMER, subject, now if any(more) else now + EVERY)


async def _forget_windows(uow: UnitOfWork) -> bool:
    old = (
        select(ReplyWindow.inbox_id, ReplyWindow.external_id, ReplyWindow.kind)
        .where(ReplyWindow.opened_at < uow.clock.now() - PAST)
        .limit(BATCH)
    )
    rows = (await uow.session.execute(old)).all()
    for row in rows:
        found = await uow.session.get(ReplyWindow, tuple(row))
        if found is not None:
            await uow.session.delete(found)
    return len(rows) == BATCH


async def _forget_pushes(uow: UnitOfWork) -> bool:
    """Here and not with every push: each would wait for the rows that another one is deleting."""
    old = (
        select(SeenPush.inbox_id, SeenPush.external_id)
        .where(SeenPush.at < uow.clock.now() - PUSHES_KEPT)
        .limit(BATCH)
    )
    ids = [tuple(row) for row in await uow.session.execute(old)]
    if ids:
        key = tuple_(SeenPush.inbox_id, SeenPush.external_id)
        await uow.session.execute(delete(SeenPush).where(key.in_(ids)))
    return len(ids) == BATCH


async def _forget_marks(uow: UnitOfWork) -> bool:
    """Of what is over; what is unsure is shown to agents as long as the conversation is."""
    # What was given up too: it may be sent again, and then goes on where it stopped.
    waiting = select(OutboxRow.id).where(OutboxRow.key == MessageDelivery.address)
    old = (
        select(MessageDelivery.message_id)
        .where(
            MessageDelivery.state.in_((DELIVERED, SENDING)),
            MessageDelivery.updated_at < uow.clock.now() - PAST,
            ~waiting.exists(),
        )
        .limit(BATCH)
    )
    ids = list(await uow.session.scalars(old))
    if ids:
        gone = delete(MessageDelivery).where(MessageDelivery.message_id.in_(ids))
        await uow.session.execute(gone)
    return len(ids) == BATCH


async def _drop_carried(uow: UnitOfWork) -> bool:
    """Lines that no bubble took along in time."""
    old = (
        select(OutboxRow.id)
        .where(OutboxRow.state == "carried", OutboxRow.created_at < uow.clock.now() - PAST)
        .limit(BATCH)
    )
    ids = list(await uow.session.scalars(old))
    if ids:
        await uow.session.execute(delete(OutboxRow).where(OutboxRow.id.in_(ids)))
    return len(ids) == BATCH


async def _give_up(uow: UnitOfWork, before: datetime) -> bool:
    """What waited too long is shown as failed, and can be sent again from there."""
    old = (
        select(OutboxRow)
        .where(OutboxRow.state == HELD, OutboxRow.created_at < before)
        .order_by(OutboxRow.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    rows = list(await uow.session.scalars(old))
    for row in rows:
        row.state, row.last_error = "failed", GIVEN_UP
        mark = await uow.session.get(MessageDelivery, row.payload.get("message_id", ""))
        if mark is not None:
            mark.state = SENDING
    return len(rows) == BATCH


def timer_handlers() -> dict[str, TimerHandler]:
    return {TIMER: TimerHandler(tidy)}
