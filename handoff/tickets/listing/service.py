"""Reads the ticket lists for whoever asks: pages, counters, and what can be filtered by."""

from __future__ import annotations

from collections.abc import AsyncIterator

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from core.auth.actor import Actor
from core.auth.models import Account, Department
from core.auth.permissions import GRANTS, Permission
from core.unit_of_work import UnitOfWorkFactory
from handoff.tickets import access
from handoff.tickets.listing import counts, repository
from handoff.tickets.listing.order import Place, Stretch, chain_of, place_of
from handoff.tickets.listing.reviews import ReviewStages
from handoff.tickets.listing.schemas import (
    ListQuery,
    Named,
    PageQuery,
    PersonChoice,
    StageChoice,
    TicketChoices,
    TicketCounts,
    TicketRow,
    TicketRowPage,
    TypeChoice,
)
from handoff.tickets.listing.wanted import Asker, Wanted, conditions
from handoff.tickets.models import Ticket
from handoff.tickets.types.reading import all_types, of_tickets

# Rows of an export that are fetched in one transaction.
BATCH = 500
# Of one filter's values.
MOST_CHOICES = 60


class TicketLists:
    def __init__(self, uows: UnitOfWorkFactory) -> None:
        self._uows = uows
        self._reviews = ReviewStages()

    async def page(self, actor: Actor, query: PageQuery) -> TicketRowPage:
        """Raises PlaceUnknown for an `after` of another order, WordsTooShort."""
        chain = chain_of(query.sort, reverse=query.reverse)
        after = place_of(query.after, chain) if query.after else None
        async with self._uows.read() as session:
            rows, place = await self._rows(session, actor, query, chain, after, query.limit)
        return TicketRowPage(
            items=rows,
            next=str(place) if place else None,
            stopped=place is not None and len(rows) < query.limit,
        )

    async def every(
        self, actor: Actor, query: ListQuery, *, whole: bool
    ) -> AsyncIterator[list[TicketRow]]:
        """All of a list, some hundred at a time, each in a transaction of its own."""
        chain = chain_of(query.sort, reverse=query.reverse)
        place: Place | None = None
        while True:
            async with self._uows.read() as session:
                rows, place = await self._rows(
                    session, actor, query, chain, place, BATCH, whole=whole
                )
            yield rows
            if place is None:
                return

    async def _rows(
        self,
        session: AsyncSession,
        actor: Actor,
        query: ListQuery,
        chain: list[Stretch],
        after: Place | None,
        limit: int,
        *,
        whole: bool = False,
    ) -> tuple[list[TicketRow], Place | None]:
        ways, asker = await self._asker(session, actor)
        inside, words = conditions(_wanted(query), asker)
        picked, place = await repository.pick(
            session, ways, inside, words, chain, after=after, limit=limit
        )
        listed = await repository.rows(session, [one.id for one in picked])
        types = await of_tickets(session, (one.ticket for one in listed))
        rows = [
            TicketRow.of(
                one, types.get((one.ticket.type, one.ticket.type_version)), asker.now, whole=whole
            )
            for one in listed
        ]
        return rows, place

    async def counts(self, actor: Actor) -> TicketCounts:
        async with self._uows.read() as session:
            ways, asker = await self._asker(session, actor)
            found = await counts.count(session, ways, asker)
        return TicketCounts(counts=found, most=counts.MOST - 1)

    async def choices(self) -> TicketChoices:
        async with self._uows.read() as session:
            types = await all_types(session)
            departments = await session.execute(
                select(Department.id, Department.name).order_by(Department.name)
            )
            roles = [role.value for role, may in GRANTS.items() if Permission.TICKET_HANDLE in may]
            people = await session.execute(
                select(Account.id, Account.name, Account.department_id)
                .where(Account.active, Account.role.in_(roles))
                .order_by(Account.name)
            )
            return TicketChoices(
                types=[
                    TypeChoice(
                        id=one.id,
                        name=one.definition.name,
                        stages=[
                            StageChoice(key=stage.key, name=stage.name, kind=stage.kind)
                            for stage in one.definition.flow.stages
                        ],
                    )
                    for one in types
                ],
                departments=[Named(id=row.id, name=row.name) for row in departments],
                people=[
                    PersonChoice(id=row.id, name=row.name, department_id=row.department_id)
                    for row in people
                ],
                businesses=await _used(session, Ticket.business),
                regions=await _used(session, Ticket.region),
                channels=await _used(session, Ticket.channel),
            )

    async def _asker(
        self, session: AsyncSession, actor: Actor
    ) -> tuple[list[ColumnElement[bool]], Asker]:
        await repository.prepare(session)
        departments = await access.departments_of(session, actor)
        reviews = await self._reviews.of(session)
        asker = Asker(actor.account_id, departments, reviews, self._uows.clock.now())
        return access.ways(actor, departments), asker


def _wanted(query: ListQuery) -> Wanted:
    return Wanted(
        view=query.view, types=query.type, statuses=[each.value for each in query.status],
        stages=query.stage, departments=query.department, assignees=query.assignee,
        businesses=query.business, regions=query.region, priorities=query.priority,
        sources=query.source, channels=query.channel, filed_since=query.filed_since,
        filed_until=query.filed_until, due_since=query.due_since, due_until=query.due_until,
        number=query.number, phone=query.phone, name=query.name, text=query.q,
        conversation_id=query.conversation_id, contact_id=query.contact_id,
    )  # fmt: skip


async def _used(session: AsyncSession, column: InstrumentedAttribute[str | None]) -> list[str]:
    """The values a column has, a look into its index each: DISTINCT would read all of it."""
    found: list[str] = []
    while len(found) < MOST_CHOICES:
        query = select(column).where(column.is_not(None)).order_by(column).limit(1)
        value = await session.scalar(query.where(column > found[-1]) if found else query)
        if value is None:
            break
        found.append(value)
    return found
