"""HTTP route of whom a ticket can be given to, with how much each has in hand: for whoever chooses somebody."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.unit_of_work import UnitOfWorkFactory
from handoff.tickets.assigning.reading import open_tickets, read_staff

Handler = Annotated[Actor, Depends(require(Permission.TICKET_HANDLE))]


class TicketDepartment(BaseModel):
    id: str
    name: str
    parent_id: str | None
    leader_id: str | None


class TicketColleague(BaseModel):
    """`open`: how many tickets are in the person's hands. `substitute_name`: who stands in while he is away.
    `dispatches`: may say whose a ticket is."""

    id: str
    name: str
    department_id: str | None
    open: int
    away: bool
    substitute_name: str | None
    dispatches: bool


class TicketStaff(BaseModel):
    departments: list[TicketDepartment]
    people: list[TicketColleague]


def build_router(uows: UnitOfWorkFactory) -> APIRouter:
    """To be included before the routes of single tickets, which would take `staff` for an id."""
    router = APIRouter(prefix="/tickets/staff", tags=["tickets"])

    @router.get("")
    async def list_staff(actor: Handler) -> TicketStaff:
        """Departments and people by name; those who have least in hand first."""
        async with uows.read() as session:
            staff = await read_staff(session, uows.clock.now())
            loads = await open_tickets(session, list(staff.people))
        people = [
            TicketColleague(
                id=each.id, name=each.name, department_id=each.department_id,
                open=loads.get(each.id, 0), away=each.id in staff.away,
                substitute_name=staff.name_of(stands_in)
                if (stands_in := staff.away.get(each.id)) is not None
                else None,
                dispatches=each.dispatches,
            )
            for each in staff.people.values()
        ]  # fmt: skip
        return TicketStaff(
            departments=[
                TicketDepartment(
                    id=each.id, name=each.name, parent_id=each.parent_id, leader_id=each.leader_id
                )
                for each in sorted(staff.departments.values(), key=lambda one: one.name)
            ],
            people=sorted(people, key=lambda one: (one.away, one.open, one.name)),
        )

    return router
