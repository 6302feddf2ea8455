"""How deliveries to other systems went: noted at each attempt, listed, sent again, forgotten after a month."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Literal

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import Conflict, NotFound
from core.outbox.models import OutboxRow
from core.outbox.repository import enqueue
from core.timers.models import Timer
from core.timers.repository import set_timer
from core.timers.sweeper import TimerHandler
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from core.webhooks.posting import Answer
from handoff.tickets.feed.events import TOPIC, key_of
from handoff.tickets.feed.models import ERROR_LENGTH, TicketDelivery, TicketEndpoint
from handoff.tickets.models import Ticket
from handoff.tickets.office import queue

State = Literal["delivered", "retrying", "failed"]
KEPT, EVERY = timedelta(days=30), timedelta(days=1)
TIMER, _SUBJECT = "ticket.deliveries", "all"
# Sent again with one click; more than this is an outage, and is sent again in several.
MOST_AT_ONCE = 1000
SKIPPED = "管理员跳过了这条通知"
# A delivery with its ticket's number.
Listed = tuple[TicketDelivery, str]


class NotFailed(Conflict):
    code, default_message = "not_failed", "这条通知没有失败，不需要重发。"


class NotWaiting(Conflict):
    code, default_message = "not_waiting", "现在没有卡住的通知，或者它正在发送，请稍后再看。"


async def note(uow: UnitOfWork, payload: Mapping[str, Any], answer: Answer) -> None:
    """One attempt with an event, in the transaction of what follows from it."""
    now = uow.clock.now()
    row = await uow.session.get(TicketDelivery, payload["event_id"])
    if row is None:
        row = TicketDelivery(
            id=payload["event_id"], endpoint_id=payload["endpoint_id"],
            ticket_id=payload["ticket_id"], step=payload["step"], version=payload["version"],
            payload=dict(payload), attempts=0, created_at=now,
        )  # fmt: skip
        uow.session.add(row)
    final: State = "failed" if answer.for_good else "retrying"
    row.state = "delivered" if answer.ok else final
    row.status, row.error = answer.status, answer.error[:ERROR_LENGTH]
    row.attempts += 1
    row.seconds, row.updated_at = round(answer.seconds, 3), now


async def page(
    session: AsyncSession,
    *,
    endpoint_id: str | None,
    state: State | None,
    number: str | None,
    after: str | None,
    limit: int,
) -> list[Listed]:
    """The newest first, older than the event `after`; `number`: of that ticket alone."""
    query = select(TicketDelivery, Ticket.number).join(
        Ticket, Ticket.id == TicketDelivery.ticket_id
    )
    if endpoint_id is not None:
        query = query.where(TicketDelivery.endpoint_id == endpoint_id)
    if state is not None:
        query = query.where(TicketDelivery.state == state)
    if number is not None:
        query = query.where(Ticket.number == number.strip().upper())
    if after is not None:
        query = query.where(TicketDelivery.id < after)
    rows = await session.execute(query.order_by(TicketDelivery.id.desc()).limit(limit))
    return [(row, number) for row, number in rows]


async def failed_counts(session: AsyncSession) -> dict[str, int]:
    """How many were never taken, by endpoint."""
    query = (
        select(TicketDelivery.endpoint_id, func.count())
        .where(TicketDelivery.state == "failed")
        .group_by(TicketDelivery.endpoint_id)
    )
    return {row[0]: row[1] for row in await session.execute(query)}


async def retry(uow: UnitOfWork, endpoint: TicketEndpoint, event_id: str | None) -> int:
    """Send again what has failed, one or (None) all of the endpoint's, behind what waits; returns how many.

    Under the same webhook-id, with the ticket as it is known then. Raises NotFailed.
    """
    query = select(TicketDelivery).where(
        TicketDelivery.endpoint_id == endpoint.id, TicketDelivery.state == "failed"
    )
    if event_id is not None:
        query = query.where(TicketDelivery.id == event_id)
    query = query.order_by(TicketDelivery.id).limit(MOST_AT_ONCE)
    rows = list(await uow.session.scalars(query.with_for_update()))
    if event_id is not None and not rows:
        raise NotFailed()
    held = endpoint.failing_since is not None or not endpoint.active
    for row in rows:
        row.state, row.updated_at = "retrying", uow.clock.now()
        enqueue(uow, TOPIC, key_of(endpoint.id), dict(row.payload), held=held)
        # One after the other, so that the outbox numbers them in this order.
        await uow.session.flush()
    return len(rows)


async def skip(uow: UnitOfWork, endpoint: TicketEndpoint) -> None:
    """Leave out what the endpoint does not take; what waits behind it goes out. Raises NotWaiting."""
    now = uow.clock.now()
    first = await queue.head(uow.session, endpoint.id, lock=True)
    if first is None or endpoint.failing_since is None or queue.is_under_way(first, now):
        raise NotWaiting()
    row = await uow.session.get(TicketDelivery, first.payload["event_id"])
    if row is not None:
        row.state, row.error, row.updated_at = "failed", SKIPPED, now
    await uow.session.delete(first)
    await uow.session.flush()
    uow.has_deliveries = await queue.let_first_go(uow.session, endpoint.id, now)


async def forget_endpoint(uow: UnitOfWork, endpoint_id: str) -> None:
    """What waits for it, and what went to it."""
    session = uow.session
    await session.execute(delete(OutboxRow).where(OutboxRow.key == key_of(endpoint_id)))
    await session.execute(delete(TicketDelivery).where(TicketDelivery.endpoint_id == endpoint_id))


async def known_endpoint(uow: UnitOfWork, endpoint_id: str) -> TicketEndpoint:
    """Locked. Raises NotFound."""
    found = await uow.session.get(
        TicketEndpoint, endpoint_id, with_for_update=True, populate_existing=True
    )
    if found is None:
        raise NotFound("没有这个办公系统。", what="endpoint")
    return found


# ---- forgetting ----------------------------------------------------------------------------------


async def arm(uows: UnitOfWorkFactory) -> None:
    """Called when a server starts."""
    async with uows.write() as uow:
        if await uow.session.get(Timer, (TIMER, _SUBJECT)) is None:
            await set_timer(uow, TIMER, _SUBJECT, uow.clock.now())


async def forget(uow: UnitOfWork, subject: str, payload: dict[str, Any]) -> None:
    """Timer handler, once a day."""
    until = uow.clock.now() - KEPT
    settled = TicketDelivery.state != "retrying"
    await uow.session.execute(
        delete(TicketDelivery).where(TicketDelivery.updated_at < until, settled)
    )
    await set_timer(uow, TIMER, subject, uow.clock.now() + EVERY)


def timer_handlers() -> dict[str, TimerHandler]:
    return {TIMER: TimerHandler(forget)}
