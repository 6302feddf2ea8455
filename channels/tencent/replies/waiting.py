"""What waits for one citizen: the rows of the outbox under his key, with their messages and how far those came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.tencent.replies.quota import Window
from channels.tencent.replies.windows import opened_by_messages, together, used
from core.conversation import repository
from core.conversation.addresses import address_key
from core.conversation.content import CONTENT, Content
from core.conversation.models import Conversation, Inbox, Message, MessageDelivery
from core.conversation.thread import DELIVER_TOPIC
from core.outbox.models import OutboxRow

# Answers to pushes that belong to no conversation: a welcome, why something cannot be read.
NOTICE_TOPIC = "tencent.notice"
# Taken along at once; more wait for the next delivery.
MOST = 30


@dataclass(frozen=True)
class Address:
    """A citizen on an inbox. `key`: of everything in the outbox that goes there."""

    inbox: Inbox
    external_id: str

    @property
    def key(self) -> str:
        return address_key(self.inbox.id, self.external_id)


@dataclass(frozen=True)
class Entry:
    """One row. `id`: of the message, or of the notice. `mark`: how far it came, None: nothing is known."""

    row_id: int
    id: str
    state: str
    message: Message | None
    conversation: Conversation | None
    notice: Content | None
    mark: MessageDelivery | None

    @property
    def done(self) -> int:
        return self.mark.parts_sent if self.mark is not None else 0

    @property
    def under_way(self) -> int:
        """Up to which part it was begun, when nobody knows how that ended; else 0."""
        return self.mark.under_way if self.mark is not None else 0


@dataclass(frozen=True)
class Queue:
    """`entries` in order of writing. `opened`: windows that messages opened; `windows`: all, as they are."""

    entries: list[Entry]
    opened: list[Window]
    windows: list[Window]


async def look(session: AsyncSession, to: Address, own: str, now: datetime) -> Queue:
    """Everything that may go out now: `own`, which the caller has claimed, and what nobody is working on."""
    query = (
        select(OutboxRow)
        .where(
            OutboxRow.key == to.key,
            OutboxRow.topic.in_((DELIVER_TOPIC, NOTICE_TOPIC)),
            OutboxRow.state.in_(("pending", "held", "carried")),
        )
        .order_by(OutboxRow.id)
    )
    rows = [row for row in await session.scalars(query) if _id(row) == own or _is_free(row, now)]
    place = next((n for n, row in enumerate(rows) if _id(row) == own), None)
    if place is None:
        return Queue([], [], [])
    # However many there are, the claimed one is among them.
    rows = rows[max(0, place - MOST + 1) :][:MOST]
    entries = await _entries(session, rows)
    contact_id = await _contact(session, to, entries)
    opened = await opened_by_messages(session, to.inbox.id, contact_id)
    return Queue(
        entries, opened, together(await used(session, to.inbox.id, to.external_id), opened)
    )


async def held_count(session: AsyncSession, key: str) -> int:
    query = select(OutboxRow.id).where(OutboxRow.key == key, OutboxRow.state == "held")
    return len((await session.scalars(query)).all())


async def _entries(session: AsyncSession, rows: list[OutboxRow]) -> list[Entry]:
    ids = [_id(row) for row in rows]
    messages = {
        row.id: row for row in await session.scalars(select(Message).where(Message.id.in_(ids)))
    }
    wanted = {row.conversation_id for row in messages.values()}
    conversations = {
        row.id: row
        for row in await session.scalars(select(Conversation).where(Conversation.id.in_(wanted)))
    }
    marked = select(MessageDelivery).where(MessageDelivery.message_id.in_(ids))
    marks = {row.message_id: row for row in await session.scalars(marked)}
    found = []
    for row, id in zip(rows, ids, strict=True):
        message = messages.get(id)
        notice = CONTENT.validate_python(row.payload["content"]) if _is_notice(row) else None
        if message is None and notice is None:
            continue  # its message was taken out of the database
        conversation = conversations[message.conversation_id] if message is not None else None
        found.append(Entry(row.id, id, row.state, message, conversation, notice, marks.get(id)))
    return found


async def _contact(session: AsyncSession, to: Address, entries: list[Entry]) -> str | None:
    for entry in entries:
        if entry.conversation is not None:
            return entry.conversation.contact_id
    contact = await repository.contact_by_identity(session, to.inbox.id, to.external_id)
    return contact.id if contact is not None else None


def unleased(now: datetime) -> ColumnElement[bool]:
    """The condition for a row that nobody is working on."""
    return or_(OutboxRow.lease_until.is_(None), OutboxRow.lease_until <= now)


def _is_free(row: OutboxRow, now: datetime) -> bool:
    return row.lease_until is None or row.lease_until <= now


def _is_notice(row: OutboxRow) -> bool:
    return row.topic == NOTICE_TOPIC


def _id(row: OutboxRow) -> str:
    return str(row.payload["notice_id" if _is_notice(row) else "message_id"])
