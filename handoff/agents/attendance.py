"""Whether agents' desks are open: leases, and what happens when the last one of an agent has ended.

An agent whose connection is lost is offline at once and keeps what was chosen for a grace time: who is back by then
goes on as before. Afterwards the choice is offline and the conversations are to be handed on, each by a timer of its
own (desk/handing_on.py), because an agent's lock and many conversations' should not be held together.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from core import audit
from core.auth.models import Account
from core.configs import get_config
from core.events import SUPERVISOR_ROOM, AlertRaised, Audience, Event, PresenceUpdated
from core.timers.repository import cancel_timer, set_timer
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from handoff.agents import repository
from handoff.agents.models import AgentProfile
from handoff.agents.presence import LEASE, RELOAD_GRACE, may_judge
from handoff.agents.settings import CONFIG_NAME, PresenceSettings
from handoff.agents.standing import publish_presence

PRESENCE_TIMER = "presence.expired"
AWAY_TIMER = "presence.away"
# About a conversation: its agent is gone. Payload: see set_hand_on.
HAND_ON_TIMER = "presence.hand_on"
# Looked at a moment after the lease has ended, so that it has.
_MARGIN = timedelta(seconds=1)


async def presence_settings(uow: UnitOfWork) -> PresenceSettings:
    return await get_config(uow.session, CONFIG_NAME, PresenceSettings)


async def set_hand_on(uow: UnitOfWork, agent_id: str, *, lost: bool) -> int:
    """Have the agent's conversations handed on; returns how many.

    `lost`: unasked, so that the agent may come back and go on while nobody else can take them.
    """
    conversations = await repository.served_now(uow.session, agent_id)
    for conversation_id, epoch in conversations:
        payload = {"epoch": epoch, "lost": lost, "since": uow.clock.now().isoformat()}
        await set_timer(uow, HAND_ON_TIMER, conversation_id, uow.clock.now(), payload)
    return len(conversations)


class Attendance:
    def __init__(self, *, uows: UnitOfWorkFactory) -> None:
        self._uows = uows

    async def connect(self, agent_id: str, connection_id: str) -> PresenceUpdated:
        """A desk was opened: the chosen status counts again. Returns the presence to show."""
        async with self._uows.write() as uow:
            profile = await self.lock(uow, agent_id)
            until = uow.clock.now() + LEASE
            await repository.put_lease(uow.session, connection_id, agent_id, until)
            await cancel_timer(uow, AWAY_TIMER, agent_id)
            await _look(uow, PRESENCE_TIMER, agent_id, until + _MARGIN)
            return await publish_presence(uow, profile)

    async def disconnect(self, connection_id: str) -> None:
        """A desk was closed or is being reloaded: it counts for a short grace only."""
        async with self._uows.write() as uow:
            agent_id = await repository.lease_owner(uow.session, connection_id)
            if agent_id is None:
                return
            await self.lock(uow, agent_id)
            until = uow.clock.now() + RELOAD_GRACE
            await repository.move_leases(uow.session, [connection_id], until)
            ends = await repository.lease_ends(uow.session, agent_id)
            await _look(uow, PRESENCE_TIMER, agent_id, max(ends) + _MARGIN)

    async def heartbeat(self, connection_ids: Iterable[str]) -> None:
        """Renew the leases of the desks connected here; called every presence.HEARTBEAT."""
        known = list(connection_ids)
        async with self._uows.write() as uow:
            longest = uow.clock.now() + LEASE
            if known:
                await repository.move_leases(uow.session, known, longest)
            # A clock that was put back would let the leases of those who are gone run for as long.
            for agent_id in await repository.shorten_leases(uow.session, longest + _MARGIN):
                await _look(uow, PRESENCE_TIMER, agent_id, longest + 2 * _MARGIN)

    async def lock(self, uow: UnitOfWork, agent_id: str) -> AgentProfile:
        """The agent's row, locked: whoever moves leases or the presence timer holds it first."""
        return await repository.lock_profile(uow.session, agent_id, uow.clock.now())

    async def expire(self, uow: UnitOfWork, subject: str, payload: dict[str, Any]) -> None:
        """Timer handler: the last lease may have ended. Renewed meanwhile: look again then."""
        now = uow.clock.now()
        ends = await repository.lease_ends(uow.session, subject)
        if any(until > now for until in ends):
            await _look(uow, PRESENCE_TIMER, subject, max(ends) + _MARGIN)
            return
        if await _put_off(uow, PRESENCE_TIMER, subject, payload):
            return
        await repository.drop_ended_leases(uow.session, subject, now)
        profile = await self.lock(uow, subject)
        grace = (await presence_settings(uow)).grace_seconds
        await _look(uow, AWAY_TIMER, subject, now + timedelta(seconds=grace))
        presence = await publish_presence(uow, profile)
        if presence.active:
            account = await uow.session.get(Account, subject)
            name = account.name if account else ""
            alert = AlertRaised(
                code="agent_away",
                message=f"{name} 的连接已中断，{grace} 秒内未恢复，{presence.active} 个会话将转给其他坐席。",
                details={"agent_id": subject, "active": presence.active, "seconds": grace},
            )
            room = Audience(agent_rooms=frozenset({SUPERVISOR_ROOM}))
            uow.publish(Event("alert.raised", alert, room))

    async def on_away(self, uow: UnitOfWork, subject: str, payload: dict[str, Any]) -> None:
        """Timer handler: the grace time is over. Whoever comes back now has to say that they are at work."""
        now = uow.clock.now()
        if any(until > now for until in await repository.lease_ends(uow.session, subject)):
            return
        if await _put_off(uow, AWAY_TIMER, subject, payload):
            return
        profile = await self.lock(uow, subject)
        if profile.status != "offline":
            profile.status, profile.status_since = "offline", now
            profile.status_by, profile.status_reason = "system", ""
            audit.record(
                uow, actor="system", action="agent.presence", subject=f"agent:{subject}",
                status="offline", reason="lease_expired",
            )  # fmt: skip
        await set_hand_on(uow, subject, lost=True)
        await publish_presence(uow, profile)


async def _look(
    uow: UnitOfWork, kind: str, agent_id: str, due_at: datetime, put_off: int = 0
) -> None:
    """Set the timer so that its handler can tell how late it is."""
    await set_timer(uow, kind, agent_id, due_at, {"due": due_at.isoformat(), "put_off": put_off})


async def _put_off(uow: UnitOfWork, kind: str, agent_id: str, payload: dict[str, Any]) -> bool:
    """Whether it is too early to judge, as nobody could renew a lease lately; looked at again after a lease's time."""
    now, times = uow.clock.now(), payload.get("put_off", 0)
    due = payload.get("due")
    if may_judge(datetime.fromisoformat(due) if due else None, now, times):
        return False
    await _look(uow, kind, agent_id, now + LEASE, times + 1)
    return True
