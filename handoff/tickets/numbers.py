"""The number people quote: GD20261122-0001, counted per local day."""

from __future__ import annotations

import re
from datetime import date

from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from core.clock import LOCAL_ZONE
from core.unit_of_work import UnitOfWork
from handoff.tickets.models import TicketCounter

PATTERN = re.compile(r"^GD\d{8}-\d{4,}$")


def format_number(day: date, count: int) -> str:
    """Four digits, more on a day with more than 9,999 tickets."""
    return f"GD{day:%Y%m%d}-{count:04d}"


async def next_number(uow: UnitOfWork) -> str:
    """The next number of today, in China's time.

    The race: two tickets filed at once read the same count. One upsert with RETURNING counts and
    reads in one statement; the second waits for the first to commit. A rolled back ticket leaves
    no gap, because its count is rolled back too.
    """
    day = uow.clock.now().astimezone(LOCAL_ZONE).date()
    sqlite = uow.session.get_bind().dialect.name == "sqlite"
    row = (sqlite_insert if sqlite else postgres_insert)(TicketCounter).values(day=day, last=1)
    counted = row.on_conflict_do_update(
        index_elements=[TicketCounter.day], set_={"last": TicketCounter.last + 1}
    ).returning(TicketCounter.last)
    count = await uow.session.scalar(counted)
    assert count is not None
    return format_number(day, count)
