"""What would happen to an example citizen: group, priority, agent. Reads only."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy.ext.asyncio import AsyncSession

from core.clock import LOCAL_ZONE
from core.conversation.models import Inbox
from handoff.queue import candidates
from handoff.queue.routes import Router, all_groups
from handoff.routing.case import Case, Waiting
from handoff.routing.choose import choose
from handoff.routing.priority import age_in
from handoff.routing.reasons import explain, priority_step
from handoff.routing.settings import RoutingSettings

Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=64)]


class RoutingTrial(BaseModel):
    """An example citizen, and the settings to try, saved or not."""

    model_config = ConfigDict(extra="forbid")

    settings: RoutingSettings
    inbox: Short = ""
    business: Short = ""
    sub_channel: Short = ""
    region: Short = ""
    language: Short = "zh"
    customer_group: Short = ""
    tags: list[Short] = Field([], max_length=20)
    birth_year: int | None = Field(None, ge=1900, le=2200)
    transferred: bool = False


class TrialRead(BaseModel):
    """`group`: its name, "" for anybody. `minutes_ahead`: as if they had come that much earlier.

    `agent`: who would get it now if it were given automatically; null: nobody is free. `lines`: why.
    """

    group: str
    priority: int
    minutes_ahead: float
    agent: str | None
    lines: list[str]


async def try_out(session: AsyncSession, wanted: RoutingTrial, now: datetime) -> TrialRead:
    router = Router(session, wanted.settings, await all_groups(session), now)
    inbox = await session.get(Inbox, wanted.inbox)
    case = Case(
        inbox=wanted.inbox,
        channel=inbox.channel if inbox is not None else "",
        business=wanted.business or None,
        sub_channel=wanted.sub_channel,
        region=wanted.region,
        language=wanted.language,
        customer_group=wanted.customer_group,
        tags=tuple(wanted.tags),
        age=age_in(wanted.birth_year, now.astimezone(LOCAL_ZONE).date()),
        transferred=wanted.transferred,
    )
    where = router.group_for(case, None)
    points, parts = router.points_for(case)
    waiting = Waiting("", case.channel, router.order_at(now, points), where.group_id)
    choice = choose(
        waiting, await candidates.free_agents(session, now), strategy=wanted.settings.strategy,
        limits=wanted.settings.channel_capacity, now=now,
    )  # fmt: skip
    steps = [*where.steps, priority_step(points, parts), *choice.steps]
    group = router.groups.get(where.group_id or "")
    return TrialRead(
        group=group.name if group is not None else "",
        priority=points,
        minutes_ahead=points / wanted.settings.priority.points_per_minute,
        agent=choice.agent.name if choice.agent is not None else None,
        lines=explain({"steps": steps}),
    )
