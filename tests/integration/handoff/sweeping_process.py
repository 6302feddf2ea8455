"""A process that sweeps tickets' deadlines, to be killed.

python -m tests.integration.handoff.sweeping_process URL NOW [BATCH]

With BATCH it stops in the middle of that batch: everything is written, nothing committed. It says `held`, and waits.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from core.clock import FixedClock
from core.database import Database
from core.timers.sweeper import TimerSweeper
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from handoff.tickets.deadlines.service import DEADLINE_TIMER
from handoff.tickets.deadlines.sweep import batch_handlers

AT_ONCE = 10


def say(word: str) -> None:
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


async def main(url: str, now: str, held_in: int | None) -> None:
    uows = UnitOfWorkFactory(Database(url), FixedClock(datetime.fromisoformat(now)))
    handler, batches = batch_handlers()[DEADLINE_TIMER], 0

    async def fire(uow: UnitOfWork, due: Mapping[str, dict[str, Any]]) -> None:
        nonlocal batches
        batches += 1
        await handler.fire(uow, due)
        await uow.session.flush()
        if batches == held_in:
            say("held")
            await asyncio.Event().wait()

    batch = replace(handler, fire=fire, most=AT_ONCE)
    sweeper = TimerSweeper(uows, {}, {DEADLINE_TIMER: batch})
    while await sweeper.sweep_once():
        pass
    say("done")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else None))
