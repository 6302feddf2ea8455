"""How far each 客服账号 was fetched (`wecom_cursors`), and the timer that asks again should a callback be lost."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from channels.wecom.models import WecomCursor
from core.conversation.models import Inbox
from core.database import affected
from core.outbox.models import OutboxRow
from core.outbox.repository import enqueue
from core.timers.repository import set_timer
from core.timers.sweeper import TimerHandler
from core.unit_of_work import UnitOfWork

SYNC_TOPIC = "wecom.sync"
SYNC_TIMER = "wecom.sync"
# Asked without a callback's token, for which WeChat allows few calls.
EVERY = timedelta(minutes=3)
# A failed fetch holds up nobody's callback for longer.
MOST_PATIENCE = timedelta(seconds=30)
SOON = timedelta(seconds=2)


async def begin(uow: UnitOfWork, inbox_id: str, open_kfid: str) -> None:
    """An inbox serves `open_kfid` from now on; nothing changes when it did before."""
    row = await uow.session.get(WecomCursor, inbox_id)
    now = uow.clock.now()
    if row is None:
        row = WecomCursor(inbox_id=inbox_id, open_kfid="", cursor="", since=now, failures=0)
        uow.session.add(row)
    if row.open_kfid != open_kfid:
        row.open_kfid, row.cursor, row.since, row.failures = open_kfid, "", now, 0
    await set_timer(uow, SYNC_TIMER, inbox_id, now + EVERY)


async def advance(
    uow: UnitOfWork, inbox_id: str, before: str, after: str, *, open_kfid: str
) -> bool:
    """The page behind `before` is stored; False when another server was quicker or the 客服账号 is another now."""
    values = {"cursor": after, "synced_at": uow.clock.now(), "failures": 0}
    moved = await uow.session.execute(
        update(WecomCursor)
        .where(
            WecomCursor.inbox_id == inbox_id,
            WecomCursor.cursor == before,
            WecomCursor.open_kfid == open_kfid,
        )
        .values(**values)
    )
    return bool(affected(moved))


async def failed(uow: UnitOfWork, inbox_id: str) -> datetime:
    """One more try went wrong; when to try again."""
    row = await uow.session.get(WecomCursor, inbox_id)
    failures = 1
    if row is not None:
        failures = row.failures = row.failures + 1
    wait = min(timedelta(seconds=2 ** min(failures, 10)), MOST_PATIENCE)
    return uow.clock.now() + wait


async def want(uow: UnitOfWork, inbox_id: str, token: str) -> None:
    """Fetch what is new of the inbox. `token`: the callback's, "" without one.

    Callbacks come one for each message; what waits to be fetched anyway is fetched once, with the newest token. A
    fetch that has been claimed may have passed what this callback tells of, so it gets a row of its own.
    """
    key, payload = key_of(inbox_id), payload_of(uow, inbox_id, token)
    waiting = (
        OutboxRow.topic == SYNC_TOPIC,
        OutboxRow.key == key,
        OutboxRow.state == "pending",
        OutboxRow.attempts == 0,
    )
    if token:
        # One that waits after a failure is not waited for any longer.
        soon = literal(uow.clock.now() + SOON, OutboxRow.next_attempt_at.type)
        due = case((OutboxRow.next_attempt_at > soon, soon), else_=OutboxRow.next_attempt_at)
        renewed = await uow.session.execute(
            update(OutboxRow).where(*waiting).values(payload=payload, next_attempt_at=due)
        )
        waits = bool(affected(renewed))
        uow.has_deliveries = True
    else:
        waits = await uow.session.scalar(select(OutboxRow.id).where(*waiting).limit(1)) is not None
    if not waits:
        enqueue(uow, SYNC_TOPIC, key, payload)


def payload_of(uow: UnitOfWork, inbox_id: str, token: str) -> dict[str, Any]:
    return {"inbox_id": inbox_id, "token": token}


def key_of(inbox_id: str) -> str:
    """The outbox's key: fetches of one inbox run one after another, on whichever server."""
    return "wecom:" + hashlib.sha256(inbox_id.encode()).hexdigest()[:32]


async def state_of(session: AsyncSession, inbox_id: str) -> WecomCursor | None:
    return await session.get(WecomCursor, inbox_id)


async def ask_again(uow: UnitOfWork, inbox_id: str, payload: dict[str, Any]) -> None:
    """The timer: a callback may have been lost. Goes on as long as there is such an inbox."""
    inbox = await uow.session.get(Inbox, inbox_id)
    if inbox is None or inbox.channel != "wecom":
        return
    if inbox.enabled:
        await want(uow, inbox_id, "")
    await set_timer(uow, SYNC_TIMER, inbox_id, uow.clock.now() + EVERY)


def timer_handlers() -> dict[str, TimerHandler]:
    return {SYNC_TIMER: TimerHandler(ask_again)}
