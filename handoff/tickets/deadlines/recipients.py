"""Who is told that a ticket is late: by turn, department, role or name. Read once for many tickets."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.auth.models import Account
from core.auth.permissions import GRANTS, Permission, Role
from handoff.tickets.access import Tree, tree
from handoff.tickets.deadlines.settings import DeadlineAudience
from handoff.tickets.models import Ticket

_DISPATCHERS = [role.value for role in Role if Permission.TICKET_DISPATCH in GRANTS[role]]
# The administrators keep the installation running; they are told where there is nobody else.
_SUPERVISORS = Role.SUPERVISOR.value


@dataclass(frozen=True)
class Staff:
    """Departments with their leaders, who is there, and who dispatches."""

    departments: Tree
    active: frozenset[str]
    supervisors: frozenset[str]

    def leader(self, ticket: Ticket) -> set[str]:
        """Who leads its department, or the nearest above that is led by somebody."""
        for department_id in self.departments.upwards(ticket.department_id):
            leader = self.departments.leaders.get(department_id)
            if leader in self.active and leader is not None:
                return {leader}
        return set()

    def whose_turn(self, ticket: Ticket) -> set[str]:
        """Its person; while it has none who leads its department; else those who dispatch."""
        if ticket.assignee_id in self.active and ticket.assignee_id is not None:
            return {ticket.assignee_id}
        return self.leader(ticket) or set(self.supervisors)

    def named(self, people: DeadlineAudience, ticket: Ticket) -> set[str]:
        """Those a policy names, as they are for this ticket; a missing leader is made good by those who dispatch."""
        found = set(people.account_ids) & self.active
        if people.assignee:
            found |= self.whose_turn(ticket)
        if people.leader:
            found |= self.leader(ticket) or self.supervisors
        if people.supervisors:
            found |= self.supervisors
        return found


async def staff(session: AsyncSession) -> Staff:
    accounts = list(await session.execute(select(Account.id, Account.role).where(Account.active)))
    supervisors = {row.id for row in accounts if row.role == _SUPERVISORS}
    dispatchers = {row.id for row in accounts if row.role in _DISPATCHERS}
    return Staff(
        await tree(session),
        frozenset(row.id for row in accounts),
        frozenset(supervisors or dispatchers),
    )
