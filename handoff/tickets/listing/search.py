"""Finds tickets by their words, in any order, among a million: no request looks at more than some thousands.

Neither an order nor an index of words is quick alone: words that many tickets have are soon met in the order, and rare
ones never. So the first tickets in the order are looked at; where they are not enough, those are fetched that have the
words (on PostgreSQL by an index of pairs of characters, on SQLite by looking through the table of words, which is
quick enough for what SQLite is for) and put in order. Where even those are too many, the order is followed some more,
and the page says how far it came.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Select, and_, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.database import IdColumn
from handoff.tickets.listing.order import Stretch, numbered
from handoff.tickets.models import Ticket, TicketWords

# Tickets looked at in their order at first; tickets with the words that are put in order; looked at once more.
FIRST, HAVING, MORE = 600, 4_000, 8_000


class Search:
    """One request's search for tickets that have all of `words`."""

    def __init__(
        self, session: AsyncSession, ways: Sequence[ColumnElement[bool]], words: Sequence[str]
    ) -> None:
        self._session, self._ways, self._words = session, ways, words
        self._sqlite = session.get_bind().dialect.name == "sqlite"
        # The ids that have the words, once they were looked up; None where they are too many.
        self._having: list[str] | None = None
        self._counted = False

    async def first(self, query: Select[Any], stretch: Stretch, need: int) -> tuple[list[Any], Any]:
        """The first `need` tickets of the query, and the row it stopped at: None when it came through.

        `query`: ids and keys, without an order.
        """
        if not self._counted:
            rows, stopped = await self._walk(query, stretch, need, FIRST)
            if len(rows) >= need or stopped is None:
                return rows, None
            await self._look_up()
        if self._having is None:
            return await self._walk(query, stretch, need, MORE)
        seen = or_(*self._ways) if self._ways else literal(True)
        inside = query.where(self._is_one_of(self._having), seen)
        ordered = inside.order_by(*stretch.ordered()).limit(need)
        return list((await self._session.execute(ordered)).all()), None

    async def _look_up(self) -> None:
        self._counted = True
        query = select(TicketWords.ticket_id).where(self._have())
        if not self._sqlite and await self._guess(query) > 2 * HAVING:
            return
        found = list(await self._session.scalars(query.limit(HAVING + 1)))
        self._having = found if len(found) <= HAVING else None

    async def _guess(self, query: Select[Any]) -> float:
        """How many rows PostgreSQL expects of it: it counts the frequent pairs for its own planning."""
        connection = await self._session.connection()
        spelt = query.compile(dialect=connection.dialect)
        given = tuple(spelt.params[name] for name in spelt.positiontup or ())
        told = await connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {spelt}", given)
        plan = told.scalar_one()
        plan = json.loads(plan) if isinstance(plan, str | bytes) else plan
        return float(plan[0]["Plan"]["Plan Rows"])

    def _is_one_of(self, ids: list[str]) -> ColumnElement[bool]:
        if self._sqlite:
            return Ticket.id.in_(ids)
        # One parameter: some thousand of them take longer to send than the query takes.
        return Ticket.id.in_(select(func.unnest(literal(ids, ARRAY(IdColumn)))))

    async def _walk(
        self, query: Select[Any], stretch: Stretch, need: int, most: int
    ) -> tuple[list[Any], Any]:
        """Look at the first `most` of the query by each way; also the row at which the first of them stopped."""
        found: dict[str, Any] = {}
        stops: list[Any] = []
        for way in self._ways or [literal(True)]:
            walk = numbered(query.where(way), stretch, most).subquery()
            hit = self._are_in().label("hit")
            looked = (
                select(walk.c.id, walk.c.key, walk.c.n, hit)
                .join(TicketWords, TicketWords.ticket_id == walk.c.id)
                .where(or_(hit, walk.c.n == most))
                # By the keys and not by `n`: so PostgreSQL knows that they come in order, and stops in time.
                .order_by(*stretch.ordered(walk.c))
                .limit(need + 1)
            )
            rows = (await self._session.execute(looked)).all()
            found |= {str(row.id): row for row in rows if row.hit}
            stops += [row for row in rows if row.n == most]
        behind = _rank(stretch)
        rows = sorted(found.values(), key=behind, reverse=stretch.descending)
        if not stops:
            return rows[:need], None
        stop = (max if stretch.descending else min)(stops, key=behind)
        # Behind the first stop another way may have tickets that nobody has looked at.
        before = [
            row
            for row in rows
            if row.id == stop.id or (behind(row) > behind(stop)) is stretch.descending
        ]
        return before[:need], stop

    def _are_in(self) -> ColumnElement[bool]:
        """All of them stand in the ticket's words."""
        place = func.instr if self._sqlite else func.strpos
        return and_(*(place(TicketWords.words, word) > 0 for word in self._words))

    def _have(self) -> ColumnElement[bool]:
        """As `_are_in`, in the way the index knows."""
        if self._sqlite:
            return self._are_in()
        pairs = [
            func.ticket_grams(TicketWords.words).op("@>")(func.ticket_grams(word))
            for word in self._words
            if len(word) > 1
        ]
        return and_(*pairs, self._are_in())


def _rank(stretch: Stretch) -> Any:
    if stretch.column is None:
        return lambda row: str(row.id)
    return lambda row: (row.key, str(row.id))
