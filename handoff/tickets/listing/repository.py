"""Queries of the ticket lists: a page of one, in every order, and the rows that are shown.

First the ids are picked, then their rows are fetched. Somebody who does not see all sees tickets by several ways
(access.ways): each is asked by itself, because an index finds each and none finds them all at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, union
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from core.auth.models import Account, Department
from core.conversation.models import Contact
from handoff.tickets.listing.order import Place, Stretch, picked
from handoff.tickets.listing.search import Search
from handoff.tickets.models import Ticket

# Of PostgreSQL, for a list: which tickets are asked for decides about the way, so it is thought of each time; a
# compiled plan costs more than the query; tickets lie on disks without moving parts.
PLANNING = {"plan_cache_mode": "force_custom_plan", "jit": "off", "random_page_cost": "1.1"}


@dataclass(frozen=True)
class Picked:
    """A ticket's id, and where it stands in its stretch."""

    stretch: int
    key: datetime | None
    id: str

    def place(self) -> Place:
        return Place(self.stretch, self.key, self.id)


@dataclass(frozen=True)
class Listed:
    ticket: Ticket
    department: str | None
    assignee: str | None
    contact: str | None


async def prepare(session: AsyncSession) -> None:
    """Before the first query of a list, in its transaction."""
    if session.get_bind().dialect.name == "postgresql":
        settings = [func.set_config(name, value, True) for name, value in PLANNING.items()]
        await session.execute(select(*settings))


async def pick(
    session: AsyncSession,
    ways: Sequence[ColumnElement[bool]],
    conditions: Sequence[ColumnElement[bool]],
    words: Sequence[str],
    chain: Sequence[Stretch],
    *,
    after: Place | None,
    limit: int,
) -> tuple[list[Picked], Place | None]:
    """At most `limit` tickets behind `after`, in the order of the chain; and where to go on, None at the end.

    A search may have to stop early: then there are fewer, and still a place to go on (search.py).
    """
    search = Search(session, ways, words) if words else None
    found: list[Picked] = []
    for number in range(after.stretch if after else 0, len(chain)):
        stretch = chain[number]
        place = after if after is not None and after.stretch == number else None
        need = limit + 1 - len(found)
        query = stretch.narrowed(picked(*conditions, stretch=stretch), place)
        rows: Sequence[Any]
        stopped: Any = None
        if search is not None:
            rows, stopped = await search.first(query, stretch, need)
        else:
            rows = (await session.execute(_first(query, ways, stretch, need))).all()
        found += [Picked(number, _key(stretch, row), str(row.id)) for row in rows]
        if len(found) > limit:
            return found[:limit], found[limit - 1].place()
        if stopped is not None:
            return found, Place(number, _key(stretch, stopped), str(stopped.id))
    return found, None


def _key(stretch: Stretch, row: Any) -> datetime | None:
    return None if stretch.column is None else row.key


def _first(
    query: Select[Any], ways: Sequence[ColumnElement[bool]], stretch: Stretch, need: int
) -> Select[Any]:
    """The first `need` of them, whichever way they are seen."""
    if not ways:
        return query.order_by(*stretch.ordered()).limit(need)
    first = [query.where(way).order_by(*stretch.ordered()).limit(need).subquery() for way in ways]
    if len(first) == 1:
        return select(first[0])
    both = union(*(select(one) for one in first)).subquery()
    return select(both).order_by(*stretch.ordered(both.c)).limit(need)


async def rows(session: AsyncSession, ids: Sequence[str]) -> list[Listed]:
    """What is shown of these tickets, in their order, with the names of who and what belongs to them."""
    who, whose = aliased(Account), aliased(Contact)
    query = (
        select(Ticket, Department.name, who.name, whose.name)
        .outerjoin(Department, Department.id == Ticket.department_id)
        .outerjoin(who, who.id == Ticket.assignee_id)
        .outerjoin(whose, whose.id == Ticket.contact_id)
        .where(Ticket.id.in_(ids))
    )
    found = {row[0].id: Listed(*row) for row in await session.execute(query)}
    return [found[key] for key in ids if key in found]
