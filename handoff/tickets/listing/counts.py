"""How many tickets are in each list, for the menu and the tabs: one query, which stops where nobody reads on."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, ScalarSelect, func, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from handoff.tickets.listing.wanted import Asker, ListName, in_list
from handoff.tickets.models import Ticket

# Shown as 99+.
MOST = 100
# `all` is not counted: it only grows.
COUNTED: tuple[ListName, ...] = (
    "mine", "department", "unassigned", "review", "due_soon", "overdue", "waiting",
)  # fmt: skip


async def count(
    session: AsyncSession, ways: Sequence[ColumnElement[bool]], asker: Asker
) -> dict[ListName, int]:
    found = (await session.execute(select(*(_capped(name, ways, asker) for name in COUNTED)))).one()
    return {name: min(number, MOST) for name, number in zip(COUNTED, found, strict=True)}


def _capped(name: ListName, ways: Sequence[ColumnElement[bool]], asker: Asker) -> ScalarSelect[int]:
    inside = select(Ticket.id).where(*in_list(name, asker))
    if not ways:
        few = inside.limit(MOST).subquery()
    else:
        # By each way up to the limit: together they are no fewer than the limit, or all there are.
        parts = [select(inside.where(way).limit(MOST).subquery()) for way in ways]
        few = union(*parts).subquery()
    return select(func.count()).select_from(few).scalar_subquery()
