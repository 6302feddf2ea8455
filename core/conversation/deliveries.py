"""How far messages came on channels that others run: read off the outbox and its marks. The desk sends them again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.conversation import thread
from core.conversation.models import Conversation, Message, MessageDelivery
from core.conversation.replying import RemindedBy
from core.conversation.schemas import Delivery
from core.conversation.ways import travelled
from core.outbox.models import OutboxRow

# What the worker notes when it gave up is the kind of the error, which tells agents nothing.
GAVE_UP = "多次尝试后仍没有送达"


async def of_conversation(session: AsyncSession, conversation: Conversation) -> dict[str, Delivery]:
    """What is on its way or has failed, by message; what is missing was delivered."""
    if conversation.channel in thread.SOCKET_CHANNELS:
        return {}
    query = select(OutboxRow).where(
        OutboxRow.about == conversation.id, OutboxRow.topic == thread.DELIVER_TOPIC
    )
    rows = {row.payload["message_id"]: row for row in await session.scalars(query)}
    marked = select(MessageDelivery).where(MessageDelivery.conversation_id == conversation.id)
    marks = {mark.message_id: mark for mark in await session.scalars(marked)}
    states = {key: _state(row, marks.get(key)) for key, row in rows.items()}
    over = {key: _of_mark(mark) for key, mark in marks.items() if key not in rows}
    return states | {key: delivery for key, delivery in over.items() if delivery is not None}


def _state(row: OutboxRow, mark: MessageDelivery | None = None) -> Delivery:
    if row.state == "held" and mark is not None:
        reminded = cast(RemindedBy, mark.reminded_by)
        return Delivery(state="held", reason=mark.reason, reminded=reminded)
    if row.state == "failed":
        _, colon, reason = row.last_error.partition(": ")
        return Delivery(state="failed", reason=reason if colon else GAVE_UP)
    return Delivery(state="retrying" if row.last_error else "sending")


def _of_mark(mark: MessageDelivery) -> Delivery | None:
    """What is known of a message that is not on its way any more, where that is more than that it was taken."""
    if mark.state == "unsure":
        return Delivery(state="unsure")
    if mark.state == "failed":
        return Delivery(state="failed", reason=mark.reason)
    return None


def told(conversation: Conversation, row: Message, states: dict[str, Delivery]) -> Delivery | None:
    """A message's delivery; None where there is none to speak of."""
    if not travelled(conversation, row):
        return None
    return states.get(row.id, Delivery(state="delivered"))


async def undelivered(session: AsyncSession, conversation_ids: Sequence[str]) -> set[str]:
    """Those of the conversations with a message that failed for good."""
    query = select(OutboxRow.about).where(
        OutboxRow.about.in_(conversation_ids),
        OutboxRow.topic == thread.DELIVER_TOPIC,
        OutboxRow.state == "failed",
    )
    failed = {about for about in await session.scalars(query.distinct()) if about is not None}
    later = select(MessageDelivery.conversation_id).where(
        MessageDelivery.conversation_id.in_(conversation_ids), MessageDelivery.state == "failed"
    )
    reported = await session.scalars(later.distinct())
    return failed | {about for about in reported if about is not None}


async def of_message(
    session: AsyncSession, message_id: str | None
) -> tuple[Delivery | None, bool | None]:
    """How far one message came, and whether the citizen has opened it where that can be seen."""
    message = await session.get(Message, message_id) if message_id else None
    if message is None:
        return None, None
    conversation = await thread.load(session, message.conversation_id)
    if not travelled(conversation, message):
        return None, conversation.visitor_read_seq >= message.seq
    states = await of_conversation(session, conversation)
    return told(conversation, message, states), None
