"""Queries of wrap-ups. Here and not at the desk, because presence looks at the time agents have for them."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from handoff.agents.models import WrapUp


class WrapUpTime(NamedTuple):
    """An agent's wrap-up time."""

    since: datetime
    until: datetime


async def running(session: AsyncSession, now: datetime) -> dict[str, WrapUpTime]:
    """The wrap-up times that run, by agent.

    Few at any time, and found by their end. Grouped or narrowed by agent in the query, SQLite would go through all
    that an agent, or everybody, has ever wrapped up; and every look at who is there asks this.
    """
    query = select(WrapUp.agent_id, WrapUp.created_at, WrapUp.until).where(WrapUp.until > now)
    found: dict[str, WrapUpTime] = {}
    for agent_id, since, until in await session.execute(query):
        assert until is not None
        one = found.get(agent_id, WrapUpTime(since, until))
        found[agent_id] = WrapUpTime(min(one.since, since), max(one.until, until))
    return found


async def end_time(session: AsyncSession, agent_id: str) -> None:
    """The agent is ready for more, whether or not the forms are written."""
    mine = (WrapUp.agent_id == agent_id, WrapUp.until.is_not(None))
    await session.execute(update(WrapUp).where(*mine).values(until=None))
