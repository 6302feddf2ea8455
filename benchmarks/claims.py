"""50 agents pull from a queue of 500 at the same time, over their sockets. Called by benchmarks/people.py."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from app.container import build
from benchmarks.measures import percentile
from benchmarks.people_site import make_agents, product
from benchmarks.wire import Data, Refused, Wire
from core.configs import put_config
from core.conversation.models import Conversation
from core.ids import new_id
from core.settings import Settings
from handoff.hours.decisions import Row
from handoff.hours.settings import ADMISSION_CONFIG, AdmissionSettings

AGENTS, WAITING, CAPACITY = 50, 500, 11
# What an agent is told when there is nothing more to pull.
ENDS = ("queue_empty", "capacity_reached")


def measure_claims(name: str, folder: Path, url: str) -> dict[str, Any]:
    """How long a claim takes in the race, and whether each conversation went to one agent, none to a full one."""
    server, settings = product(name, folder, url)
    tokens = asyncio.run(make_agents(settings, AGENTS, CAPACITY))
    asyncio.run(_fill(settings))
    try:
        server.start()
        seconds, claims, won = asyncio.run(_race(settings, tokens))
    finally:
        server.stop()
    stored = asyncio.run(_served(settings))
    taken = Counter(conversation for conversation in won)
    return {
        "agents": AGENTS, "waiting": WAITING, "capacity": CAPACITY, "seconds": seconds,
        "claims_per_second": len(won) / seconds,
        "claim_ms": {"p50": 1e3 * percentile(claims, 0.5), "p99": 1e3 * percentile(claims, 0.99)},
        "claimed": len(taken), "claimed_twice": sum(count > 1 for count in taken.values()),
        "most_of_an_agent": max(stored), "served": sum(stored),
    }  # fmt: skip


async def _fill(settings: Settings) -> None:
    container = build(settings)
    try:
        async with container.uows.write() as uow:
            await put_config(uow, ADMISSION_CONFIG, AdmissionSettings(rows=[Row("queue")]), "bench")
        for _ in range(WAITING):
            conversation_id = await container.engine.open("web", new_id())
            await container.engine.request_handoff(conversation_id)
        await container.bus.idle()
    finally:
        await container.close()


def _deaf(_name: str, _data: Data) -> None:
    """The desks' screens are not looked at."""


async def _race(settings: Settings, tokens: list[str]) -> tuple[float, list[float], list[str]]:
    desks = [Wire("/agent", _deaf, ()) for _ in tokens]
    for desk, token in zip(desks, tokens, strict=True):
        await desk.open(settings.host, settings.port, {"token": token})
        # Who is busy is given nothing, and may still pull.
        await desk.call("set_presence", status="busy")
    claims: list[float] = []
    won: list[str] = []

    async def pull(desk: Wire) -> None:
        while True:
            begun = time.perf_counter()
            try:
                conversation = await desk.call("claim_next")
            except Refused as refusal:
                if str(refusal).rpartition(" ")[2] in ENDS:
                    return
                raise
            claims.append(time.perf_counter() - begun)
            won.append(conversation["id"])

    begun = time.perf_counter()
    await asyncio.gather(*(pull(desk) for desk in desks))
    seconds = time.perf_counter() - begun
    for desk in desks:
        desk.close()
    return seconds, claims, won


async def _served(settings: Settings) -> list[int]:
    """How many conversations each agent serves now."""
    container = build(settings)
    try:
        async with container.uows.read() as session:
            rows = await session.execute(
                select(Conversation.owner_id, func.count())
                .where(Conversation.status == "assigned")
                .group_by(Conversation.owner_id)
            )
            return [count for _, count in rows]
    finally:
        await container.close()
