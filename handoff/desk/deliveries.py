"""How far messages came on channels that others run: read off the outbox and its marks, tried again from the desk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.auth.actor import Actor
from core.conversation import thread
from core.conversation.addresses import key_of
from core.conversation.models import Conversation, Message, MessageDelivery
from core.conversation.replying import RemindedBy
from core.conversation.schemas import Delivery, MessageRead
from core.conversation.ways import travelled
from core.errors import Conflict
from core.events import Event
from core.outbox.models import OutboxRow
from core.outbox.repository import enqueue
from core.unit_of_work import UnitOfWorkFactory
from handoff.desk.access import check_in_charge

# What the worker notes when it gave up is the kind of the error, which tells agents nothing.
GAVE_UP = "多次尝试后仍没有送达"


class NotFailed(Conflict):
    """Only what has failed for good is sent again."""

    code, default_message = "not_failed", "这条消息没有发送失败，不需要重发。"


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


class Redelivery:
    """Sends again what a channel had refused, or what nobody knows of."""

    def __init__(self, uows: UnitOfWorkFactory) -> None:
        self._uows = uows

    async def retry(self, conversation_id: str, message_id: str, actor: Actor) -> MessageRead:
        """Put the message back into the outbox. Raises NotFailed when it has neither failed nor is unsure."""
        async with self._uows.write() as uow:
            conversation = await thread.load_for_update(uow, conversation_id)
            await check_in_charge(uow.session, conversation, actor)
            query = select(OutboxRow).where(
                OutboxRow.about == conversation.id,
                OutboxRow.topic == thread.DELIVER_TOPIC,
                OutboxRow.state == "failed",
            )
            rows = await uow.session.scalars(query)
            row = next((row for row in rows if row.payload["message_id"] == message_id), None)
            message = await uow.session.get(Message, message_id)
            mark = await uow.session.get(MessageDelivery, message_id, with_for_update=True)
            if message is None or message.conversation_id != conversation.id:
                raise NotFailed()
            if row is not None:
                row.state, row.attempts, row.last_error = "pending", 0, ""
                row.next_attempt_at = uow.clock.now()
            elif mark is not None and mark.state in ("failed", "unsure"):
                # From its first part: nobody knows which of them is there.
                await uow.session.delete(mark)
                key = await key_of(uow.session, conversation)
                payload = {"message_id": message.id}
                enqueue(uow, thread.DELIVER_TOPIC, key, payload, about=conversation.id)
            else:
                raise NotFailed()
            uow.has_deliveries = True
            again = Delivery(state="sending")
            read = MessageRead.of(message).in_part().model_copy(update={"delivery": again})
            uow.publish(
                Event("message.updated", read, thread.audience_of(conversation, private=True))
            )
            return read
