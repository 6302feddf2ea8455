"""The ticket lists at a million: every list, order and kind of search, by who asks.

python -m benchmarks.tickets FOLDER [--tickets N] [--only postgresql|sqlite] [--rounds N] [--cases WORD] [--json FILE]

The databases are made in FOLDER and kept there: the first run takes minutes. A request is one of listing/service.py,
from the query to the rows that are sent; who asks changes with each, so that nobody's tickets are warm by themselves.
`computed` is what it took of a processor, on both sides: the steadiest figure where others use the machine.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import random
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import text

from benchmarks import tickets_site
from benchmarks.tickets_seed import NOW, RARE, SEED, Town, draw_town
from core.auth.actor import Actor, Scope
from core.auth.permissions import Role
from core.clock import FixedClock
from core.database import Database
from core.unit_of_work import UnitOfWorkFactory
from handoff.tickets.listing.schemas import PageQuery
from handoff.tickets.listing.service import TicketLists
from handoff.tickets.listing.wanted import NAMES

# As many as the figures are promised for.
SIZES = {"postgresql": 1_000_000, "sqlite": 100_000}
SITES = {"postgresql": tickets_site.postgres, "sqlite": tickets_site.sqlite}
LIMITS = {"postgresql": 150, "sqlite": 300}
WARM = 4
SORTS = ("filed", "due", "updated", "priority")
# Words of many tickets, of some, of a handful, of none; and two at once.
WORDS = {
    "frequent": "租房提取", "usual": "二手房评估", "frequent, two": "租房提取 依据", "rare": RARE[0],
    "rare and frequent": f"{RARE[1]} 窗口", "nobody's": "火星移民", "digits": "2026",
}  # fmt: skip
FILTERS: dict[str, dict[str, Any]] = {
    "one type": {"type": ["petition"]},
    "closed in one business and region": {"status": ["closed"], "business": ["执法"], "region": ["海岛"]},
    "rare together": {"type": ["petition"], "priority": ["urgent"], "region": ["海岛"], "channel": ["wecom"]},
    "one channel": {"channel": ["wecom"]},
    "filed in a month": {
        "filed_since": "2025-03-01T00:00:00+08:00", "filed_until": "2025-04-01T00:00:00+08:00", "source": ["bot"],
    },
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    name: str
    scope: Scope
    query: dict[str, Any]
    # Pages that are turned before the one that is measured.
    pages: int = 0


def cases() -> list[Case]:
    found = [
        Case(f"{view}, by {sort}", scope, {"view": view, "sort": sort})
        for scope in Scope
        for view in NAMES
        for sort in SORTS
    ]
    for scope in Scope:
        found += [
            Case(f"words: {name}, by {sort}", scope, {"q": words, "sort": sort})
            for name, words in WORDS.items()
            for sort in SORTS
        ]
        found += [
            Case(f"filter: {name}, by {sort}", scope, {**query, "sort": sort})
            for name, query in FILTERS.items()
            for sort in SORTS
        ]
        found += [Case(f"page 20, by {sort}", scope, {"sort": sort}, pages=19) for sort in SORTS]
        found += [
            Case("number", scope, {"q": "GD20260401-0007"}),
            Case("phone", scope, {"q": "13912345678"}),
            Case("name", scope, {"name": "欧阳建国"}),
            Case("overdue with words", scope, {"view": "overdue", "q": "窗口排队", "sort": "due"}),
            Case("counters", scope, {"counters": True}),
        ]
    return found


def askers(town: Town) -> dict[Scope, list[Actor]]:
    """Some people of each scope: handlers of busy and of quiet departments, supervisors."""
    handlers = [each for each in town.people if each.role == "handler"]
    chosen = random.Random(3).sample(handlers, 12)
    leading = [each for each in town.people if each.role == "supervisor"]
    return {
        Scope.OWN: [Actor(p.id, p.id, p.name, Role.HANDLER, Scope.OWN) for p in chosen],
        Scope.GROUP: [Actor(p.id, p.id, p.name, Role.HANDLER) for p in chosen],
        Scope.ALL: [Actor(p.id, p.id, p.name, Role.SUPERVISOR) for p in leading],
    }


async def measure(address: str, rounds: int, only: str) -> list[dict[str, Any]]:
    database = Database(address)
    lists = TicketLists(UnitOfWorkFactory(database, FixedClock(NOW)))
    people = askers(draw_town(random.Random(SEED)))
    results = []
    try:
        for case in cases():
            if only not in f"{case.scope.value} {case.name}":
                continue
            before = await _computed(database)
            taken, rows = await _taken(lists, case, people[case.scope], rounds)
            computed = (await _computed(database) - before) * 1000 / (WARM + rounds)
            results.append(
                {
                    "scope": case.scope.value, "case": case.name, "rows": rows,
                    "p50": round(statistics.median(taken), 1), "p99": round(_share(taken, 0.99), 1),
                    "most": round(max(taken), 1), "computed": round(computed, 1),
                }
            )  # fmt: skip
    finally:
        await database.close()
    return results


async def _computed(database: Database) -> float:
    """Seconds of a processor so far: ours, and those of the one connection that answers one request after another."""
    spent = time.process_time()
    if not database.is_sqlite:
        async with database.engine.connect() as connection:
            pid = (await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one()
        times = psutil.Process(pid).cpu_times()
        spent += times.user + times.system
    return spent


async def _taken(
    lists: TicketLists, case: Case, people: list[Actor], rounds: int
) -> tuple[list[float], int]:
    """Milliseconds of each round, and the rows of the last."""
    taken: list[float] = []
    rows = 0
    for number in range(WARM + rounds):
        ask = await _request(lists, case, people[number % len(people)])
        begun = time.perf_counter()
        rows = await ask()
        if number >= WARM:
            taken.append((time.perf_counter() - begun) * 1000)
    return taken, rows


async def _request(lists: TicketLists, case: Case, actor: Actor) -> Callable[[], Awaitable[int]]:
    if "counters" in case.query:

        async def counted() -> int:
            return sum((await lists.counts(actor)).counts.values())

        return counted
    query = PageQuery.model_validate({**case.query, "limit": 50})
    for _ in range(case.pages):
        page = await lists.page(actor, query)
        query = query.model_copy(update={"after": page.next or query.after})

    async def asked() -> int:
        return len((await lists.page(actor, query)).items)

    return asked


def _share(taken: list[float], share: float) -> float:
    return sorted(taken)[min(round(share * len(taken)), len(taken) - 1)]


def summary(results: list[dict[str, Any]]) -> list[str]:
    """A line for each group of cases: the slowest of its members."""
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for one in results:
        groups.setdefault((one["scope"], one["case"].partition(",")[0]), []).append(one)
    lines = [
        "| who sees | what is asked | p50 ms | p99 ms | computed ms |",
        "|---|---|---|---|---|",
    ]
    for (scope, name), members in groups.items():
        p50, p99 = max(m["p50"] for m in members), max(m["p99"] for m in members)
        computed = max(m["computed"] for m in members)
        lines.append(f"| {scope} | {name} | {p50} | {p99} | {computed} |")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.tickets", description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tickets", type=int, help="instead of a million and a hundred thousand")
    parser.add_argument("--only", choices=tuple(SITES), help="one database")
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--cases", default="", metavar="WORD", help="those with it in their name")
    parser.add_argument("--json", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    everything: dict[str, Any] = {}
    for name, site in SITES.items():
        if arguments.only not in (None, name):
            continue
        count = arguments.tickets or SIZES[name]
        with contextlib.ExitStack() as stack:
            address = stack.enter_context(site(arguments.folder.resolve(), count))
            results = asyncio.run(measure(address, arguments.rounds, arguments.cases))
        everything[name] = {"tickets": count, "cases": results}
        print(f"\n{name}, {count:,} tickets; the slowest of each group over its orders")
        print("\n".join(summary(results)))
        slow = [one for one in results if one["p99"] > LIMITS[name]]
        print(f"{len(results)} cases, {len(slow)} above {LIMITS[name]} ms at p99")
        for one in sorted(slow, key=lambda each: -each["p99"])[:20]:
            print(f"  {one['scope']} {one['case']}: p50 {one['p50']}, p99 {one['p99']}")
    if arguments.json:
        written = json.dumps(everything, ensure_ascii=False, indent=1)
        arguments.json.write_text(written + "\n", "utf-8")


if __name__ == "__main__":
    main()
