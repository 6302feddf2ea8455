"""Automatic assignment: who waits is given to who is online and has room, as soon as both are there.

What is to be given is a fact in the database (somebody waits, somebody is free), not a message that could
get lost: every change only makes `run` look, and it looks by itself every few seconds. So it may run on
several servers at once and twice for the same event.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from core.conversation import thread
from core.conversation.status import ConversationStatus
from core.errors import BangbanError
from core.events import Event, PresenceUpdated
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from handoff.agents.service import read_agents
from handoff.queue import candidates, repository
from handoff.queue.routes import routing_settings
from handoff.queue.service import QueueService
from handoff.routing.choose import Choice, has_room, may_serve, plan
from handoff.routing.settings import RoutingSettings
from handoff.sla.service import ClockService

log = logging.getLogger(__name__)

# How long a lost event or a settings change on another server can delay an assignment.
LOOK_EVERY_SECONDS = 5.0
# Waiting conversations looked at together; far more than are given between two looks.
PAGE = 200
# A plan that others thwart is made anew; who keeps losing leaves the rest to those who win.
TRIES = 5


class Dispatcher:
    """`settings` are those of the last look; a server that has just started gives nothing before its first."""

    def __init__(
        self, *, uows: UnitOfWorkFactory, queue: QueueService, clocks: ClockService
    ) -> None:
        self._uows = uows
        self._queue = queue
        self._clocks = clocks
        self._settings = RoutingSettings()
        self._running: asyncio.Task[int] | None = None
        self._again = False

    def use(self, settings: RoutingSettings) -> None:
        """From now on give by `settings`."""
        self._settings = settings
        self.wake()

    # ---- what makes it look --------------------------------------------------------------------

    async def on_queued(self, event: Event) -> None:
        """Reaction to conversation.queued."""
        self.wake()

    async def on_presence(self, event: Event) -> None:
        """Reaction to presence.updated: somebody came, or has one conversation less."""
        assert isinstance(event.payload, PresenceUpdated)
        if event.payload.status == "online" and event.payload.active < event.payload.capacity:
            self.wake()

    def wake(self) -> None:
        """Look soon; looks that are asked for at the same time are one."""
        if not self._settings.automatic:
            return
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self.run(), name="dispatch")
            self._running.add_done_callback(_log_failure)
        else:
            self._again = True

    async def look_forever(self) -> None:
        """Until cancelled: what an event did not tell, the settings of other servers."""
        while True:
            try:
                await self.refresh()
                self.wake()
            except Exception:
                log.exception("routing settings could not be read")
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    async def refresh(self) -> None:
        async with self._uows.read() as session:
            self._settings = await routing_settings(session)

    async def idle(self) -> None:
        """Wait for what is under way: shutdown and tests."""
        while self._running is not None and not self._running.done():
            await asyncio.gather(self._running, return_exceptions=True)

    # ---- giving --------------------------------------------------------------------------------

    async def run(self) -> int:
        """Give as long as somebody who waits fits somebody who is free; returns how many were given."""
        given, lost = 0, 0
        while self._settings.automatic and lost < TRIES:
            self._again = False
            choices = await self._plan()
            won = 0
            for choice in choices:
                won += await self._give(choice)
            given += won
            lost += won < len(choices)
            if not choices and not self._again:
                break
        return given

    async def _plan(self) -> list[Choice]:
        """Who would go to whom as things stand; judged again under the locks."""
        settings, now = self._settings, self._uows.clock.now()
        async with self._uows.read() as session:
            free = await candidates.free_agents(session, now)
            if not free:
                return []
            groups = sorted({group for each in free for group in each.groups})
            after = None
            while True:
                line = await candidates.waiting_for(
                    session, groups, [each.agent_id for each in free], after=after, limit=PAGE
                )
                choices = plan(
                    [waiting for _, waiting in line], free, strategy=settings.strategy,
                    limits=settings.channel_capacity, now=now,
                )  # fmt: skip
                if choices or len(line) < PAGE:
                    return choices
                after = line[-1][0]

    async def _give(self, choice: Choice) -> bool:
        """One conversation in its own transaction, if all is still as planned. Locks: agent, conversation."""
        assert choice.agent is not None
        waiting, agent_id = choice.waiting, choice.agent.agent_id
        try:
            async with self._uows.write() as uow:
                profile = await self._queue.reserve(uow, agent_id)
                conversation = await thread.load_for_update(uow, waiting.conversation_id)
                if conversation.status != ConversationStatus.QUEUED:
                    return False
                if not await self._still_fits(uow, choice, self._settings.channel_capacity):
                    return False
                await self._queue.give(
                    uow, conversation, profile, name=choice.agent.name, how="pushed",
                    actor="system", steps=choice.steps,
                )  # fmt: skip
                await self._clocks.citizen_waits(uow, conversation)
                # What giving told of it was before the clock: the desk counts down from this.
                await thread.publish_state(uow, conversation)
        except BangbanError as error:
            # Full by now, or taken by somebody who clicked: as with two agents who click at once.
            log.info("an assignment fell through: %s", error.code)
            return False
        return True

    async def _still_fits(self, uow: UnitOfWork, choice: Choice, limits: Mapping[str, int]) -> bool:
        """Whether the agent is still online and the conversation still waits for them."""
        assert choice.agent is not None
        now = uow.clock.now()
        agent = await _online(uow.session, choice.agent.agent_id, now)
        entry = await repository.waiting_entry(uow.session, choice.waiting.conversation_id)
        if agent is None or entry is None:
            return False
        present = await candidates.candidate(uow.session, agent)
        waiting = await candidates.waiting_of(uow.session, entry, choice.waiting.channel)
        return may_serve(present, waiting, now) and has_room(present, waiting.channel, limits)


async def _online(
    session: AsyncSession, agent_id: str, now: datetime
) -> candidates.AgentRead | None:
    everybody = await read_agents(session, now)
    return next(
        (each for each in everybody if each.id == agent_id and each.status == "online"), None
    )


def _log_failure(task: asyncio.Task[int]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("assigning failed and is tried again soon", exc_info=error)
