"""Messages that a channel had refused are tried again from the desk."""

from __future__ import annotations

from sqlalchemy import select

from core.auth.actor import Actor
from core.conversation import thread
from core.conversation.addresses import key_of
from core.conversation.models import Message, MessageDelivery
from core.conversation.schemas import Delivery, MessageRead
from core.errors import Conflict
from core.events import Event
from core.outbox.models import OutboxRow
from core.outbox.repository import enqueue
from core.unit_of_work import UnitOfWorkFactory
from handoff.desk.access import check_in_charge


class NotFailed(Conflict):
    """Only what has failed for good is sent again."""

    code, default_message = "not_failed", "这条消息没有发送失败，不需要重发。"


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
