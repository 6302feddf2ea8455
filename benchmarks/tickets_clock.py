"""The clocks of tickets: how fast due times are counted, and how fast what has come due is told.

python -m benchmarks.tickets_clock [--rows N] [--only sqlite|postgresql] [--json FILE]

Counting: one core, starts drawn over twenty years of the shipped calendar, against the slow, obvious count of
benchmarks/slow_timetable.py in the same run, with the same answers. The sweep: N tickets (10,000) that are all late at
once, each with a notice to its person and its department's leader, a step in its history, an audit row and the next
timer; both databases wait for the disk at each commit.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from app.migrate import upgrade
from benchmarks.people_site import postgres
from benchmarks.slow_timetable import slow_due
from benchmarks.tickets_due import seed_due
from core.clock import LOCAL_ZONE, FixedClock
from core.database import Database
from core.timers.sweeper import TimerSweeper
from core.unit_of_work import UnitOfWorkFactory
from handoff.hours.settings import OFFICE
from handoff.hours.statutory import shipped
from handoff.sla.spans import Counting, Pause, Unit
from handoff.sla.timetable import Timetable
from handoff.tickets.deadlines.sweep import batch_handlers
from handoff.tickets.notices.models import TicketNotice

GOAL_COUNTED, GOAL_SECONDS = 100_000, 10.0
COUNTED, SLOWLY = 200_000, 300
DUE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
Case = tuple[datetime, int, Unit, list[Pause]]
SPANS = [(240, Unit.MINUTES), (5, Unit.WORKDAYS), (15, Unit.DAYS)]


def cases(count: int, *, paused: bool) -> list[Case]:
    chance, first = random.Random(11), datetime(2007, 1, 1, tzinfo=LOCAL_ZONE)
    found: list[Case] = []
    for number in range(count):
        start = first + timedelta(minutes=chance.randrange(19 * 365 * 1440))
        since = start + timedelta(minutes=chance.randrange(2000))
        pause = (since, since + timedelta(minutes=chance.randrange(10_000)))
        found.append((start, *SPANS[number % len(SPANS)], [pause] if paused else []))
    return found


def counting() -> dict[str, Any]:
    """Computations a second, plainly and with a pause, and how often faster than the slow count."""
    calendar, hours, rules = shipped(), OFFICE.hours(shipped()), Counting()
    began = time.perf_counter()
    table = Timetable(
        calendar, hours, first=date(2007, 1, 1), last=date(2038, 12, 31), counting=rules
    )
    figures: dict[str, Any] = {"compiled_ms": round((time.perf_counter() - began) * 1000, 1)}

    def plainly(case: Case) -> datetime | None:
        return table.due(case[0], case[1], case[2])

    def with_pauses(case: Case) -> datetime | None:
        return table.run(*case).due

    ways: dict[str, tuple[Callable[[Case], datetime | None], bool]] = {
        "plain": (plainly, False), "paused": (with_pauses, True),
    }  # fmt: skip
    for name, (way, paused) in ways.items():
        few = cases(SLOWLY, paused=paused)
        began = time.perf_counter()
        slow = [slow_due(calendar, hours, rules, *case, last=table.last) for case in few]
        slow_rate = SLOWLY / (time.perf_counter() - began)
        if [way(case) for case in few] != slow:
            raise SystemExit("the timetable and the slow count differ")
        many = cases(COUNTED, paused=paused)
        began = time.perf_counter()
        for case in many:
            way(case)
        rate = COUNTED / (time.perf_counter() - began)
        figures[name] = {
            "per_second": round(rate), "slow_per_second": round(slow_rate),
            "times_faster": round(rate / slow_rate),
        }  # fmt: skip
    return figures


@contextmanager
def database(name: str) -> Iterator[str]:
    if name == "postgresql":
        with postgres() as (url, _):
            yield url
    else:
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite+aiosqlite:///{Path(folder) / 'clock.sqlite3'}"


async def sweeping(url: str, rows: int) -> dict[str, Any]:
    db, clock = Database(url), FixedClock(DUE - timedelta(days=1))
    uows = UnitOfWorkFactory(db, clock)
    await seed_due(uows, rows, DUE)
    clock.advance(timedelta(days=1))
    sweeper, told = TimerSweeper(uows, {}, batch_handlers()), 0
    longest, computed = 0.0, time.process_time()
    began = last = time.perf_counter()
    while fired := await sweeper.sweep_once():
        told += fired
        longest, last = max(longest, time.perf_counter() - last), time.perf_counter()
    seconds, computed = time.perf_counter() - began, time.process_time() - computed
    async with uows.read() as session:
        notices = await session.scalar(select(func.count()).select_from(TicketNotice))
    await db.close()
    if told != rows or notices != 2 * rows:
        raise SystemExit(f"{rows} were due, {told} fired, {notices} notices were written")
    return {
        "rows": rows, "seconds": round(seconds, 2), "rows_per_second": round(rows / seconds),
        "longest_batch_ms": round(longest * 1000), "processor_seconds": round(computed, 2),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    figures: dict[str, Any] = {"counting": counting()}
    for name in [given.only] if given.only else ["sqlite", "postgresql"]:
        with database(name) as url:
            upgrade(url)
            figures[name] = asyncio.run(sweeping(url, given.rows))
    print(json.dumps(figures, indent=2))
    if given.json:
        given.json.write_text(json.dumps(figures, indent=2), encoding="utf-8")
    slow = [
        name for name in figures if name != "counting" and figures[name]["seconds"] > GOAL_SECONDS
    ]
    missed = figures["counting"]["plain"]["per_second"] < GOAL_COUNTED or (
        given.rows >= 10_000 and bool(slow)
    )
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
