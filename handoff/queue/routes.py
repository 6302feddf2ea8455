"""Where a conversation is to wait and before whom: what is known of it, put to the rules of routing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.auth.models import Account
from core.clock import LOCAL_ZONE
from core.configs import get_config
from core.conversation.models import Contact, Conversation
from handoff.agents import repository as agents
from handoff.agents.schemas import AgentRead
from handoff.agents.service import read_agents
from handoff.queue.models import Assignment, DesignatedAgent
from handoff.routing.case import Case, Group, Step
from handoff.routing.priority import Part, age_in, effective_since, parts, total
from handoff.routing.reasons import (
    handoff_rule_step,
    priority_step,
    wanted_away_step,
    wanted_step,
)
from handoff.routing.rules import Route, route
from handoff.routing.settings import CONFIG_NAME, RoutingSettings


async def routing_settings(session: AsyncSession) -> RoutingSettings:
    return await get_config(session, CONFIG_NAME, RoutingSettings)


@dataclass(frozen=True)
class Found:
    """Where it waits and how it came there.

    `overflow_after`: seconds after which it goes on, None: never. `wanted_agent` is waited for until `wanted_until`.
    """

    group_id: str | None
    priority: int
    order_at: datetime
    steps: tuple[Step, ...]
    overflow_after: int | None = None
    wanted_agent: str | None = None
    wanted_until: datetime | None = None


@dataclass(frozen=True)
class _Wanted:
    agent_id: str
    why: str  # asked, designated, rule, familiar
    seconds: int


class Router:
    """One look at settings, groups and agents; made for a single decision."""

    def __init__(
        self,
        session: AsyncSession,
        settings: RoutingSettings,
        groups: dict[str, Group],
        now: datetime,
    ) -> None:
        self._session = session
        self.settings = settings
        self.groups = groups
        self._now = now

    @classmethod
    async def load(cls, session: AsyncSession, now: datetime) -> Router:
        settings = await routing_settings(session)
        return cls(session, settings, await all_groups(session), now)

    async def case_of(self, conversation: Conversation, business: str | None) -> Case:
        contact = await self._session.get_one(Contact, conversation.contact_id)
        return Case(
            inbox=conversation.inbox_id,
            channel=conversation.channel,
            business=business or conversation.business,
            sub_channel=conversation.sub_channel,
            region=contact.region,
            language=conversation.language,
            customer_group=contact.customer_group,
            tags=tuple(contact.tags),
            age=age_in(contact.birth_year, self._now.astimezone(LOCAL_ZONE).date()),
        )

    def group_for(self, case: Case, decided: str | None) -> Route:
        """`decided`: the group that the rule which handed over names."""
        group = self.groups.get(decided) if decided is not None else None
        if group is not None and group.members:
            return Route(group.id, (handoff_rule_step(group.name),))
        return route(case, [rule.rule() for rule in self.settings.rules], self.groups)

    def points_for(self, case: Case) -> tuple[int, list[Part]]:
        counted = parts(case, self.settings.priority.weights())
        return total(counted), counted

    def order_at(self, enqueued_at: datetime, priority: int) -> datetime:
        per_minute = self.settings.priority.points_per_minute
        return effective_since(enqueued_at, priority, points_per_minute=per_minute)

    async def find(
        self,
        conversation: Conversation,
        *,
        business: str | None,
        decided: str | None = None,
        evidence: Mapping[str, Any] | None = None,
    ) -> Found:
        """For a conversation that the bot hands over."""
        case = await self.case_of(conversation, business)
        where = self.group_for(case, decided)
        priority, counted = self.points_for(case)
        found = self._found(
            where.group_id, priority, (*where.steps, priority_step(priority, counted))
        )
        wanted = await self._wanted(conversation, evidence or {}, where.agent_id)
        return found if wanted is None else await self._waiting_for(found, wanted)

    async def handed_on(
        self, conversation: Conversation, group_id: str | None, step: Step
    ) -> Found:
        """For one that somebody has sent to a group."""
        business = (conversation.handoff or {}).get("category")
        case = replace(await self.case_of(conversation, business), transferred=True)
        priority, counted = self.points_for(case)
        return self._found(group_id, priority, (step, priority_step(priority, counted)))

    def _found(self, group_id: str | None, priority: int, steps: tuple[Step, ...]) -> Found:
        order_at = self.order_at(self._now, priority)
        return Found(group_id, priority, order_at, steps, self.overflow_after(group_id))

    def overflow_after(self, group_id: str | None) -> int | None:
        """How long one waits in this line before going on to another."""
        step = self.settings.chain().get(group_id or "")
        return step.after_seconds if step is not None else None

    # ---- somebody by name ----------------------------------------------------------------------

    async def _wanted(
        self, conversation: Conversation, evidence: Mapping[str, Any], by_rule: str | None
    ) -> _Wanted | None:
        """Whom the citizen asked for, else whom he is designated to, else whom the rule names, else who knows him."""
        seconds = self.settings.wanted_seconds
        asked = evidence.get("agent_id")
        if evidence.get("same_agent") and isinstance(asked, str):
            return _Wanted(asked, "asked", seconds)
        designated = await self._session.get(DesignatedAgent, conversation.contact_id)
        if designated is not None:
            return _Wanted(designated.agent_id, "designated", seconds)
        if by_rule is not None:
            return _Wanted(by_rule, "rule", seconds)
        familiar = self.settings.familiar
        if not familiar.enabled:
            return None
        since = self._now - timedelta(days=familiar.within_days)
        served = (
            select(Assignment.agent_id)
            .join(Conversation, Conversation.id == Assignment.conversation_id)
            .where(
                Conversation.contact_id == conversation.contact_id, Assignment.started_at > since
            )
            .order_by(Assignment.started_at.desc())
            .limit(1)
        )
        agent_id = await self._session.scalar(served)
        return _Wanted(agent_id, "familiar", familiar.wait_seconds) if agent_id else None

    async def _waiting_for(self, found: Found, wanted: _Wanted) -> Found:
        account = await self._session.get(Account, wanted.agent_id)
        if account is None:
            return found
        everybody = await read_agents(self._session, self._now)
        agent = next((each for each in everybody if each.id == wanted.agent_id), None)
        if not self._can_come(agent, wanted, found.group_id):
            away = wanted_away_step(wanted.why, account.name)
            return replace(found, steps=(*found.steps, away))
        step = wanted_step(wanted.why, account.name, wanted.seconds)
        until = self._now + timedelta(seconds=wanted.seconds)
        return replace(
            found, steps=(*found.steps, step), wanted_agent=wanted.agent_id, wanted_until=until
        )

    @staticmethod
    def _can_come(agent: AgentRead | None, wanted: _Wanted, group_id: str | None) -> bool:
        """Whether waiting makes sense: who is merely familiar must be free and of the group."""
        if agent is None:
            return False
        if wanted.why != "familiar":
            return agent.status in ("online", "busy", "wrap_up")
        of_group = group_id is None or group_id in agent.groups
        here = agent.status in ("online", "wrap_up")
        return of_group and here and agent.active < agent.capacity


async def all_groups(session: AsyncSession) -> dict[str, Group]:
    members = await agents.members(session)
    return {
        row.id: Group(row.id, row.name, tuple(row.categories), frozenset(members.get(row.id, ())))
        for row in await agents.groups(session)
    }
