"""What a citizen reads back: pages of a conversation and, where that ends, of the earlier ones on the same inbox."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from channels.web import payloads as p
from core.clock import Clock
from core.conversation import repository, thread
from core.conversation.attachments.links import FileLinks
from core.conversation.feedback import verdicts
from core.conversation.models import Conversation, Message
from core.conversation.schemas import MessageRead
from core.errors import NotFound

Page = dict[str, Any]


async def read_page(
    session: AsyncSession, links: FileLinks, clock: Clock, contact_id: str, inbox_id: str, wanted: p.ListMessages
) -> Page:  # fmt: skip
    """`{conversation, messages, earlier}`: `earlier` says whether there is anything before the first message.

    Only a page that goes back looks for that. Raises NotFound for another citizen's conversation.
    """
    conversation = await _conversation(session, contact_id, inbox_id, wanted.conversation_id)
    if conversation is None:
        return {"conversation": None, "messages": [], "earlier": False}
    earlier = False
    if wanted.after_seq is not None:
        rows = await repository.messages(
            session, conversation.id, after_seq=wanted.after_seq, limit=wanted.limit,
            with_private=False,
        )  # fmt: skip
    else:
        rows = await repository.messages_back(
            session, conversation, before_seq=wanted.before_seq, limit=wanted.limit,
            and_earlier=wanted.and_earlier,
        )  # fmt: skip
        earlier = await repository.anything_before(
            session, conversation, rows[0] if rows else None, before_seq=wanted.before_seq
        )
    read = (await thread.read_conversation(session, conversation)).for_visitor()
    helpful = await verdicts(session, [row.id for row in rows if _is_answer(row)])
    messages = [
        links.message_for_citizen(MessageRead.for_citizen(row, clock.now()))
        .model_copy(update={"helpful": helpful.get(row.id)}).model_dump(mode="json")
        for row in rows
    ]  # fmt: skip
    return {
        "conversation": read.model_dump(mode="json"),
        "messages": messages,
        "earlier": earlier,
    }


async def _conversation(
    session: AsyncSession, contact_id: str, inbox_id: str, conversation_id: str | None
) -> Conversation | None:
    if conversation_id is None:
        return await repository.latest_conversation(session, contact_id, inbox_id)
    conversation = await thread.load(session, conversation_id)
    if conversation.contact_id != contact_id:
        raise NotFound(what="conversation")  # the same answer as for one that does not exist
    return conversation


def _is_answer(row: Message) -> bool:
    return row.content.get("type") == "answer"
