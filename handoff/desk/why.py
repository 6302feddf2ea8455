"""Why a conversation waits where it waits and went to whom it went; the side panel's answer."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.auth.models import Account
from core.conversation.models import Conversation
from handoff.agents.models import SkillGroup
from handoff.queue import repository
from handoff.queue.models import Assignment, DesignatedAgent
from handoff.routing.reasons import explain


class ServiceWhy(BaseModel):
    """Why this agent got it, in sentences."""

    agent: str
    started_at: datetime
    ended_at: datetime | None
    lines: list[str]


class RoutingWhy(BaseModel):
    """`waiting`: why it waits where it does, null when it does not. `services`: the latest first.

    `group`: the skill group's name, "" for anybody; `priority` as set; both while it waits.
    """

    waiting: list[str] | None
    group_id: str | None = None
    group: str = ""
    priority: int | None = None
    services: list[ServiceWhy]
    designated_id: str | None = None
    designated: str = ""


async def why(session: AsyncSession, conversation: Conversation) -> RoutingWhy:
    services = [
        ServiceWhy(
            agent=name, started_at=row.started_at, ended_at=row.ended_at,
            lines=explain(row.reason, trigger=row.trigger),
        )
        for row, name in await session.execute(
            select(Assignment, Account.name)
            .join(Account, Account.id == Assignment.agent_id)
            .where(Assignment.conversation_id == conversation.id)
            .order_by(Assignment.started_at.desc(), Assignment.id.desc())
        )
    ]  # fmt: skip
    designated = (
        await session.execute(
            select(Account.id, Account.name)
            .join(DesignatedAgent, DesignatedAgent.agent_id == Account.id)
            .where(DesignatedAgent.contact_id == conversation.contact_id)
        )
    ).one_or_none()
    found = RoutingWhy(waiting=None, services=services)
    if designated is not None:
        found.designated_id, found.designated = designated
    entry = await repository.waiting_entry(session, conversation.id)
    if entry is not None:
        group = await session.get(SkillGroup, entry.group_id) if entry.group_id else None
        found.waiting = explain({"steps": entry.route})
        found.group_id, found.group = entry.group_id, group.name if group is not None else ""
        found.priority = entry.priority
    return found
