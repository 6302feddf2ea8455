"""What status an agent is in by choice: their own, a supervisor's, or the system's when too many citizens wait."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from core import audit
from core.auth.models import Account
from core.configs import get_config
from core.errors import Conflict, InvalidInput, NotFound
from core.events import SUPERVISOR_ROOM, AlertRaised, Audience, Event, PresenceUpdated, agent_room
from core.timers.repository import set_timer
from core.unit_of_work import UnitOfWork
from handoff.agents import repository, wrap_ups
from handoff.agents.attendance import Attendance, presence_settings, set_hand_on
from handoff.agents.models import AgentProfile
from handoff.agents.presence import Chooser, ChosenStatus
from handoff.agents.schemas import PresenceOptions
from handoff.agents.settings import CONFIG_NAME, PresenceSettings
from handoff.agents.standing import publish_presence, status_of

REST_TIMER = "presence.rest"
# Set when an agent's answers become overdue or are no longer.
OVERDUE_TIMER = "presence.overdue"
WAITING_TOO_LONG = "市民等待过久"
_LOOK_AGAIN = timedelta(minutes=1)


class OpenConversations(Conflict):
    """Details: `active`, how many; send `hand_on` to have them handed on."""

    code = "open_conversations"
    default_message = "您还有正在接待的会话，请先结束或转出，或确认离线并转给其他坐席。"


class Choosing(Attendance):
    async def options(self) -> PresenceOptions:
        async with self._uows.read() as session:
            settings = await get_config(session, CONFIG_NAME, PresenceSettings)
        return PresenceOptions(**settings.model_dump(include=set(PresenceOptions.model_fields)))

    async def set_presence(
        self, agent_id: str, status: ChosenStatus, *, reason: str = "", hand_on: bool = False
    ) -> PresenceUpdated:
        """What the agent chose, for all their desks; choosing anything ends a running wrap-up time.

        `reason`: one of those in the settings, or none. `hand_on`: going offline, give the conversations away.
        Raises OpenConversations, InvalidInput.
        """
        async with self._uows.write() as uow:
            profile = await self.lock(uow, agent_id)
            settings = await presence_settings(uow)
            offered = {"busy": settings.busy_reasons, "rest": settings.rest_reasons}
            if reason and reason not in offered.get(status, []):
                raise InvalidInput("没有这个原因，请重新选择。", field="reason")
            if status == "offline":
                active = await repository.count_active(uow.session, agent_id)
                if active and not hand_on:
                    raise OpenConversations(active=active)
                await set_hand_on(uow, agent_id, lost=False)
            await wrap_ups.end_time(uow.session, agent_id)
            _choose(uow, profile, status, "agent", actor=agent_id, reason=reason)
            if status == "rest" and settings.rest_minutes:
                over = profile.status_since + timedelta(minutes=settings.rest_minutes)
                await set_timer(uow, REST_TIMER, agent_id, over)
            return await publish_presence(uow, profile)

    async def force_offline(self, agent_id: str, actor: str, hand_on: bool) -> PresenceUpdated:
        """A supervisor (`actor`, an account id) puts an agent offline; `hand_on`: with the conversations given away.

        The desk stays connected: whoever wants it closed ends the login sessions. Raises NotFound.
        """
        async with self._uows.write() as uow:
            if await uow.session.get(Account, agent_id) is None:
                raise NotFound("没有这个坐席。", what="agent")
            profile = await self.lock(uow, agent_id)
            await wrap_ups.end_time(uow.session, agent_id)
            _choose(uow, profile, "offline", "supervisor", actor=actor)
            if hand_on:
                await set_hand_on(uow, agent_id, lost=False)
            return await publish_presence(uow, profile)

    # ---- timer handlers, the agent locked --------------------------------------------------------

    async def on_rest_over(self, uow: UnitOfWork, subject: str, payload: dict[str, Any]) -> None:
        """Somebody rests longer than allowed: they and the supervisors are told."""
        profile = await self.lock(uow, subject)
        settings, now = await presence_settings(uow), uow.clock.now()
        if profile.status != "rest" or not settings.rest_minutes:
            return
        over = profile.status_since + timedelta(minutes=settings.rest_minutes)
        if now < over:
            await set_timer(uow, REST_TIMER, subject, over)
            return
        if await status_of(uow.session, subject, now) == "offline":
            return
        minutes = round((now - profile.status_since).total_seconds() / 60)
        account = await uow.session.get(Account, subject)
        name = account.name if account else ""
        _alert(
            uow, subject, "rest_too_long", f"{name} 已休息 {minutes} 分钟，超过规定的 {settings.rest_minutes} 分钟。",
            minutes=minutes, reason=profile.status_reason,
        )  # fmt: skip

    async def on_overdue(self, uow: UnitOfWork, subject: str, payload: dict[str, Any]) -> None:
        """Who lets citizens wait gets no more of them until they have their answers."""
        profile = await self.lock(uow, subject)
        settings, now = await presence_settings(uow), uow.clock.now()
        waiting = await repository.count_overdue(uow.session, subject, now)
        if profile.status == "busy" and profile.status_by == "system":
            if waiting:
                # A conversation may also be closed or given away: nobody would say so.
                await set_timer(uow, OVERDUE_TIMER, subject, now + _LOOK_AGAIN)
            elif settings.busy_ends_by_itself:
                _choose(uow, profile, "online", "system", actor="system")
                await publish_presence(uow, profile)
        elif profile.status == "online" and 0 < settings.busy_after_waiting <= waiting:
            _choose(uow, profile, "busy", "system", actor="system", reason=WAITING_TOO_LONG)
            await publish_presence(uow, profile)
            await set_timer(uow, OVERDUE_TIMER, subject, now + _LOOK_AGAIN)
            account = await uow.session.get(Account, subject)
            name = account.name if account else ""
            _alert(
                uow, subject, "auto_busy",
                f"{name} 有 {waiting} 个会话等待超时，已自动设为忙碌，暂不分配新会话。", waiting=waiting,
            )  # fmt: skip


def _choose(
    uow: UnitOfWork,
    profile: AgentProfile,
    status: ChosenStatus,
    by: Chooser,
    *,
    actor: str,
    reason: str = "",
) -> None:
    if (profile.status, profile.status_reason, profile.status_by) == (status, reason, by):
        return
    if profile.status != status:
        profile.status_since = uow.clock.now()
    profile.status, profile.status_reason, profile.status_by = status, reason, by
    audit.record(
        uow, actor=actor, action="agent.presence", subject=f"agent:{profile.account_id}",
        status=status, reason=reason,
    )  # fmt: skip


def _alert(uow: UnitOfWork, agent_id: str, code: str, message: str, **details: Any) -> None:
    """To the agent and the supervisors."""
    alert = AlertRaised(code=code, message=message, details={"agent_id": agent_id, **details})
    rooms = frozenset({agent_room(agent_id), SUPERVISOR_ROOM})
    uow.publish(Event("alert.raised", alert, Audience(agent_rooms=rooms)))
