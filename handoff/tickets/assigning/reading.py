"""Reads who there is to give a ticket to: departments, people who may work on tickets, and who is away."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.auth.models import Account, ApiKey, Department
from core.auth.permissions import GRANTS, Permission, Role
from handoff.tickets.assigning.models import Absence, TicketRefusal
from handoff.tickets.assigning.staff import Department as StaffDepartment
from handoff.tickets.assigning.staff import Person, Staff
from handoff.tickets.models import Ticket
from handoff.tickets.status import UNDER_WAY

# Roles whose accounts can be given a ticket. Another system takes what its department has; it is nobody's turn.
HANDLING = tuple(
    role.value
    for role, may in GRANTS.items()
    if Permission.TICKET_HANDLE in may and role is not Role.PROGRAM
)
DISPATCHING = tuple(role.value for role, may in GRANTS.items() if Permission.TICKET_DISPATCH in may)


async def read_staff(session: AsyncSession, now: datetime) -> Staff:
    departments = await session.scalars(select(Department).order_by(Department.id))
    people = await session.execute(
        select(Account.id, Account.name, Account.department_id, Account.role)
        .where(Account.active, Account.role.in_(HANDLING))
        .order_by(Account.id)
    )
    return Staff(
        departments={
            row.id: StaffDepartment(row.id, row.name, row.parent_id, row.leader_id)
            for row in departments
        },
        people={
            row.id: Person(row.id, row.name, row.department_id, row.role in DISPATCHING)
            for row in people
        },
        away=await away_at(session, now),
        programs=await _programs(session, now),
    )


async def _programs(session: AsyncSession, now: datetime) -> frozenset[str]:
    """The departments of the keys that are valid."""
    valid = or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > now)
    query = select(ApiKey.department_ids).where(ApiKey.revoked_at.is_(None), valid)
    return frozenset(each for ids in await session.scalars(query) for each in ids)


async def away_at(session: AsyncSession, at: datetime) -> dict[str, str | None]:
    """Who is absent at that time, and who stands in."""
    query = select(Absence.account_id, Absence.substitute_id).where(
        Absence.from_at <= at, Absence.until_at > at
    )
    return {row[0]: row[1] for row in await session.execute(query)}


async def open_tickets(session: AsyncSession, accounts: Collection[str]) -> dict[str, int]:
    """How many tickets each has in hand; who has none is left out."""
    query = (
        select(Ticket.assignee_id, func.count())
        .where(Ticket.assignee_id.in_(accounts), Ticket.status.in_(UNDER_WAY))
        .group_by(Ticket.assignee_id)
    )
    return {str(account): number for account, number in await session.execute(query)}


async def refusals(session: AsyncSession, ticket_id: str) -> frozenset[str]:
    """The departments that gave this ticket back."""
    query = select(TicketRefusal.department_id).where(TicketRefusal.ticket_id == ticket_id)
    return frozenset(await session.scalars(query))
