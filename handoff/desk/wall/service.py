"""Puts the wall together, and keeps the alerts that supervisors were told of."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from core.auth.actor import Actor, Scope
from core.clock import LOCAL_ZONE
from core.events import SUPERVISOR_ROOM, AlertRaised, Event
from core.ids import new_id
from core.unit_of_work import UnitOfWorkFactory
from handoff.agents import repository as agents
from handoff.agents.schemas import AgentRead
from handoff.agents.service import read_agents
from handoff.desk.access import agents_within
from handoff.desk.ports import RatingTotals
from handoff.desk.team.models import Alert
from handoff.desk.wall import repository
from handoff.desk.wall.schemas import WallAgent, WallConversation, WallQueue, WallRead, WallTotals
from handoff.queue.places import Paces

ANYBODY = "所有坐席"
DISSOLVED = "已撤销的技能组"


class Wall:
    def __init__(self, *, uows: UnitOfWorkFactory, ratings: RatingTotals) -> None:
        self._uows = uows
        self._ratings = ratings

    async def read(self, actor: Actor) -> WallRead:
        """As it stands now, as far as the actor's scope reaches."""
        now = self._uows.clock.now()
        async with self._uows.read() as session:
            conversations = await repository.conversations(session, actor)
            everybody = await read_agents(session, now)
            return WallRead(
                at=now,
                queues=await self._queues(session, actor, everybody),
                agents=await self._agents(session, actor, everybody, conversations),
                conversations=conversations,
                totals=await self._totals(session, actor, now),
                alerts=await repository.alerts(session, actor),
            )

    async def _queues(
        self, session: AsyncSession, actor: Actor, everybody: list[AgentRead]
    ) -> list[WallQueue]:
        """Every group that has members, and every line in which somebody waits."""
        waiting = await repository.waiting(session, actor)
        names: dict[str | None, str] = {row.id: row.name for row in await agents.groups(session)}
        mine = set(await agents.groups_of(session, actor.account_id))
        shown = [each for each in names if actor.scope is Scope.ALL or each in mine]
        paces = Paces(session, everybody)
        queues = []
        for group_id in [None, *shown, *(each for each in waiting if each and each not in names)]:
            line = waiting.get(group_id)
            count = line.number if line else 0
            place = (await paces.of(group_id)).place("", count)
            queues.append(
                WallQueue(
                    group_id=group_id,
                    name=names.get(group_id, DISSOLVED) if group_id else ANYBODY,
                    waiting=count,
                    oldest_at=line.oldest_at if line else None,
                    eta_seconds=place.eta_seconds,
                )
            )
        return queues

    async def _agents(
        self,
        session: AsyncSession,
        actor: Actor,
        everybody: list[AgentRead],
        conversations: list[WallConversation],
    ) -> list[WallAgent]:
        owed: dict[str, list[datetime]] = {}
        for each in conversations:
            if each.owner_id is not None and each.waiting_since is not None:
                owed.setdefault(each.owner_id, []).append(each.waiting_since)
        shown = await repository.visible_agents(session, actor, [each.id for each in everybody])
        names = {row.id: row.name for row in await agents.groups(session)}
        return [
            WallAgent(
                id=each.id, name=each.name, status=each.status, reason=each.reason,
                since=each.since, active=each.active, capacity=each.capacity,
                groups=[names[group] for group in each.groups if group in names],
                unanswered=len(owed.get(each.id, ())),
                unanswered_since=min(owed.get(each.id, ()), default=None),
            )
            for each in everybody
            if each.id in shown
        ]  # fmt: skip

    async def _totals(self, session: AsyncSession, actor: Actor, now: datetime) -> WallTotals:
        local = now.astimezone(LOCAL_ZONE)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
        services = await repository.services(session, actor, midnight)
        rated, rating = await self._ratings.average_since(session, midnight, agents_within(actor))
        return WallTotals(
            handed_off=await repository.handed_off(session, actor, midnight),
            served=services.begun, closed=services.closed,
            first_answer_seconds=services.first_answer, rating=rating, rated=rated,
        )  # fmt: skip


class AlertLog:
    """Keeps every alert raised for the supervisors, whoever raised it."""

    def __init__(self, *, uows: UnitOfWorkFactory) -> None:
        self._uows = uows

    async def keep(self, event: Event) -> None:
        """Reaction to alert.raised. What is only for one agent's desk is not kept."""
        assert isinstance(event.payload, AlertRaised)
        if SUPERVISOR_ROOM not in event.audience.agent_rooms:
            return
        raised = event.payload
        async with self._uows.write() as uow:
            now = uow.clock.now()
            await repository.drop_old_alerts(uow.session, now)
            uow.session.add(
                Alert(
                    id=new_id(), at=now, code=raised.code[:48], message=raised.message[:500],
                    details=raised.details,
                    conversation_id=_id(raised.details.get("conversation_id")),
                    agent_id=_id(raised.details.get("agent_id")),
                )
            )  # fmt: skip


def _id(value: object) -> str | None:
    try:
        return str(UUID(value)) if isinstance(value, str) else None
    except ValueError:
        return None
