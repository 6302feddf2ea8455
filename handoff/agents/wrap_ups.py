"""Queries of wrap-ups. Here and not at the desk, because presence looks at the time agents have for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from handoff.agents.models import WrapUp


class WrapUpTime(NamedTuple):
    """An agent's wrap-up time."""

    since: datetime
    until: datetime


async def running(
    session: AsyncSession, now: datetime, agent_ids: Sequence[str] | None = None
) -> dict[str, WrapUpTime]:
    """The wrap-up times that run, by agent."""
    query = select(WrapUp.agent_id, func.min(WrapUp.created_at), func.max(WrapUp.until))
    query = query.where(WrapUp.until > now).group_by(WrapUp.agent_id)
    if agent_ids is not None:
        query = query.where(WrapUp.agent_id.in_(agent_ids))
    rows = await session.execute(query)
    return {agent: WrapUpTime(since, until) for agent, since, until in rows if until is not None}


async def end_time(session: AsyncSession, agent_id: str) -> None:
    """The agent is ready for more, whether or not the forms are written."""
    mine = (WrapUp.agent_id == agent_id, WrapUp.until.is_not(None))
    await session.execute(update(WrapUp).where(*mine).values(until=None))
