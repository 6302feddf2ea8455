"""A server that is killed while it sweeps has told nothing of what it had in hand; the next one tells it, once."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import select

from benchmarks.tickets_due import seed_due
from core.clock import FixedClock
from core.settings import ROOT
from core.timers.sweeper import LEASE
from core.unit_of_work import UnitOfWorkFactory
from handoff.tickets.models import TicketHistory
from handoff.tickets.notices.models import TicketNotice

COUNT = 45
SECONDS = 30


async def start(url: str, now: datetime, *held_in: int) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.integration.handoff.sweeping_process", url, now.isoformat(),
        *map(str, held_in), stdout=asyncio.subprocess.PIPE, cwd=ROOT,
    )  # fmt: skip


async def said(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    line = await asyncio.wait_for(process.stdout.readline(), SECONDS)
    return line.decode().strip()


async def told(uows: UnitOfWorkFactory) -> tuple[Counter[str], Counter[str]]:
    """How often each ticket is in somebody's notices, and how often it was written down as late."""
    async with uows.read() as session:
        notices = await session.scalars(select(TicketNotice.ticket_id))
        steps = await session.scalars(
            select(TicketHistory.ticket_id).where(TicketHistory.step == "escalate")
        )
        return Counter(str(each) for each in notices), Counter(steps)


async def test_killed_in_the_middle_of_a_batch_each_reminder_comes_once(
    uow_factory: UnitOfWorkFactory, clock: FixedClock, database_url: str
) -> None:
    due_at = clock.now() + timedelta(hours=1)
    await seed_due(uow_factory, COUNT, due_at)
    clock.advance(timedelta(hours=1))
    first = await start(database_url, clock.now(), 3)
    assert await said(first) == "held"
    first.kill()
    assert await first.wait() == -9
    # Two batches of ten were told; of the third nothing.
    notices, steps = await told(uow_factory)
    assert len(notices) == len(steps) == 20

    clock.advance(LEASE)
    second = await start(database_url, clock.now())
    assert await said(second) == "done"
    assert await second.wait() == 0
    notices, steps = await told(uow_factory)
    assert len(notices) == len(steps) == COUNT
    # The person whose turn it is and who leads the department, once each.
    assert set(notices.values()) == {2}
    assert set(steps.values()) == {1}
