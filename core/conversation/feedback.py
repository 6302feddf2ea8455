"""Whether an answer helped (有用/没用): one verdict per bot message, changed or taken back by who got it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.conversation.models import Conversation, Message
from core.conversation.schemas import MessageRead
from core.database import Base, IdColumn
from core.errors import NotFound
from core.events import Audience, Event, contact_room
from core.unit_of_work import UnitOfWork


class AnswerFeedback(Base):
    """`helpful`: null when the verdict was taken back; the row stays, so that who copies verdicts sees that."""

    __tablename__ = "answer_feedback"

    message_id: Mapped[str] = mapped_column(
        ForeignKey("messages.id"), primary_key=True, type_=IdColumn
    )
    helpful: Mapped[bool | None]
    at: Mapped[datetime] = mapped_column(index=True)


async def give_feedback(
    uow: UnitOfWork, *, contact_id: str, message_id: str, helpful: bool | None
) -> None:
    """Store the verdict, and tell all windows of the citizen; None takes it back.

    NotFound when the message is not a bot's answer to this contact.
    """
    message = await uow.session.get(Message, message_id)
    conversation = await uow.session.get(Conversation, message.conversation_id) if message else None
    if (
        message is None
        or conversation is None
        or conversation.contact_id != contact_id
        or message.author_kind != "bot"
    ):
        raise NotFound(what="message")
    await uow.session.merge(
        AnswerFeedback(message_id=message_id, helpful=helpful, at=uow.clock.now())
    )
    read = MessageRead.for_citizen(message, uow.clock.now())
    judged = read.model_copy(update={"helpful": helpful})
    room = contact_room(contact_id, conversation.inbox_id)
    windows = Audience(visitor_rooms=frozenset({room}))
    uow.publish(Event("message.updated", judged, windows))


async def verdicts(session: AsyncSession, message_ids: Sequence[str]) -> dict[str, bool]:
    """The verdicts given on these messages, by message."""
    if not message_ids:
        return {}
    query = select(AnswerFeedback.message_id, AnswerFeedback.helpful)
    rows = await session.execute(query.where(AnswerFeedback.message_id.in_(message_ids)))
    return {row.message_id: row.helpful for row in rows if row.helpful is not None}
