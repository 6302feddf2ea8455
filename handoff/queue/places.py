"""Who stands where in the queue, and telling them. Inside the caller's transaction."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from core.events import Audience, Event, QueueUpdated
from core.unit_of_work import UnitOfWork
from handoff.agents import repository as agents
from handoff.agents.schemas import AgentRead
from handoff.agents.service import read_agents
from handoff.queue import lines, repository
from handoff.queue.estimate import ENOUGH, eta_seconds, mean_service
from handoff.queue.lines import Lines
from handoff.queue.models import QueueEntry

# Places told at once with every move. Who stands further back is told a moment later (news.py): at a rush
# nobody needs to know that he is now the 187th instead of the 188th.
TOLD_AT_ONCE = 20
# The latest services that say how long one takes.
MEASURED = 50
# Looked at to find those; with many groups others stand between them.
_LOOKED_AT = 200


@dataclass(frozen=True)
class Pace:
    """How fast a line moves: see estimate.eta_seconds."""

    free: int
    slots: int
    mean: float

    def place(self, conversation_id: str, ahead: int) -> QueueUpdated:
        eta = eta_seconds(ahead + 1, free=self.free, slots=self.slots, mean=self.mean)
        return QueueUpdated(
            conversation_id=conversation_id, position=ahead + 1, ahead=ahead, eta_seconds=eta
        )


class Paces:
    """The pace of each line, measured when it is first asked for."""

    def __init__(self, session: AsyncSession, agents: Sequence[AgentRead]) -> None:
        self._session = session
        self._agents = agents
        self._known: dict[str | None, Pace] = {}
        self._recent: list[tuple[str, float]] | None = None

    async def of(self, group_id: str | None) -> Pace:
        """From the agents who are online for the line now, and from what its members served last."""
        if group_id not in self._known:
            self._known[group_id] = await self._measure(group_id)
        return self._known[group_id]

    async def _measure(self, group_id: str | None) -> Pace:
        members = [each for each in self._agents if group_id is None or group_id in each.groups]
        if not members:
            members = list(self._agents)  # dissolved: anybody serves it
        serving = [each for each in members if each.status == "online"]
        return Pace(
            free=sum(max(0, each.capacity - each.active) for each in serving),
            slots=sum(each.capacity for each in serving),
            mean=await self._mean({each.id for each in members}),
        )

    async def _mean(self, members: Set[str]) -> float:
        """Of what these agents served last; of everybody's where that is too little to say anything."""
        if self._recent is None:
            self._recent = await repository.recent_durations(self._session)
        theirs = [seconds for agent, seconds in self._recent if agent in members][:MEASURED]
        if len(theirs) < ENOUGH:
            theirs = [seconds for _, seconds in self._recent][:MEASURED]
        return mean_service(theirs)


async def place(session: AsyncSession, entry: QueueEntry, now: datetime) -> QueueUpdated:
    """Where an entry stands."""
    pace = await Paces(session, await read_agents(session, now)).of(entry.group_id)
    return pace.place(entry.conversation_id, await lines.count_ahead(session, entry))


async def tell_line(
    uow: UnitOfWork, entry: QueueEntry, groups: Collection[str | None], *, but: str = ""
) -> bool:
    """Push their places to those from this one's place on who wait for one of the groups' agents.

    All of them have just moved, except the conversation `but`. Whether all were told.
    """
    told = 0
    now = uow.clock.now()
    async for event in places_from(uow.session, now, entry, groups, looked_at=_LOOKED_AT):
        assert isinstance(event.payload, QueueUpdated)
        if event.payload.conversation_id == but:
            continue
        if told == TOLD_AT_ONCE:
            return False
        uow.publish(event)
        told += 1
    return True


async def places_from(
    session: AsyncSession, now: datetime, entry: QueueEntry | None,
    groups: Collection[str | None], *, looked_at: int,
) -> AsyncIterator[Event]:  # fmt: skip
    """The places of those who are touched when somebody at this place comes, goes or changes groups, in order.

    Without an entry: of everybody, from the first on.
    """
    following = await lines.following(session, entry, looked_at)
    if not following:
        return
    shared = Lines(await agents.members(session))
    before = await lines.counts_before(session, entry) if entry is not None else {}
    paces = Paces(session, await read_agents(session, now))
    for waiting in following:
        mine = waiting.group_id
        if entry is None or any(shared.counted(mine, group) for group in groups):
            ahead = sum(n for group, n in before.items() if shared.counted(mine, group))
            pace = await paces.of(mine)
            yield event_for(waiting.windows, pace.place(waiting.conversation_id, ahead))
        before[mine] = before.get(mine, 0) + 1


def event_for(windows: str, place: QueueUpdated) -> Event:
    """Tell the citizen; `windows`: his room."""
    return Event("queue.updated", place, Audience(visitor_rooms=frozenset({windows})))
