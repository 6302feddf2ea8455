"""Finds tickets by their words, in any order, among a million: no request looks at more than some thousands.

Neither an order nor an index of words is quick alone: words that many tickets have are soon met in the order, and rare
ones never. So the first tickets in the order are looked at; where they are not enough, those are fetched that have the
words (on PostgreSQL by an index of pairs of characters, on SQLite by looking through the table of words, which is
quick enough for what SQLite is for) and put in order. Where even those are too many, the order is followed some more,
and the page says how far it came.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from handoff.tickets.listing.order import Stretch, numbered
from handoff.tickets.models import Ticket, TicketWords

# Tickets looked at in their order at first; tickets with the words that are put in order; looked at once more.
FIRST, HAVING, MORE = 3_000, 5_000, 8_000


async def spelt(
    session: AsyncSession,
    ways: Sequence[ColumnElement[bool]],
    query: Select[Any],
    stretch: Stretch,
    words: Sequence[str],
    need: int,
) -> tuple[list[Any], Any]:
    """The first `need` tickets of the query with all the words, and the row it stopped at: None when it came through.

    `query`: ids and keys, without an order.
    """
    sqlite = session.get_bind().dialect.name == "sqlite"
    rows, stopped = await _walk(session, ways, query, stretch, words, need, FIRST, sqlite)
    if len(rows) >= need or stopped is None:
        return rows, None
    having = (
        select(TicketWords.ticket_id).where(_have(words, sqlite)).limit(HAVING + 1).cte("having")
    )
    if (await session.scalar(select(func.count()).select_from(having)) or 0) <= HAVING:
        seen = or_(*ways) if ways else literal(True)
        inside = query.where(seen, Ticket.id.in_(select(having.c.ticket_id)))
        ordered = inside.order_by(*stretch.ordered()).limit(need)
        return list((await session.execute(ordered)).all()), None
    return await _walk(session, ways, query, stretch, words, need, MORE, sqlite)


async def _walk(
    session: AsyncSession,
    ways: Sequence[ColumnElement[bool]],
    query: Select[Any],
    stretch: Stretch,
    words: Sequence[str],
    need: int,
    most: int,
    sqlite: bool,
) -> tuple[list[Any], Any]:
    """Look at the first `most` of the query by each way; also the row at which the first of them stopped."""
    found: dict[str, Any] = {}
    stops: list[Any] = []
    for way in ways or [literal(True)]:
        walk = numbered(query.where(way), stretch, most).subquery()
        hit = _are_in(words, sqlite).label("hit")
        looked = (
            select(walk.c.id, walk.c.key, walk.c.n, hit)
            .join(TicketWords, TicketWords.ticket_id == walk.c.id)
            .where(or_(hit, walk.c.n == most))
            .order_by(walk.c.n)
            .limit(need + 1)
        )
        rows = (await session.execute(looked)).all()
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
        if (behind(row) >= behind(stop)) is stretch.descending or row.id == stop.id
    ]
    return before[:need], stop


def _rank(stretch: Stretch) -> Any:
    return (
        (lambda row: str(row.id))
        if stretch.column is None
        else (lambda row: (row.key, str(row.id)))
    )


def _are_in(words: Sequence[str], sqlite: bool) -> ColumnElement[bool]:
    """All of them stand in the ticket's words."""
    place = func.instr if sqlite else func.strpos
    return and_(*(place(TicketWords.words, word) > 0 for word in words))


def _have(words: Sequence[str], sqlite: bool) -> ColumnElement[bool]:
    """As `_are_in`, in the way the index knows."""
    if sqlite:
        return _are_in(words, sqlite)
    pairs = [
        func.ticket_grams(TicketWords.words).op("@>")(func.ticket_grams(word))
        for word in words
        if len(word) > 1
    ]
    return and_(*pairs, _are_in(words, sqlite))
