"""The orders in which tickets are listed, each a chain of stretches, and the place in it where a page ends.

A stretch is in one order with the id last, so that an index walks it and a page goes on right behind the last ticket:
what does not move is shown once, whatever else moves. Called by repository.py and search.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Label, Select, and_, func, null, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from core.errors import InvalidInput
from core.ids import canonical
from handoff.tickets.models import Ticket

Sort = Literal["filed", "due", "updated", "priority"]
PRIORITIES = ("urgent", "high", "normal", "low")
_BETWEEN = "~"


@dataclass(frozen=True)
class Stretch:
    """Tickets with `condition`, by `column` (None: in the order of filing) and id."""

    condition: Callable[[], ColumnElement[bool]] | None
    column: InstrumentedAttribute[Any] | None
    descending: bool

    def ordered(self, rows: Any = None) -> list[ColumnElement[Any]]:
        """The order of the tickets, or of `rows` of a subquery with their `key` and `id`."""
        keys: list[Any] = [Ticket.id if rows is None else rows.id]
        if self.column is not None:
            keys.insert(0, self.column if rows is None else rows.key)
        return [key.desc() if self.descending else key.asc() for key in keys]

    def key(self) -> Label[Any]:
        # Nothing beside the id, where an index alone then answers.
        return (null() if self.column is None else self.column).label("key")

    def narrowed(self, query: Select[Any], place: Place | None) -> Select[Any]:
        """To this stretch, and to what comes behind `place`."""
        if self.condition is not None:
            query = query.where(self.condition())
        if place is None:
            return query
        here: Any = Ticket.id
        there: Any = place.ticket_id
        if self.column is not None:
            here, there = tuple_(self.column, Ticket.id), (place.key, place.ticket_id)
        return query.where(here < there if self.descending else here > there)


@dataclass(frozen=True)
class Place:
    """Behind the ticket `ticket_id` in stretch number `stretch`; `key` is that ticket's, where the stretch has one."""

    stretch: int
    key: datetime | None
    ticket_id: str

    def __str__(self) -> str:
        key = self.key.isoformat() if self.key else ""
        return _BETWEEN.join((str(self.stretch), key, self.ticket_id))


class PlaceUnknown(InvalidInput):
    code, default_message = "page_unknown", "这一页已经不在了，请从头查看。"


def place_of(text: str, chain: list[Stretch]) -> Place:
    """What `str(place)` has written. Raises PlaceUnknown for anything else, and for that of another order."""
    try:
        number, key, ticket_id = text.split(_BETWEEN)
        place = Place(
            int(number), datetime.fromisoformat(key) if key else None, canonical(ticket_id)
        )
        keyed = chain[place.stretch].column is not None
    except (ValueError, IndexError):
        raise PlaceUnknown(field="after") from None
    if place.stretch < 0 or keyed != (place.key is not None):
        raise PlaceUnknown(field="after")
    if place.key is not None and place.key.tzinfo is None:
        raise PlaceUnknown(field="after")
    return place


def chain_of(sort: Sort, *, reverse: bool) -> list[Stretch]:
    """filed, updated: the newest first. due: the next first, and those without a deadline last, in the order of
    filing. priority: the most urgent first, of one priority what has waited longest. `reverse`: all of it backwards.
    """
    chain = {
        "filed": [Stretch(None, None, True)],
        "updated": [Stretch(None, Ticket.updated_at, True)],
        "due": [
            Stretch(lambda: Ticket.due_at.is_not(None), Ticket.due_at, False),
            Stretch(lambda: Ticket.due_at.is_(None), None, False),
        ],
        "priority": [Stretch(_has(name), None, False) for name in PRIORITIES],
    }[sort]
    if not reverse:
        return chain
    return [Stretch(one.condition, one.column, not one.descending) for one in reversed(chain)]


def _has(priority: str) -> Callable[[], ColumnElement[bool]]:
    return lambda: Ticket.priority == priority


def numbered(query: Select[Any], stretch: Stretch, most: int) -> Select[Any]:
    """The first `most` of a query, each with its number `n` in the order: see search.py."""
    ordered = stretch.ordered()
    number = func.row_number().over(order_by=ordered).label("n")
    return query.add_columns(number).order_by(*ordered).limit(most)


def picked(*conditions: ColumnElement[bool], stretch: Stretch) -> Select[Any]:
    return select(Ticket.id, stretch.key()).where(and_(True, *conditions))
