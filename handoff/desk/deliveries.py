"""How far messages came on the channels that others run: read off the outbox, and tried again from the desk."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.auth.actor import Actor
from core.conversation import thread
from core.conversation.models import Conversation, Message
from core.conversation.schemas import Delivery, MessageRead
from core.conversation.ways import travelled
from core.errors import Conflict
from core.events import Event
from core.outbox.models import OutboxRow
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
    return {row.payload["message_id"]: _state(row) for row in await session.scalars(query)}


def _state(row: OutboxRow) -> Delivery:
    if row.state == "failed":
        _, colon, reason = row.last_error.partition(": ")
        return Delivery(state="failed", reason=reason if colon else GAVE_UP)
    return Delivery(state="retrying" if row.last_error else "sending")


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
    return {about for about in await session.scalars(query.distinct()) if about is not None}


class Redelivery:
    """Sends again what a channel had refused."""

    def __init__(self, uows: UnitOfWorkFactory) -> None:
        self._uows = uows

    async def retry(self, conversation_id: str, message_id: str, actor: Actor) -> MessageRead:
        """Put the message back into the outbox. Raises NotFailed when it is not there as failed."""
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
            if row is None or message is None:
                raise NotFailed()
            row.state, row.attempts, row.last_error = "pending", 0, ""
            row.next_attempt_at = uow.clock.now()
            uow.has_deliveries = True
            read = MessageRead.of(message).in_part().model_copy(update={"delivery": _state(row)})
            uow.publish(
                Event("message.updated", read, thread.audience_of(conversation, private=True))
            )
            return read
