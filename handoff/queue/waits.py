"""Waiting: coming into a line, moving to another, leaving it, and what timers do about it.

Everything runs inside the caller's transaction, which holds the conversation.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.configs import get_config
from core.conversation import thread
from core.conversation.content import ActivityContent
from core.conversation.models import Conversation
from core.conversation.status import ConversationStatus, Trigger
from core.events import (
    SUPERVISOR_ROOM,
    Audience,
    ConversationQueued,
    Event,
    QueuePlace,
    QueueUpdated,
    agent_room,
    contact_room,
    queue_room,
)
from core.ids import new_id
from core.timers.repository import cancel_timer, set_timer
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from handoff.hours.service import service_texts
from handoff.queue import lines, repository
from handoff.queue.models import EntryState, LeftState, QueueEntry
from handoff.queue.news import PlaceNews
from handoff.queue.offers import Offer, TaskOffer
from handoff.queue.places import event_for, place, tell_line
from handoff.queue.routes import Found, Router
from handoff.queue.settings import CONFIG_NAME, QueueSettings
from handoff.routing.case import Step
from handoff.routing.overflow import target
from handoff.routing.reasons import moved_step, overflow_step, reprioritised_step
from handoff.texts import fill

TIMEOUT_TIMER = "queue.timeout"
OVERFLOW_TIMER = "queue.overflow"
# Somebody may have waited too long: desk/queue_clock.py knows how long that is, a minute at least.
LONG_WAIT_TIMER = "queue.long_wait"
_FIRST_LOOK = timedelta(minutes=1)


class Waits:
    """Keeps nothing; the settings are read from the database each time."""

    def __init__(
        self,
        *,
        uows: UnitOfWorkFactory,
        news: PlaceNews | None = None,
        offer: Offer | None = None,
    ) -> None:
        """`offer`: what a citizen may do when nobody is there."""
        self._uows = uows
        self._news = news
        self._offer = offer or TaskOffer()

    async def settings(self, session: AsyncSession) -> QueueSettings:
        return await get_config(session, CONFIG_NAME, QueueSettings)

    # ---- getting in ----------------------------------------------------------------------------

    async def enqueue(
        self,
        uow: UnitOfWork,
        conversation: Conversation,
        found: Found,
        *,
        rule: str,
        category: str | None = None,
    ) -> QueueEntry:
        """Let it wait. It is announced as queued: the caller's transition makes that true."""
        settings = await self.settings(uow.session)
        now = uow.clock.now()
        entry = QueueEntry(
            id=new_id(), conversation_id=conversation.id, contact_id=conversation.contact_id,
            group_id=found.group_id, category=category, rule=rule, priority=found.priority,
            state="waiting", enqueued_at=now, order_at=found.order_at,
            wanted_agent=found.wanted_agent, wanted_until=found.wanted_until,
            route=list(found.steps),
        )  # fmt: skip
        uow.session.add(entry)
        await uow.session.flush()
        timeout = now + timedelta(minutes=settings.timeout_minutes)
        await set_timer(uow, TIMEOUT_TIMER, conversation.id, timeout)
        await set_timer(uow, LONG_WAIT_TIMER, conversation.id, now + _FIRST_LOOK)
        await self._watch_overflow(uow, entry, found.overflow_after)
        await self._tell(uow, entry)
        await self._announce(uow, conversation, entry)
        return entry

    async def _announce(
        self, uow: UnitOfWork, conversation: Conversation, entry: QueueEntry
    ) -> None:
        """Tell those who may take it; everybody else hears of the status alone (thread.publish_state)."""
        read = await thread.read_conversation(uow.session, conversation)
        if read.status is not ConversationStatus.QUEUED:
            read = read.model_copy(
                update={"status": ConversationStatus.QUEUED, "epoch": read.epoch + 1}
            )
        waiting = await repository.count_waiting(uow.session)
        stands = QueuePlace(
            queued_at=entry.enqueued_at, order_at=entry.order_at, priority=entry.priority,
            group_id=entry.group_id, category=entry.category,
        )  # fmt: skip
        queued = ConversationQueued(conversation=read, waiting=waiting, place=stands)
        rooms = {queue_room(entry.group_id), SUPERVISOR_ROOM}
        if entry.wanted_agent is not None:
            rooms.add(agent_room(entry.wanted_agent))
        audience = Audience(agent_rooms=frozenset(rooms))
        uow.publish(Event("conversation.queued", queued, audience))

    async def _tell(
        self, uow: UnitOfWork, entry: QueueEntry, *more: str | None, but: str = ""
    ) -> None:
        """Those from this place on hear where they stand: the nearest at once, the others soon."""
        told_all = await tell_line(uow, entry, {entry.group_id, *more}, but=but)
        if not told_all and self._news is not None:
            self._news.soon()

    # ---- getting out ---------------------------------------------------------------------------

    async def leave(self, uow: UnitOfWork, conversation: Conversation, state: LeftState) -> None:
        """It no longer waits and was not claimed; those behind move up."""
        await self.end_wait(uow, conversation.id, state)

    async def end_wait(
        self,
        uow: UnitOfWork,
        conversation_id: str,
        state: EntryState,
        claimed_by: str | None = None,
    ) -> QueueEntry | None:
        """The entry that waited; None when there was none any more."""
        entry = await repository.waiting_entry(uow.session, conversation_id)
        if entry is None:
            return None
        now = uow.clock.now()
        if not await repository.leave(
            uow.session, conversation_id, state, at=now, claimed_by=claimed_by
        ):
            return None
        await cancel_timer(uow, TIMEOUT_TIMER, conversation_id)
        await cancel_timer(uow, OVERFLOW_TIMER, conversation_id)
        await self._tell(uow, entry)
        return entry

    async def on_timeout(self, uow: UnitOfWork, subject: str, payload: dict[str, Any]) -> None:
        """Timer handler: waited too long; back to the bot with an apology."""
        conversation = await thread.load_for_update(uow, subject)
        if conversation.status != ConversationStatus.QUEUED:
            return
        texts = await service_texts(uow.session, conversation.inbox_id)
        entry = await repository.waiting_entry(uow.session, conversation.id)
        waited = uow.clock.now() - (entry.enqueued_at if entry else conversation.updated_at)
        minutes = max(1, round(waited.total_seconds() / 60))
        text = fill(texts.timed_out, minutes=minutes)
        await thread.transition(
            uow, conversation, Trigger.QUEUE_TIMED_OUT, actor="system", text=text
        )
        await self.leave(uow, conversation, "timed_out")

    # ---- to another line -----------------------------------------------------------------------

    async def _watch_overflow(
        self, uow: UnitOfWork, entry: QueueEntry, after_seconds: int | None
    ) -> None:
        """The timer fires when this line's time is over; None stops it."""
        if after_seconds is None:
            await cancel_timer(uow, OVERFLOW_TIMER, entry.conversation_id)
            return
        due = uow.clock.now() + timedelta(seconds=after_seconds)
        payload = {"group": entry.group_id}
        await set_timer(uow, OVERFLOW_TIMER, entry.conversation_id, due, payload)

    async def on_overflow(self, uow: UnitOfWork, subject: str, payload: dict[str, Any]) -> None:
        """Timer handler: nobody of the group came in time; others may. The entry keeps its time."""
        conversation = await thread.load_for_update(uow, subject)
        entry = await repository.waiting_entry(uow.session, subject)
        if entry is None or conversation.status != ConversationStatus.QUEUED:
            return
        router = await Router.load(uow.session, uow.clock.now())
        step = next(
            (each for each in router.settings.overflow if each.from_group == entry.group_id), None
        )
        if step is None or entry.group_id is None or entry.group_id != payload.get("group"):
            return  # moved meanwhile, or the settings were changed
        inhabited = {group.id: bool(group.members) for group in router.groups.values()}
        onward = target(entry.group_id, router.settings.chain(), inhabited)
        names = {group.id: group.name for group in router.groups.values()}
        why = overflow_step(
            names.get(entry.group_id, ""), names.get(onward or "", ""), step.after_seconds
        )
        await self._change_line(uow, conversation, entry, onward, why, router, text=step.text)

    async def move(
        self, uow: UnitOfWork, conversation: Conversation, group_id: str | None, *, by: str
    ) -> QueueEntry | None:
        """A supervisor puts it into another line, None: anybody's. None when it does not wait."""
        entry = await repository.waiting_entry(uow.session, conversation.id)
        if entry is None or entry.group_id == group_id:
            return entry
        router = await Router.load(uow.session, uow.clock.now())
        group = router.groups.get(group_id) if group_id is not None else None
        entry.wanted_agent = entry.wanted_until = None
        why = moved_step(by, group.name if group is not None else "")
        await self._change_line(uow, conversation, entry, group_id, why, router)
        return entry

    async def reprioritise(
        self, uow: UnitOfWork, conversation: Conversation, priority: int, *, by: str
    ) -> QueueEntry | None:
        """A supervisor sets the points. None when it does not wait."""
        entry = await repository.waiting_entry(uow.session, conversation.id)
        if entry is None or entry.priority == priority:
            return entry
        router = await Router.load(uow.session, uow.clock.now())
        before, entry.priority = entry.order_at, priority
        entry.order_at = router.order_at(entry.enqueued_at, priority)
        entry.route = [*entry.route, reprioritised_step(by, priority)]
        await uow.session.flush()
        # Everybody between the old place and the new one has moved.
        await self._tell(uow, _at(entry, min(before, entry.order_at)))
        await thread.publish_state(uow, conversation)
        await self._announce(uow, conversation, entry)
        return entry

    async def _change_line(
        self, uow: UnitOfWork, conversation: Conversation, entry: QueueEntry,
        group_id: str | None, why: Step, router: Router, *, text: str = "",
    ) -> None:  # fmt: skip
        """Those of both lines are told; the citizen only what is better than before, or the `text`."""
        old = entry.group_id
        ahead = await lines.count_ahead(uow.session, entry)
        entry.group_id, entry.route = group_id, [*entry.route, why]
        await uow.session.flush()
        await self._watch_overflow(uow, entry, router.overflow_after(group_id))
        await self._tell(uow, entry, old, but=conversation.id)
        now_at: QueueUpdated = await place(uow.session, entry, uow.clock.now())
        if text:
            moved = ActivityContent(kind="queue_moved", text=fill(text, ahead=now_at.ahead))
            await thread.append(uow, conversation, thread.SYSTEM, moved)
        if text or now_at.ahead < ahead:
            windows = contact_room(conversation.contact_id, conversation.inbox_id)
            uow.publish(event_for(windows, now_at))
        await thread.publish_state(uow, conversation)
        await self._announce(uow, conversation, entry)


def _at(entry: QueueEntry, order_at: Any) -> QueueEntry:
    """A place in the order that no row has to hold."""
    return QueueEntry(id=entry.id, group_id=entry.group_id, order_at=order_at)
