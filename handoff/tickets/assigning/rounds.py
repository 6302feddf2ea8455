"""One of a department, by turns or by load; turns are rows, so that they stay fair across restarts and servers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.unit_of_work import UnitOfWork
from handoff.routing.case import Candidate
from handoff.tickets.assigning.choice import Strategy, pick
from handoff.tickets.assigning.models import TicketRound, TicketTurn
from handoff.tickets.assigning.reading import open_tickets
from handoff.tickets.assigning.reasons import Step
from handoff.tickets.assigning.staff import Person

# Tickets have no limit per person: with the same capacity for all, load is the number of open tickets.
_SAME_FOR_ALL = 1


async def choose(
    uow: UnitOfWork, department_id: str, people: Sequence[Person], strategy: Strategy
) -> tuple[str | None, Step | None]:
    """Whom of `people` it goes to, and why; None for anybody.

    The race: two tickets filed at once see the same loads and the same turns. The department's round is locked
    first, and what the other one has given is read after it has committed.
    """
    if strategy == "anybody" or not people:
        return None, None
    now = await _begin_turn(uow, department_id)
    chosen, why = pick(await candidates(uow.session, department_id, people), strategy)
    assert chosen is not None
    await uow.session.merge(
        TicketTurn(department_id=department_id, account_id=chosen.agent_id, at=now)
    )
    return chosen.agent_id, why


async def candidates(
    session: AsyncSession, department_id: str, people: Sequence[Person]
) -> list[Candidate]:
    """People with what they have in hand and when it was last their turn in the department."""
    loads = await open_tickets(session, [each.id for each in people])
    query = select(TicketTurn.account_id, TicketTurn.at).where(
        TicketTurn.department_id == department_id
    )
    turns = {row.account_id: row.at for row in await session.execute(query)}
    return [
        Candidate(
            each.id, each.name, loads.get(each.id, 0), _SAME_FOR_ALL,
            last_given_at=turns.get(each.id),
        )
        for each in people
    ]  # fmt: skip


async def _begin_turn(uow: UnitOfWork, department_id: str) -> datetime:
    """Lock the department's round; the time of this turn, later than any before it, whatever the clock says."""
    sqlite = uow.session.get_bind().dialect.name == "sqlite"
    insert = sqlite_insert if sqlite else postgres_insert
    now = uow.clock.now()
    first = insert(TicketRound).values(department_id=department_id, last_at=now)
    await uow.session.execute(first.on_conflict_do_nothing())
    row = await uow.session.scalar(
        select(TicketRound).where(TicketRound.department_id == department_id).with_for_update(),
        execution_options={"populate_existing": True},
    )
    assert row is not None
    row.last_at = max(now, row.last_at + timedelta(microseconds=1))
    return row.last_at
