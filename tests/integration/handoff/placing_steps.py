"""Departments, people and tickets for tests of assigning, put into the database directly."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from core.auth.models import Account, Department
from core.auth.permissions import Role
from core.ids import new_id
from handoff.tickets.assigning.models import Absence
from handoff.tickets.assigning.service import Placement, place
from handoff.tickets.assigning.settings import CONFIG_NAME, AssigningSettings
from handoff.tickets.models import Ticket
from handoff.tickets.types.definition import Flow, Stage, TicketDefinition, Who
from tests.integration.handoff.conftest import World

HANDLE = Stage(key="handle", name="承办", kind="handle", next=["end"])
DISPATCH = Stage(
    key="dispatch", name="分派", kind="dispatch", who=Who(kind="dispatchers"), next=["handle"]
)


def definition(*stages: Stage, **more: Any) -> TicketDefinition:
    return TicketDefinition(
        name="投诉", flow=Flow(stages=list(stages or (DISPATCH, HANDLE))), **more
    )


@dataclass
class Town:
    """What a test of assigning needs of a world."""

    world: World

    async def department(self, name: str, parent: str | None = None, **more: Any) -> str:
        async with self.world.uows.write() as uow:
            row = Department(
                id=new_id(), name=name, parent_id=parent, created_at=uow.clock.now(), **more
            )
            uow.session.add(row)
        return row.id

    async def person(
        self, name: str, department: str | None = None, *, role: Role = Role.HANDLER, active: bool = True
    ) -> str:  # fmt: skip
        async with self.world.uows.write() as uow:
            row = Account(
                id=new_id(), login=new_id(), name=name, role=role.value, password_hash="-",
                active=active, department_id=department, created_at=uow.clock.now(),
            )  # fmt: skip
            uow.session.add(row)
        return row.id

    async def deactivate(self, account_id: str) -> None:
        async with self.world.uows.write() as uow:
            (await uow.session.get_one(Account, account_id)).active = False

    async def absence(self, account_id: str, substitute: str | None, *, hours: int = 8) -> None:
        async with self.world.uows.write() as uow:
            now = uow.clock.now()
            uow.session.add(
                Absence(
                    id=new_id(), account_id=account_id, substitute_id=substitute, from_at=now,
                    until_at=now + timedelta(hours=hours), created_by=account_id, created_at=now,
                )
            )  # fmt: skip

    async def rules(self, *rules: dict[str, Any], **more: Any) -> None:
        await self.world.configure(CONFIG_NAME, AssigningSettings(rules=list(rules), **more))

    async def ticket(self, **more: Any) -> str:
        """A ticket that nobody has yet."""
        async with self.world.uows.write() as uow:
            now, key = uow.clock.now(), new_id()
            values = {
                "number": f"T{key[-20:]}", "type": "complaint", "title": "服务态度", "status": "new",
                "source": "agent", "stage": "dispatch", "created_at": now, "updated_at": now,
            }  # fmt: skip
            uow.session.add(Ticket(id=key, **(values | more)))
        return key

    async def place(
        self, ticket_id: str, what: TicketDefinition | None = None, step: str = "file"
    ) -> Placement:
        """Place it, and put it where it belongs as whoever calls does."""
        async with self.world.uows.write() as uow:
            ticket = await uow.session.get_one(Ticket, ticket_id)
            found = await place(uow, ticket, what or definition(), step)
            ticket.department_id, ticket.assignee_id = found.department_id, found.assignee_id
            ticket.stage = found.stage
            return found

    async def file(self, what: TicketDefinition | None = None, **more: Any) -> Placement:
        return await self.place(await self.ticket(**more), what)

    def alerts(self) -> list[str]:
        return [e.payload.message for e in self.world.heard.events if e.name == "alert.raised"]
