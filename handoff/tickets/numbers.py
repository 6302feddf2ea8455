"""The numbers people quote: GD20261122-0001, counted per local day in each series.

A type says what its numbers begin with (types/definition.py); left messages have a series of their own.
"""

from __future__ import annotations

import re
from datetime import date

from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from core.clock import LOCAL_ZONE
from core.unit_of_work import UnitOfWork
from handoff.tickets.models import NumberCounter

TICKETS, LEFT_MESSAGES = "GD", "LY"
PATTERN = re.compile(rf"^(?!{LEFT_MESSAGES}\d)[A-Z]{{2,4}}\d{{8}}-\d{{4,}}$", re.ASCII)
LEFT_PATTERN = re.compile(rf"^{LEFT_MESSAGES}\d{{8}}-\d{{4,}}$", re.ASCII)


def format_number(day: date, count: int, series: str = TICKETS) -> str:
    """Four digits, more on a day with more than 9,999."""
    return f"{series}{day:%Y%m%d}-{count:04d}"


async def next_number(uow: UnitOfWork, series: str = TICKETS) -> str:
    """The next number of today, in China's time.

    The race: two tickets filed at once read the same count. One upsert with RETURNING counts and
    reads in one statement; the second waits for the first to commit. A rolled back ticket leaves
    no gap, because its count is rolled back too.
    """
    day = uow.clock.now().astimezone(LOCAL_ZONE).date()
    sqlite = uow.session.get_bind().dialect.name == "sqlite"
    insert = sqlite_insert if sqlite else postgres_insert
    counted = (
        insert(NumberCounter)
        .values(series=series, day=day, last=1)
        .on_conflict_do_update(
            index_elements=[NumberCounter.series, NumberCounter.day],
            set_={"last": NumberCounter.last + 1},
        )
        .returning(NumberCounter.last)
    )
    count = await uow.session.scalar(counted)
    assert count is not None
    return format_number(day, count, series)
