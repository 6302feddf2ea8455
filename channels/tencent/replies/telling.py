"""Tells the desk how far messages came and what may still be sent. Published with the transaction that changes it."""

from __future__ import annotations

from channels.tencent.replies.quota import Standing
from channels.tencent.replies.waiting import Entry
from core.conversation import thread
from core.conversation.models import Conversation, Message
from core.conversation.ports import DeliveryRefused
from core.conversation.replying import RemindedBy, RepliesLeft, ReplyWindowUpdated
from core.conversation.schemas import Delivery, MessageRead
from core.events import SUPERVISOR_ROOM, AlertRaised, Audience, Event, agent_room
from core.unit_of_work import UnitOfWork


def tell_delivery(uow: UnitOfWork, entry: Entry, delivery: Delivery) -> None:
    """Show the agents how far the message came."""
    if entry.message is None or entry.conversation is None:
        return
    read = MessageRead.of(entry.message).in_part().model_copy(update={"delivery": delivery})
    rooms = thread.audience_of(entry.conversation, private=True)
    uow.publish(Event("message.updated", read, rooms))


def tell_reminded(
    uow: UnitOfWork, conversation: Conversation, message: Message, reason: str, by: RemindedBy
) -> None:
    """The citizen was told that this one waits."""
    delivery = Delivery(state="held", reason=reason, reminded=by)
    read = MessageRead.of(message).in_part().model_copy(update={"delivery": delivery})
    rooms = thread.audience_of(conversation, private=True)
    uow.publish(Event("message.updated", read, rooms))


def raise_refused(uow: UnitOfWork, entry: Entry, refused: DeliveryRefused) -> None:
    """Owner and supervisors hear that a message never gets there."""
    conversation = entry.conversation
    if conversation is None:
        return
    alert = AlertRaised(
        code="delivery_refused",
        message=f"消息没有送达：{refused.reason}",
        details={"conversation_id": conversation.id, "reason": refused.code},
    )
    rooms = {SUPERVISOR_ROOM}
    if conversation.owner_id:
        rooms.add(agent_room(conversation.owner_id))
    uow.publish(Event("alert.raised", alert, Audience(agent_rooms=frozenset(rooms))))


def replies_of(
    conversation: Conversation, standing: Standing, *, held: int, reminded: RemindedBy = ""
) -> ReplyWindowUpdated:
    return ReplyWindowUpdated(
        conversation_id=conversation.id,
        channel=conversation.channel,
        left=standing.left,
        limit=standing.limit,
        ends_at=standing.ends_at,
        open=standing.open,
        windows=[
            RepliesLeft(replies=each.replies, ends_at=each.ends_at) for each in standing.windows
        ],
        held=held,
        reminded=reminded,
    )


def tell_replies(
    uow: UnitOfWork,
    conversation: Conversation,
    standing: Standing,
    *,
    held: int,
    reminded: RemindedBy = "",
) -> None:
    """What may still be sent: to whoever serves the citizen or looks on."""
    read = replies_of(conversation, standing, held=held, reminded=reminded)
    rooms = thread.audience_of(conversation, private=True)
    uow.publish(Event("reply_window.updated", read, rooms))
