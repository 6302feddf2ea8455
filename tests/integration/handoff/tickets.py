"""Steps of the tests of tickets, for everybody: people in departments, types with a flow, filing and stepping.

    boss = await staff(world, "boss", role=Role.SUPERVISOR)
    loans = await department(world, "贷款科", leader="chief")
    clerk = await staff(world, "clerk", department=loans.id)
    ticket = await file(world, clerk, type="consultation", title="贷款额度")
    ticket = await take(world, ticket, "accept", clerk)
    ticket = await take(world, ticket, "resolve", clerk, reason="最高六十万元")

Shipped types are there from the start (consultation: handled and settled; complaint: dispatched, handled, reviewed by
the department's leader). `define` adds a type with a flow of one's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import Any

from sqlalchemy import select

from core.auth.actor import Actor
from core.auth.models import Account, Department
from core.auth.permissions import Role
from core.ids import new_id
from core.sms.models import SmsText
from handoff.tickets import repository
from handoff.tickets.life import stepping
from handoff.tickets.life.who import Citizen
from handoff.tickets.life.writes import StepWrite
from handoff.tickets.models import Ticket, TicketHistory
from handoff.tickets.schemas import TicketCreate, TicketDetail, TicketStepWrite
from handoff.tickets.status import TicketStep
from handoff.tickets.types.definition import Stage, TicketDefinition
from handoff.tickets.types.shipped import add
from tests.integration.handoff.conftest import World

_positions = count(100)


async def department(
    world: World, name: str, *, parent: str | None = None, leader: Actor | None = None
) -> Department:
    """A department; `leader` reviews what its people answer."""
    async with world.uows.write() as uow:
        row = Department(
            id=new_id(), name=name, parent_id=parent,
            leader_id=leader.account_id if leader else None, created_at=uow.clock.now(),
        )  # fmt: skip
        uow.session.add(row)
        return row


async def staff(
    world: World, login: str, *, role: Role = Role.HANDLER, department: str | None = None
) -> Actor:
    """Somebody who works on tickets and has no desk."""
    actor = Actor(new_id(), login, f"{login}同志", role)
    async with world.uows.write() as uow:
        uow.session.add(
            Account(
                id=actor.account_id, login=login, name=actor.name, role=role.value,
                password_hash="-", active=True, department_id=department,
                created_at=uow.clock.now(),
            )
        )  # fmt: skip
    return actor


async def lead(world: World, department_id: str, leader: Actor) -> None:
    """From now on `leader` leads it."""
    async with world.uows.write() as uow:
        row = await uow.session.get_one(Department, department_id)
        row.leader_id = leader.account_id


async def define(world: World, key: str, *stages: dict[str, Any], **more: Any) -> None:
    """A type with these stages, each as in types/definition.py; `more` as in TicketDefinition."""
    flow = {"stages": [Stage.model_validate(stage).model_dump() for stage in stages]}
    definition = TicketDefinition.model_validate({"name": key, "flow": flow, **more})
    async with world.uows.write() as uow:
        add(uow, key, definition, position=next(_positions), by="system")


async def file(world: World, actor: Actor, **wanted: Any) -> TicketDetail:
    """A consultation, unless `type` says otherwise."""
    filled = {"type": "consultation", "title": "贷款额度", **wanted}
    return await world.people.tickets.file(TicketCreate(**filled), actor)


async def take(
    world: World, ticket: TicketDetail, step: str, actor: Actor, **more: Any
) -> TicketDetail:
    """One step by somebody who has just looked at it; `version` pretends that it was another one."""
    seen = {"version": (await stored(world, ticket.id)).version, **more}
    return await world.people.tickets.take_step(
        ticket.id, TicketStep(step), TicketStepWrite(**seen), actor
    )


async def stored(world: World, ticket_id: str) -> Ticket:
    """The row as it stands."""
    async with world.uows.read() as session:
        return await session.get_one(Ticket, ticket_id)


async def steps_of(world: World, ticket_id: str) -> list[TicketHistory]:
    async with world.uows.read() as session:
        return await repository.history(session, ticket_id)


async def sweep(world: World) -> None:
    """Everything that is due is done: citizens are told, tickets close by themselves."""
    await world.sweeper.sweep_once()


async def texts_sent(world: World) -> list[str]:
    """The templates of the text messages so far, in order."""
    async with world.uows.read() as session:
        query = select(SmsText.template).order_by(SmsText.created_at, SmsText.id)
        return list(await session.scalars(query))


@dataclass
class Town:
    """Two departments: loans with a chief and a clerk, savings with a clerk; a supervisor who dispatches."""

    world: World
    loans: str
    savings: str
    boss: Actor
    chief: Actor
    clerk: Actor
    saver: Actor

    @classmethod
    async def of(cls, world: World) -> Town:
        loans, savings = await department(world, "贷款科"), await department(world, "归集科")
        chief = await staff(world, "chief", department=loans.id)
        await lead(world, loans.id, chief)
        return cls(
            world, loans.id, savings.id, await staff(world, "boss", role=Role.SUPERVISOR), chief,
            await staff(world, "clerk", department=loans.id),
            await staff(world, "saver", department=savings.id),
        )  # fmt: skip


async def by_citizen(world: World, ticket: TicketDetail, name: str, **more: Any) -> None:
    """A step of the citizen, who has proved that it is his."""
    async with world.uows.write() as uow:
        row = await stepping.lock(uow, ticket.id)
        assert row is not None
        await stepping.step(uow, row, TicketStep(name), StepWrite(**more), Citizen())
