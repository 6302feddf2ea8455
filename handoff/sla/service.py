"""The clocks of a conversation with an agent: first and next answer, and the silent citizen.

The desk starts and stops them inside its transactions. What they are judged by stands on the conversation itself
(`waiting_since`, `answer_due_at`, `quiet_since`, `clock_stage`), so that a message costs no statement of its own.
The due row (one timer a conversation, `clock_at` says for when) may be early: when it is due it looks at how things
stand by then and sets itself anew. It is only moved when something has to happen before it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.auth.models import Account
from core.configs import get_config
from core.conversation import thread
from core.conversation.content import ActivityContent
from core.conversation.models import Conversation
from core.conversation.status import ConversationStatus
from core.events import SUPERVISOR_ROOM, AlertRaised, Audience, Event, agent_room
from core.timers.repository import cancel_timer, set_timer
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from handoff.agents.choosing import OVERDUE_TIMER
from handoff.sla.clocks import Limits, Standing, Step, due_step, next_look
from handoff.sla.settings import CONFIG_NAME, ClockSettings
from handoff.texts import fill

CLOCK_TIMER = "clock.service"
# A message may be measured by limits that were replaced this long ago; it spares each message a query.
LIMITS_KEPT = timedelta(seconds=5)
# Found so much later than due, the server was away (or the clock was put forward), and the citizen could not write.
LATE = timedelta(minutes=1)


class ClockService:
    def __init__(self) -> None:
        self._known: tuple[datetime, Limits] | None = None

    async def settings(self, session: AsyncSession) -> ClockSettings:
        return await get_config(session, CONFIG_NAME, ClockSettings)

    async def limits(self, uow: UnitOfWork) -> Limits:
        """Those of the last seconds: for what happens with every message."""
        now = uow.clock.now()
        if self._known is None or not timedelta(0) <= now - self._known[0] < LIMITS_KEPT:
            self._known = now, (await self.settings(uow.session)).limits()
        return self._known[1]

    async def known_limits(self, uows: UnitOfWorkFactory) -> Limits:
        """The same outside of a transaction."""
        now = uows.clock.now()
        if self._known is None or not timedelta(0) <= now - self._known[0] < LIMITS_KEPT:
            async with uows.read(brief=True) as session:
                self._known = now, (await self.settings(session)).limits()
        return self._known[1]

    async def citizen_waits(self, uow: UnitOfWork, conversation: Conversation) -> None:
        """An agent owes an answer. A running clock goes on: the wait has begun already."""
        if conversation.answer_due_at is not None:
            return
        limits = await self.limits(uow)
        if conversation.waiting_since is None:
            conversation.waiting_since = uow.clock.now()
            limit = limits.following
        else:
            # The change of owner began the wait: nobody has answered since.
            limit = limits.first
        conversation.answer_due_at = conversation.waiting_since + limit
        conversation.quiet_since, conversation.clock_stage = None, 0
        await self._arm(uow, conversation, limits)

    async def agent_answered(self, uow: UnitOfWork, conversation: Conversation) -> None:
        """Now it is the citizen's turn."""
        was_overdue = conversation.answer_due_at is not None and conversation.clock_stage >= 2
        conversation.waiting_since = conversation.answer_due_at = None
        conversation.quiet_since, conversation.clock_stage = uow.clock.now(), 0
        await self._arm(uow, conversation, await self.limits(uow))
        if was_overdue and conversation.owner_id is not None:
            await set_timer(uow, OVERDUE_TIMER, conversation.owner_id, uow.clock.now())

    async def stop(self, uow: UnitOfWork, conversation_id: str) -> None:
        """No agent serves it any more: every clock stops. The conversation is held by the caller."""
        conversation = await thread.load(uow.session, conversation_id)
        conversation.waiting_since = conversation.answer_due_at = conversation.quiet_since = None
        conversation.clock_stage = 0
        if conversation.clock_at is not None:
            conversation.clock_at = None
            await cancel_timer(uow, CLOCK_TIMER, conversation_id)

    async def _arm(self, uow: UnitOfWork, conversation: Conversation, limits: Limits) -> None:
        """See to it that somebody looks when the next step is due, or before."""
        due_at = next_look(_standing(conversation), limits)
        if due_at is None:
            return
        if conversation.clock_at is not None and conversation.clock_at <= due_at:
            return
        conversation.clock_at = due_at
        await set_timer(uow, CLOCK_TIMER, conversation.id, due_at)

    # ---- timer handler -------------------------------------------------------------------------

    async def on_due(
        self, uow: UnitOfWork, subject: str, payload: dict[str, Any]
    ) -> Conversation | None:
        """Look at the clock: tell who is to be told. Returns the conversation when it is to be closed."""
        conversation = await thread.load_for_update(uow, subject)
        conversation.clock_at = None
        if conversation.status != ConversationStatus.ASSIGNED:
            return None
        settings, now = await self.settings(uow.session), uow.clock.now()
        limits = settings.limits()
        standing = _standing(conversation)
        due = due_step(standing, limits, now)
        if due is not None:
            step, conversation.clock_stage = due
            if step is Step.CLOSE:
                assert conversation.quiet_since is not None
                if now - conversation.quiet_since - limits.close_after < LATE:
                    return conversation
                conversation.quiet_since = now
            elif step is Step.REMIND:
                await self._remind(uow, conversation, settings)
            else:
                await self._alert(uow, conversation, settings, step)
        await self._arm(uow, conversation, limits)
        return None

    async def _remind(
        self, uow: UnitOfWork, conversation: Conversation, settings: ClockSettings
    ) -> None:
        """The citizen is asked whether they are still there; the closing clock starts."""
        text = fill(settings.idle_reminder, minutes=settings.idle_close_minutes)
        reminder = ActivityContent(kind="idle_reminder", text=text)
        await thread.append(uow, conversation, thread.SYSTEM, reminder)
        conversation.quiet_since = uow.clock.now()

    async def _alert(
        self, uow: UnitOfWork, conversation: Conversation, settings: ClockSettings, step: Step
    ) -> None:
        """The owner is told; the supervisors too, once the limit is reached. Details: see docs/desk.md."""
        owner, due_at, since = (
            conversation.owner_id, conversation.answer_due_at, conversation.waiting_since,
        )  # fmt: skip
        assert owner is not None
        assert due_at is not None
        assert since is not None
        now = uow.clock.now()
        waited = round((now - since).total_seconds())
        details: dict[str, Any] = {
            "conversation_id": conversation.id, "agent_id": owner, "waited_seconds": waited,
            "answer_due_at": due_at.isoformat(),
        }  # fmt: skip
        account = await uow.session.get(Account, owner)
        told = {
            "waited": f"{waited} 秒" if waited < 60 else f"{waited // 60} 分钟",
            "minutes": max(1, round(waited / 60)),
            "agent": account.name if account else "",
        }
        if step is Step.WARN:
            left = max(1, round((due_at - now).total_seconds()))
            alert = AlertRaised(
                code="answer_due_soon",
                message=fill(settings.answer_warning, left=left, **told),
                details=details,
            )
            rooms = frozenset({agent_room(owner)})
        else:
            alert = AlertRaised(
                code="answer_overdue",
                message=fill(settings.answer_alert, **told),
                details=details | {"times": conversation.clock_stage - 1},
            )
            rooms = frozenset({agent_room(owner), SUPERVISOR_ROOM})
            await set_timer(uow, OVERDUE_TIMER, owner, now)
        uow.publish(Event("alert.raised", alert, Audience(agent_rooms=rooms)))


def _standing(conversation: Conversation) -> Standing:
    return Standing(
        conversation.answer_due_at, conversation.quiet_since, conversation.clock_stage or 0
    )
