"""For tests of the ticket lists: people, departments and tickets put straight into the tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from core.auth.actor import Actor, Scope
from core.auth.models import Account, Department
from core.auth.permissions import Role
from core.ids import new_id
from core.unit_of_work import UnitOfWorkFactory
from handoff.tickets.listing.schemas import PageQuery, TicketRow
from handoff.tickets.listing.service import TicketLists
from handoff.tickets.models import Ticket, TicketHand
from handoff.tickets.types.definition import TicketDefinition
from handoff.tickets.types.models import TicketType, TicketTypeVersion

STAGES = [
    {"key": "handle", "name": "办理", "kind": "handle", "next": ["review"]},
    {"key": "review", "name": "审核", "kind": "review", "next": ["end"]},
]


@dataclass
class Listed:
    """An office with tickets; `number` counts them, the first is T1."""

    uows: UnitOfWorkFactory
    lists: TicketLists = field(init=False)
    count: int = 0

    def __post_init__(self) -> None:
        self.lists = TicketLists(self.uows)

    @property
    def now(self) -> datetime:
        return self.uows.clock.now()

    async def open(self) -> Listed:
        """One type, complaint, with somebody who handles and somebody who reviews."""
        definition = TicketDefinition.model_validate({"name": "投诉", "flow": {"stages": STAGES}})
        async with self.uows.write() as uow:
            uow.session.add(
                TicketType(id="complaint", position=0, active=True, version=1, updated_at=self.now)
            )
            uow.session.add(
                TicketTypeVersion(
                    type_id="complaint", version=1, definition=definition.model_dump(),
                    by="system", at=self.now,
                )
            )  # fmt: skip
        return self

    async def department(self, name: str, parent: str | None = None) -> str:
        key = new_id()
        async with self.uows.write() as uow:
            uow.session.add(Department(id=key, name=name, parent_id=parent, created_at=self.now))
        return key

    async def person(
        self,
        login: str,
        department: str | None = None,
        *,
        role: Role = Role.HANDLER,
        scope: Scope | None = None,
    ) -> Actor:
        actor = Actor(new_id(), login, login, role, scope)
        async with self.uows.write() as uow:
            uow.session.add(
                Account(
                    id=actor.account_id, login=login, name=login, role=role.value,
                    password_hash="-", active=True, department_id=department, created_at=self.now,
                )
            )  # fmt: skip
        return actor

    async def ticket(
        self,
        title: str = "贷款",
        *,
        hands: tuple[Actor, ...] = (),
        hours: float | None = None,
        **more: Any,
    ) -> str:
        """`hours`: until it is due. Its number is T and how many there were."""
        self.count += 1
        values: dict[str, Any] = {
            "type": "complaint", "status": "open", "stage": "handle", "turn": "person",
            "source": "agent", "created_at": self.now, "updated_at": self.now, **more,
        }  # fmt: skip
        if hours is not None:
            values["due_at"] = self.now + timedelta(hours=hours)
        row = Ticket(id=new_id(), number=f"T{self.count}", title=title, **values)
        async with self.uows.write() as uow:
            uow.session.add(row)
            await uow.session.flush()
            for each in hands:
                uow.session.add(TicketHand(account_id=each.account_id, ticket_id=row.id))
        return row.id

    async def change(self, ticket_id: str, **values: Any) -> None:
        async with self.uows.write() as uow:
            row = await uow.session.get_one(Ticket, ticket_id)
            for name, value in values.items():
                setattr(row, name, value)

    async def rows(self, actor: Actor, **query: Any) -> list[TicketRow]:
        """All pages of a list, put together."""
        found: list[TicketRow] = []
        after = ""
        while True:
            page = await self.lists.page(
                actor, PageQuery.model_validate({"limit": 2, **query, "after": after})
            )
            found += page.items
            if page.next is None:
                return found
            after = page.next

    async def numbers(self, actor: Actor, **query: Any) -> list[str]:
        return [row.number for row in await self.rows(actor, **query)]
