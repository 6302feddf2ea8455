"""Who stands where in the queue, and telling them. Inside the caller's transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from core.events import Audience, Event, QueueUpdated, contact_room
from core.unit_of_work import UnitOfWork
from handoff.agents.service import read_agents
from handoff.queue import repository
from handoff.queue.estimate import eta_seconds, mean_service
from handoff.queue.models import QueueEntry

# Places told with every move. Who stands further back hears of it when the line has come closer.
MOST_TOLD = 200


@dataclass(frozen=True)
class Pace:
    """How fast a line moves: see estimate.eta_seconds."""

    free: int
    slots: int
    mean: float

    @classmethod
    async def measure(cls, session: AsyncSession, group_id: str | None, now: datetime) -> Pace:
        """From the agents who are online for the line now, and from recent services."""
        serving = [
            agent
            for agent in await read_agents(session, now)
            if agent.status == "online" and (group_id is None or group_id in agent.groups)
        ]
        return cls(
            free=sum(max(0, agent.capacity - agent.active) for agent in serving),
            slots=sum(agent.capacity for agent in serving),
            mean=mean_service(await repository.recent_durations(session)),
        )

    def place(self, conversation_id: str, ahead: int) -> QueueUpdated:
        eta = eta_seconds(ahead + 1, free=self.free, slots=self.slots, mean=self.mean)
        return QueueUpdated(
            conversation_id=conversation_id, position=ahead + 1, ahead=ahead, eta_seconds=eta
        )


async def place(session: AsyncSession, entry: QueueEntry, now: datetime) -> QueueUpdated:
    """Where an entry stands."""
    pace = await Pace.measure(session, entry.group_id, now)
    return pace.place(entry.conversation_id, await repository.count_ahead(session, entry))


async def tell_line(uow: UnitOfWork, group_id: str | None, *, skip: int) -> None:
    """Push their places to those from place `skip` (0 is the first) on, who have just moved."""
    line = await repository.line(uow.session, group_id, skip=skip, limit=MOST_TOLD)
    if not line:
        return
    pace = await Pace.measure(uow.session, group_id, uow.clock.now())
    for ahead, waiting in enumerate(line, start=skip):
        event = pace.place(waiting.conversation_id, ahead)
        room = frozenset({contact_room(waiting.contact_id)})
        uow.publish(Event("queue.updated", event, Audience(visitor_rooms=room)))
