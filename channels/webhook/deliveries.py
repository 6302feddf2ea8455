"""How deliveries to portals went, for administrators: noted at each attempt, listed, and tried again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import and_, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.webhook.accounts import CHANNEL
from channels.webhook.models import WebhookDelivery
from core.conversation.models import Conversation
from core.conversation.outside import EVENT_TOPIC
from core.conversation.thread import DELIVER_TOPIC
from core.errors import Conflict
from core.outbox.models import OutboxRow
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory

KEPT = timedelta(days=7)
TOPICS = (DELIVER_TOPIC, EVENT_TOPIC)
State = Literal["delivered", "retrying", "failed"]
# Sent again with one click; more than this is an outage, and is sent again in several clicks.
MOST_AT_ONCE = 1000


class NotFailed(Conflict):
    code, default_message = "not_failed", "这条通知没有失败，不需要重发。"


@dataclass(frozen=True)
class Attempt:
    """One try. `status` None: no answer came."""

    id: str
    type: str
    inbox_id: str
    conversation_id: str
    state: State
    status: int | None
    error: str
    seconds: float


@dataclass(frozen=True)
class Standing:
    """Of a portal: what waits for delivery, and what has failed for good."""

    waiting: int = 0
    failed: int = 0


class Deliveries:
    def __init__(self, uows: UnitOfWorkFactory) -> None:
        self._uows = uows

    async def note(self, attempt: Attempt) -> None:
        async with self._uows.write() as uow:
            now = uow.clock.now()
            row = await uow.session.get(WebhookDelivery, attempt.id)
            if row is None:
                row = WebhookDelivery(
                    id=attempt.id, inbox_id=attempt.inbox_id, type=attempt.type, attempts=0,
                    conversation_id=attempt.conversation_id, created_at=now,
                )  # fmt: skip
                uow.session.add(row)
            row.state, row.status, row.error = attempt.state, attempt.status, attempt.error[:200]
            row.attempts += 1
            row.seconds, row.updated_at = round(attempt.seconds, 3), now
            old = delete(WebhookDelivery).where(WebhookDelivery.updated_at < now - KEPT)
            await uow.session.execute(old)

    async def page(
        self, inbox_id: str, *, state: State | None, after: str | None, limit: int
    ) -> tuple[list[WebhookDelivery], str | None]:
        """The newest first, and the `after` of the next page. Given up by the outbox counts as failed."""
        query = select(WebhookDelivery).where(WebhookDelivery.inbox_id == inbox_id)
        if after is not None:
            query = query.where(WebhookDelivery.id < after)
        if state == "delivered":
            query = query.where(WebhookDelivery.state == "delivered")
        elif state is not None:
            query = query.where(WebhookDelivery.state != "delivered")
        query = query.order_by(WebhookDelivery.id.desc()).limit(limit + 1)
        async with self._uows.read() as session:
            rows = list((await session.scalars(query)).all())
            given_up = await _given_up(session, [row.conversation_id for row in rows])
        shown = rows[:limit]
        for row in shown:
            if row.state == "retrying" and row.id in given_up:
                row.state = "failed"
        following = shown[-1].id if len(rows) > limit else None
        wanted = [row for row in shown if state is None or row.state == state]
        return wanted, following

    async def standing(self) -> dict[str, Standing]:
        """By inbox."""
        query = (
            select(OutboxRow.key, OutboxRow.state, func.count())
            .where(OutboxRow.topic.in_(TOPICS))
            .group_by(OutboxRow.key, OutboxRow.state)
        )
        found: dict[str, dict[str, int]] = {}
        async with self._uows.read() as session:
            counted = (await session.execute(query)).all()
            inboxes = await _inboxes(session, {key for key, _, _ in counted})
        for key, state, count in counted:
            if key in inboxes:
                states = found.setdefault(inboxes[key], {})
                states[state] = states.get(state, 0) + count
        return {
            inbox: Standing(waiting=states.get("pending", 0), failed=states.get("failed", 0))
            for inbox, states in found.items()
        }

    async def retry(self, inbox_id: str, event_id: str | None) -> int:
        """Put what has failed back into the outbox: one event, or (None) all of the inbox; returns how many.

        Raises NotFailed for an event that is not there as failed.
        """
        async with self._uows.write() as uow:
            rows = await _rows(uow, inbox_id, "failed")
            chosen = [row for row in rows if event_id is None or event_of(row) == event_id]
            if event_id is not None and not chosen:
                raise NotFailed()
            for row in chosen:
                row.state, row.attempts, row.last_error = "pending", 0, ""
                row.next_attempt_at = uow.clock.now()
            uow.has_deliveries = uow.has_deliveries or bool(chosen)
            return len(chosen)

    async def hurry(self, inbox_id: str) -> None:
        """The portal is back: what waits for its next try is tried now."""
        async with self._uows.write() as uow:
            now = uow.clock.now()
            for row in await _rows(uow, inbox_id, "pending"):
                row.next_attempt_at = min(row.next_attempt_at, now)
            uow.has_deliveries = True


def event_of(row: OutboxRow) -> str:
    """The webhook-id that a row of the outbox goes out under: the message's own, or the event's."""
    return str(row.payload["message_id" if row.topic == DELIVER_TOPIC else "event_id"])


async def _rows(uow: UnitOfWork, inbox_id: str, state: str) -> list[OutboxRow]:
    """Of the inbox, the oldest first, those nobody is working on at the moment."""
    session, now = uow.session, uow.clock.now()
    there = and_(OutboxRow.topic.in_(TOPICS), OutboxRow.state == state)
    keys = set(await session.scalars(select(OutboxRow.key).where(there).distinct()))
    theirs = {key for key, inbox in (await _inboxes(session, keys)).items() if inbox == inbox_id}
    rows: list[OutboxRow] = []
    for some in _pieces(sorted(theirs)):
        query = select(OutboxRow).where(there, OutboxRow.key.in_(some)).order_by(OutboxRow.id)
        rows += await session.scalars(query.limit(MOST_AT_ONCE).with_for_update(skip_locked=True))
    idle = [row for row in rows if row.lease_until is None or row.lease_until <= now]
    return idle[:MOST_AT_ONCE]


async def _inboxes(session: AsyncSession, keys: Set[str]) -> dict[str, str]:
    """The portals' inboxes of conversations, by id: the outbox has it as text, so no join finds it."""
    found: dict[str, str] = {}
    ids = sorted(key for key in keys if _is_id(key))
    for some in _pieces(ids):
        query = select(Conversation.id, Conversation.inbox_id)
        ours = query.where(Conversation.id.in_(some), Conversation.channel == CHANNEL)
        found.update({row.id: row.inbox_id for row in await session.execute(ours)})
    return found


async def _given_up(session: AsyncSession, conversation_ids: Iterable[str | None]) -> set[str]:
    """The ids of events that failed for good in these conversations."""
    keys = sorted({each for each in conversation_ids if each is not None})
    query = select(OutboxRow).where(
        OutboxRow.key.in_(keys), OutboxRow.topic.in_(TOPICS), OutboxRow.state == "failed"
    )
    return {event_of(row) for row in await session.scalars(query)}


def _is_id(key: str) -> bool:
    """Other topics order themselves by other keys: an openid, a phone number's digest."""
    try:
        return str(UUID(key)) == key
    except ValueError:
        return False


def _pieces(keys: Sequence[str], size: int = 500) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), size):
        yield keys[start : start + size]
