"""Pages of a list while tickets move: whatever stands still is shown exactly once, in its order."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.auth.actor import Actor, Scope
from core.clock import FixedClock
from core.database import Database
from core.unit_of_work import UnitOfWorkFactory
from handoff.tickets.listing.order import PRIORITIES
from handoff.tickets.listing.schemas import PageQuery, TicketRow
from tests.integration.handoff.listed_tickets import Listed

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
_examples = count(1)


@dataclass(frozen=True)
class Values:
    """What decides where a ticket stands; times in hours, few of them, so that many are the same."""

    priority: str
    updated: int
    due: int | None
    mine: bool

    def columns(self) -> dict[str, object]:
        due = None if self.due is None else AT + timedelta(hours=self.due)
        return {
            "priority": self.priority, "updated_at": AT + timedelta(hours=self.updated), "due_at": due,
        }  # fmt: skip


VALUES = st.builds(
    Values,
    priority=st.sampled_from(PRIORITIES),
    updated=st.integers(0, 3),
    due=st.none() | st.integers(-1, 2),
    mine=st.booleans(),
)


@dataclass(frozen=True)
class Example:
    tickets: list[Values]
    # After each page: what becomes of which ticket, and new ones.
    moves: list[tuple[int, Values]]
    sort: str
    reverse: bool
    limit: int
    words: str
    own: bool


EXAMPLES = st.builds(
    Example,
    tickets=st.lists(VALUES, min_size=1, max_size=9),
    moves=st.lists(st.tuples(st.integers(0, 11), VALUES), max_size=6),
    sort=st.sampled_from(["filed", "due", "updated", "priority"]),
    reverse=st.booleans(),
    limit=st.integers(1, 4),
    words=st.sampled_from(["", "提取"]),
    own=st.booleans(),
)


@settings(
    max_examples=15, deadline=None, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(example=EXAMPLES)
def test_paging_skips_nothing_and_doubles_nothing_while_tickets_move(
    database_url: str, example: Example
) -> None:
    asyncio.run(_run(database_url, example, f"例{next(_examples)}"))


async def _run(database_url: str, example: Example, business: str) -> None:
    database = Database(database_url)
    try:
        office = Listed(UnitOfWorkFactory(database, FixedClock(AT)))
        await _turn_pages(office, example, business)
    finally:
        await database.close()


async def _turn_pages(office: Listed, example: Example, business: str) -> None:
    who = await office.person(business, scope=Scope.OWN if example.own else Scope.ALL)

    async def add(values: Values) -> str:
        hands = (who,) if values.mine else ()
        columns = {**values.columns(), "business": business}
        # Numbers are unique in the database, which the examples share.
        office.count = next(_numbers)
        return await office.ticket("提取", hands=hands, **columns)

    ids = [await add(values) for values in example.tickets]
    still = {
        key
        for key, values in zip(ids, example.tickets, strict=True)
        if values.mine or not example.own
    }
    moves = list(example.moves)
    query = PageQuery.model_validate(
        {"sort": example.sort, "reverse": example.reverse, "limit": example.limit,
         "q": example.words, "business": [business]}
    )  # fmt: skip
    shown: list[TicketRow] = []
    while True:
        page = await office.lists.page(who, query)
        shown += page.items
        if page.next is None:
            break
        query = query.model_copy(update={"after": page.next})
        for index, values in moves[:2]:
            if index < len(ids):
                await office.change(ids[index], **values.columns())
                still.discard(ids[index])
            else:
                await add(values)
        del moves[:2]
    seen = [row.id for row in shown if row.id in still]
    assert sorted(seen) == sorted(still)
    await _in_order(office, who, query, seen)


async def _in_order(office: Listed, who: Actor, query: PageQuery, seen: list[str]) -> None:
    """As one page of all of them has it."""
    whole = await office.lists.page(who, query.model_copy(update={"after": "", "limit": 100}))
    assert [row.id for row in whole.items if row.id in set(seen)] == seen


_numbers = count(1)
