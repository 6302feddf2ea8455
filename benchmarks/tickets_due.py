"""Tickets whose deadlines have come due, put into a database directly: for the sweep's figure and its tests."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.auth.models import Account, Department
from core.auth.permissions import Role
from core.ids import new_id
from core.timers.repository import set_timers
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from handoff.tickets.deadlines.models import TicketDeadline
from handoff.tickets.deadlines.service import DEADLINE_TIMER
from handoff.tickets.models import Ticket

HANDLERS, AT_ONCE = 20, 500


async def seed_due(uows: UnitOfWorkFactory, count: int, due_at: datetime) -> None:
    """`count` tickets of twenty people in a department with a leader, each to be settled by `due_at`, counted by the
    shipped policy `usual`."""
    async with uows.write() as uow:
        people = [_account(uow, f"clerk{n}", Role.HANDLER) for n in range(HANDLERS)]
        leader = _account(uow, "leader", Role.HANDLER)
        _account(uow, "boss", Role.SUPERVISOR)
        await uow.session.flush()
        department = Department(
            id=new_id(), name="信贷科", leader_id=leader, created_at=uow.clock.now()
        )
        uow.session.add(department)
    for start in range(0, count, AT_ONCE):
        async with uows.write() as uow:
            tickets = [
                _ticket(n, due_at, department.id, people[n % HANDLERS])
                for n in range(start, min(start + AT_ONCE, count))
            ]
            uow.session.add_all(tickets)
            await uow.session.flush()
            uow.session.add_all(_deadline(ticket, due_at) for ticket in tickets)
            await set_timers(uow, DEADLINE_TIMER, {ticket.id: due_at for ticket in tickets})


def _account(uow: UnitOfWork, login: str, role: Role) -> str:
    account = Account(
        id=new_id(), login=login, name=login, role=role.value, password_hash="-", active=True,
        created_at=uow.clock.now(),
    )  # fmt: skip
    uow.session.add(account)
    return account.id


def _ticket(number: int, due_at: datetime, department_id: str, assignee_id: str) -> Ticket:
    filed_at = due_at - timedelta(days=7)
    return Ticket(
        id=new_id(), number=f"GD20261116-{number:05d}", type="consultation", title="贷款额度",
        fields={}, status="open", turn="person", source="agent", department_id=department_id,
        assignee_id=assignee_id, due_at=due_at, created_at=filed_at, updated_at=filed_at,
    )  # fmt: skip


def _deadline(ticket: Ticket, due_at: datetime) -> TicketDeadline:
    return TicketDeadline(
        id=new_id(), ticket_id=ticket.id, target="resolve", state="active",
        started_at=ticket.created_at, due_at=due_at, pauses=[], policy="usual", explanation=[],
        told_until=due_at - timedelta(minutes=1),
    )  # fmt: skip
