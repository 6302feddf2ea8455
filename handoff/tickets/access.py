"""Who sees which tickets, and who somebody is when rules ask. Lists, single reads, files and steps ask here.

`readable` is the one place that says what a data scope means for tickets:

- own: what one has filed, has or had in one's hands, or is named for (table ticket_hands).
- group: that, and what is with one's departments (see Person) and those below one's own.
- all, and whoever may dispatch: everything.
- programs: the same with the departments of their keys, and of the types of their keys alone.

Whatever the scope, one sees what anybody of one's departments, or anybody at all, may take.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, and_, literal_column, or_, select, true
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from core.auth.actor import Actor, Limits, Scope
from core.auth.models import Account, Department
from core.auth.permissions import GRANTS, Permission, Role
from core.errors import NotFound
from core.unit_of_work import UnitOfWork
from handoff.tickets.models import Ticket, TicketHand
from handoff.tickets.status import UNDER_WAY

# Departments that are asked for one by one.
FEW = 4


@dataclass(frozen=True)
class Person:
    """Somebody as rules see him. `departments`: his own and those above it, whose tickets he may take; `below`: those
    below his own, whose tickets he may see; `leads`: those he leads; `undivided`: nobody is in a department. A
    program has no account."""

    account_id: str | None
    role: str
    dispatches: bool = False
    department_id: str | None = None
    departments: frozenset[str] = field(default_factory=frozenset)
    below: frozenset[str] = field(default_factory=frozenset)
    leads: frozenset[str] = field(default_factory=frozenset)
    undivided: bool = False


@dataclass(frozen=True)
class Tree:
    """The departments: who is above whom, and who leads. `undivided`: nobody works in any; what only a program works in
    divides no people."""

    parents: Mapping[str, str | None]
    leaders: Mapping[str, str | None]
    undivided: bool

    def upwards(self, department_id: str | None) -> list[str]:
        """The department and those above it, nearest first."""
        found: list[str] = []
        while department_id is not None and department_id not in found:
            found.append(department_id)
            department_id = self.parents.get(department_id)
        return found

    def downwards(self, department_id: str) -> set[str]:
        """The department and those below it."""
        return {each for each in self.parents if department_id in self.upwards(each)}


async def tree(session: AsyncSession) -> Tree:
    rows = list(
        await session.execute(select(Department.id, Department.parent_id, Department.leader_id))
    )
    somebody = select(Account.id).where(Account.department_id.is_not(None)).limit(1)
    return Tree(
        {row.id: row.parent_id for row in rows},
        {row.id: row.leader_id for row in rows},
        undivided=not rows or await session.scalar(somebody) is None,
    )


async def person_of(session: AsyncSession, actor: Actor) -> Person:
    """The actor as rules see him; a few rows of small tables."""
    if actor.limits is not None:
        return _program(await tree(session), actor, actor.limits)
    own = await session.scalar(select(Account.department_id).where(Account.id == actor.account_id))
    return _person(await tree(session), actor.account_id, actor.role, own)


async def worker(session: AsyncSession, account_id: str) -> Person | None:
    """Somebody to whom a ticket may be given: an account that may log in and handle tickets; else None."""
    account = await session.get(Account, account_id)
    if account is None or not account.active:
        return None
    role = Role(account.role)
    if Permission.TICKET_HANDLE not in GRANTS[role]:
        return None
    return _person(await tree(session), account.id, role, account.department_id)


def _person(there: Tree, account_id: str, role: Role, own: str | None) -> Person:
    return Person(
        account_id=account_id,
        role=role.value,
        dispatches=Permission.TICKET_DISPATCH in GRANTS[role],
        department_id=own,
        departments=frozenset(there.upwards(own)),
        below=frozenset(there.downwards(own) - {own}) if own else frozenset(),
        leads=frozenset(key for key, who in there.leaders.items() if who == account_id),
        undivided=there.undivided,
    )


def _program(there: Tree, actor: Actor, limits: Limits) -> Person:
    """A program works in the departments of its key and those below, not in those above them."""
    own = frozenset(limits.department_ids)
    below = {each for one in own for each in there.downwards(one)}
    return Person(
        account_id=actor.account_id,
        role=actor.role.value,
        department_id=limits.department_ids[0] if len(own) == 1 else None,
        departments=own | below,
        undivided=there.undivided,
    )


async def departments_of(session: AsyncSession, actor: Actor) -> frozenset[str]:
    """What `readable` asks for: the departments whose tickets the actor may take or see."""
    person = await person_of(session, actor)
    return person.departments | person.below | person.leads


def in_hands_of(account_id: str) -> ColumnElement[bool]:
    """What somebody has filed, has or had in his hands, or is named for."""
    hand = aliased(TicketHand)
    return Ticket.id.in_(select(hand.ticket_id).where(hand.account_id == account_id))


def is_owed() -> ColumnElement[bool]:
    """Under way. The words of it are those of the indexes (models.OWED), so that both databases use them."""
    return Ticket.status.in_([literal_column(f"'{status.value}'") for status in UNDER_WAY])


def ways(actor: Actor, department_ids: Iterable[str]) -> list[ColumnElement[bool]]:
    """The ways by which the actor sees tickets, each of which an index finds; none: he sees all (listing/)."""
    if actor.limits is not None:
        return _ways_of_program(actor, actor.limits, sorted(department_ids))
    if actor.scope is Scope.ALL or actor.may(Permission.TICKET_DISPATCH):
        return []
    departments = sorted(department_ids)
    to_take = or_(
        Ticket.turn == "anybody",
        and_(Ticket.turn == "department", Ticket.department_id.in_(departments)),
    )
    seen = [in_hands_of(actor.account_id), and_(is_owed(), to_take)]
    if actor.scope is Scope.GROUP:
        seen += _with_departments(departments)
    return seen


def _with_departments(departments: list[str]) -> list[ColumnElement[bool]]:
    """An index has each department's tickets in the order of their filing, but those of several not in one order."""
    if len(departments) > FEW:
        return [Ticket.department_id.in_(departments)]
    return [Ticket.department_id == each for each in departments]


def _ways_of_program(
    actor: Actor, limits: Limits, departments: list[str]
) -> list[ColumnElement[bool]]:
    """What anybody may take is not for programs: they are of the departments of their keys."""
    these = Ticket.type.in_(limits.types)
    if actor.scope is Scope.ALL:
        return [these] if limits.types else []
    seen = [in_hands_of(actor.account_id)]
    if actor.scope is Scope.GROUP:
        seen += _with_departments(departments)
    return [and_(each, these) for each in seen] if limits.types else seen


def readable(actor: Actor, department_ids: Iterable[str]) -> ColumnElement[bool]:
    """The tickets the actor may see; `department_ids` as `departments_of` tells them."""
    seen = ways(actor, department_ids)
    return or_(*seen) if seen else true()


async def may_read(session: AsyncSession, ticket: Ticket, actor: Actor) -> bool:
    departments = await departments_of(session, actor)
    query = select(Ticket.id).where(Ticket.id == ticket.id, readable(actor, departments))
    return await session.scalar(query) is not None


async def check_readable(session: AsyncSession, ticket: Ticket | None, actor: Actor) -> Ticket:
    """Raises NotFound, the same for what does not exist and for what is not for the actor's eyes."""
    if ticket is None or not await may_read(session, ticket, actor):
        raise not_found()
    return ticket


def not_found() -> NotFound:
    return NotFound("没有找到这张工单。", what="ticket")


async def hand_to(uow: UnitOfWork, ticket_id: str, account_ids: Iterable[str | None]) -> None:
    """From now on they see the ticket, whatever becomes of it."""
    await hand_to_each(uow, {(each, ticket_id) for each in account_ids if each is not None})


async def hand_to_each(uow: UnitOfWork, pairs: Iterable[tuple[str, str]]) -> None:
    """The same for pairs of account and ticket."""
    rows: list[dict[str, Any]] = [
        {"account_id": account_id, "ticket_id": ticket_id}
        for account_id, ticket_id in sorted(set(pairs))
    ]
    if rows:
        insert = (
            sqlite_insert if uow.session.get_bind().dialect.name == "sqlite" else postgres_insert
        )
        # The table and not the class: many are written with one short statement.
        hands = cast(Table, TicketHand.__table__)
        await uow.session.execute(insert(hands).on_conflict_do_nothing(), rows)
