"""Hands over what somebody has in hand who cannot work on it: an absence begins, or the account was switched off.

To whoever stands in; where nobody does it goes back to the department, for whoever accepts it. By timers, a few at a
time, each as a step of its own in its history; the timer is set again while there are more.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from core import audit
from core.auth.models import Account
from core.timers.repository import set_timer
from core.timers.sweeper import TimerHandler
from core.unit_of_work import UnitOfWork
from handoff.tickets.assigning.absences import BEGINS
from handoff.tickets.assigning.models import Absence
from handoff.tickets.assigning.service import place
from handoff.tickets.deadlines.service import moved
from handoff.tickets.history import record
from handoff.tickets.life.placing import settle
from handoff.tickets.life.who import System, signature
from handoff.tickets.models import Ticket
from handoff.tickets.notices.service import tell
from handoff.tickets.status import UNDER_WAY, TicketStatus, TicketStep
from handoff.tickets.types.reading import of_ticket

LEFT = "account_left"
# SQLite has one writer: nobody should wait long for these.
AT_ONCE = 20


def timer_handlers() -> dict[str, TimerHandler]:
    return {
        BEGINS: TimerHandler(fire=begin, lock=_lock),
        LEFT: TimerHandler(fire=left),
    }


async def _lock(uow: UnitOfWork, absence_id: str) -> None:
    await uow.session.get(Absence, absence_id, with_for_update=True)


async def begin(uow: UnitOfWork, absence_id: str, payload: dict[str, Any]) -> None:
    """Timer handler. `payload` holds `after`: the last ticket that was looked at before."""
    absence = await uow.session.get(Absence, absence_id)
    now = uow.clock.now()
    if absence is None or not absence.hand_over or not absence.from_at <= now < absence.until_at:
        return
    person = await uow.session.get_one(Account, absence.account_id)
    if not await _some(
        uow, person, (BEGINS, absence_id), payload, f"{person.name}缺席，移交在办工单。"
    ):
        return
    absence.handed_over_at = now
    audit.record(
        uow, actor="system", action="absence.handed_over", subject=f"absence:{absence_id}",
        account=absence.account_id,
    )  # fmt: skip


async def left(uow: UnitOfWork, account_id: str, payload: dict[str, Any]) -> None:
    """Timer handler: the account was switched off. Nothing happens when it is in use again by now."""
    person = await uow.session.get(Account, account_id)
    if person is not None and not person.active:
        await _some(
            uow, person, (LEFT, account_id), payload, f"{person.name}的账号已停用，移交在办工单。"
        )


async def _some(
    uow: UnitOfWork, person: Account, timer: tuple[str, str], payload: dict[str, Any], reason: str
) -> bool:
    """The next few; whether that was all. Sets `timer` (kind, subject) again where it was not."""
    query = select(Ticket).where(Ticket.assignee_id == person.id, Ticket.status.in_(UNDER_WAY))
    if payload.get("after"):
        query = query.where(Ticket.id > payload["after"])
    # All are locked before the first is placed: placing locks a department's round, for which somebody else may wait
    # who has the next ticket.
    query = query.order_by(Ticket.id).limit(AT_ONCE).with_for_update()
    tickets = list(await uow.session.scalars(query, execution_options={"populate_existing": True}))
    for ticket in tickets:
        await _hand_over(uow, ticket, person, reason)
    if not tickets:
        return True
    await set_timer(uow, *timer, uow.clock.now(), {"after": tickets[-1].id})
    return False


async def _hand_over(uow: UnitOfWork, ticket: Ticket, person: Account, reason: str) -> None:
    type_ = await of_ticket(uow.session, ticket)
    department = ticket.department_id
    placed = await place(uow, ticket, type_.definition, TicketStep.ASSIGN)
    if placed.assignee_id == person.id:
        return
    ticket.department_id, ticket.assignee_id = placed.department_id, placed.assignee_id
    ticket.stage, ticket.updated_at = placed.stage, uow.clock.now()
    await settle(uow, ticket, type_)
    actor, name = signature(System())
    await record(
        uow, ticket, TicketStep.ASSIGN, TicketStatus(ticket.status), actor=actor, actor_name=name,
        reason=reason,
        data={
            "from": person.id, "from_department": department, "to": ticket.assignee_id,
            **placed.data(), "stage": ticket.stage,
        },
    )  # fmt: skip
    await moved(uow, ticket, TicketStep.ASSIGN, TicketStatus(ticket.status), type_.definition)
    await tell(uow, ticket, "assigned", [ticket.assignee_id])
