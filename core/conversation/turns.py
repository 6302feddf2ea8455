"""Bot turns: one at a time per conversation, several conversations at once, none lost when a server dies.

A turn is owed while a conversation is the bot's and `visitor_seq` is ahead of `answered_seq`. The lease on
the conversation keeps two servers from working on the same one; `resume` picks up what a dead server left.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime

from core.conversation import repository, thread
from core.conversation.answering import Answering
from core.conversation.models import Contact, Conversation
from core.conversation.past import PastExchange
from core.conversation.ports import (
    Bot,
    Desk,
    HandoffDecision,
    HandoffPolicy,
    KnowledgeSearch,
    OnDuty,
)
from core.conversation.quick import Standing
from core.conversation.status import ConversationStatus
from core.conversation.storing import TURN_LEASE, Fresh, owes_turn
from core.events import Audience, Event, TypingUpdated, contact_room
from core.unit_of_work import UnitOfWorkFactory

log = logging.getLogger(__name__)

RESUME_EVERY_SECONDS = 10.0
# A sign that comes later than this is of use; one that an answer takes away at once only flickers.
TYPING_AFTER_SECONDS = 0.25


def _always(_inbox_id: str, _at: datetime) -> bool:
    return True


class TurnRunner:
    """Runs owed turns in the background of this server."""

    def __init__(
        self, *, uows: UnitOfWorkFactory, bot: Bot, policy: HandoffPolicy, desk: Desk,
        knowledge: KnowledgeSearch, region: str, workers: int, on_duty: OnDuty = _always,
    ) -> None:  # fmt: skip
        """`on_duty`: what the handoff rules go by that hold in or outside the hours of service only."""
        self._uows = uows
        self._answering = Answering(
            uows=uows, bot=bot, policy=policy, desk=desk, knowledge=knowledge, region=region,
            on_duty=on_duty,
        )  # fmt: skip
        self._slots = asyncio.Semaphore(workers)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()
        self._typing: dict[str, asyncio.TimerHandle] = {}
        self._announcing: set[asyncio.Task[None]] = set()

    def is_running(self, conversation_id: str) -> bool:
        return conversation_id in self._tasks

    def start(self, conversation_id: str, fresh: Fresh | None = None) -> None:
        """Work on the conversation until it owes no turn. Called again meanwhile, it looks once more at the end.

        `fresh`: the message that calls for it, where it has just been stored here.
        """
        if conversation_id in self._tasks:
            self._again.add(conversation_id)
            return
        if fresh is not None and fresh.conversation.status == ConversationStatus.BOT:
            self._show_typing_later(fresh.conversation)
        running = self._run(conversation_id, fresh)
        self._tasks[conversation_id] = asyncio.create_task(running, name=f"turns:{conversation_id}")

    def standing(self, inbox_id: str, external_contact: str) -> Standing | None:
        """How the citizen's conversation stood after the last turn here."""
        return self._answering.recall.standing(inbox_id, external_contact)

    def pressed(
        self, conversation: Conversation, contact: Contact | None, category: str | None,
        before: Sequence[PastExchange],
    ) -> HandoffDecision | None:  # fmt: skip
        """What the citizen's button for people leads to; None where it is not offered."""
        return self._answering.pressed(conversation, contact, category, before)

    def forget(self, conversation_id: str) -> None:
        """Messages of the conversation were changed: read them again before the next turn."""
        self._answering.recall.forget(conversation_id)

    def _show_typing_later(self, conversation: Conversation) -> None:
        """Say that the bot is at it, unless it has answered by then: most answers take a few milliseconds."""
        loop = asyncio.get_running_loop()
        typing = TypingUpdated(conversation_id=conversation.id, author="bot", on=True)
        windows = contact_room(conversation.contact_id, conversation.inbox_id)
        room = Audience(visitor_rooms=frozenset({windows}))

        def show() -> None:
            self._typing.pop(conversation.id, None)
            announcing = loop.create_task(
                self._uows.announce(Event("typing.updated", typing, room))
            )
            self._announcing.add(announcing)
            announcing.add_done_callback(self._announcing.discard)

        self._typing[conversation.id] = loop.call_later(TYPING_AFTER_SECONDS, show)

    async def idle(self) -> None:
        """Wait until nothing is running here: shutdown and tests."""
        while self._tasks:
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def resume_forever(self) -> None:
        """Pick up turns nobody works on: at start, and whenever a server died or a turn failed."""
        while True:
            try:
                await self.resume()
            except Exception:
                log.exception("owed turns could not be looked up")
            await asyncio.sleep(RESUME_EVERY_SECONDS)

    async def drop_leases(self) -> None:
        """Nobody else works on this database: what a server that died was at may be taken up at once."""
        async with self._uows.write() as uow:
            await repository.drop_turn_leases(uow.session)

    async def resume(self) -> int:
        now = self._uows.clock.now()
        async with self._uows.read() as session:
            owed = await repository.owed_turns(session, now)
        for conversation_id in owed:
            async with self._uows.write() as uow:
                conversation = await thread.load_for_update(uow, conversation_id)
                lease = conversation.turn_lease_until
                # Looked at again under the lock: another server may have taken or answered it meanwhile.
                takes = owes_turn(conversation) and (lease is None or lease <= now)
                if takes:
                    conversation.turn_lease_until = now + TURN_LEASE
            if takes:
                self.start(conversation_id)
        return len(owed)

    async def _run(self, conversation_id: str, fresh: Fresh | None) -> None:
        try:
            async with self._slots:
                # A message may be stored between the last look for owed turns and the end of this task;
                # its `start` found the task still there, so the mark makes it look again.
                looking = True
                while looking:
                    await self._uows.rush.gap()
                    self._again.discard(conversation_id)
                    more = await self._answering.take_turn(conversation_id, fresh)
                    looking, fresh = more or conversation_id in self._again, None
        except Exception:
            # The lease runs out and `resume` tries again; the message is stored.
            log.exception("a turn of %s failed", conversation_id)
        finally:
            del self._tasks[conversation_id]
            typing = self._typing.pop(conversation_id, None)
            if typing is not None:
                typing.cancel()
