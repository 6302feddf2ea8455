"""Keeps personal data no longer than its time: stores a bot's reply, covers what the citizen wrote, forgets when due.

What an identity check has opened is shown to the citizen alone (thread.append) and until the check expires. Then a
timer takes it out of the database; it survives a restart. What a channel has delivered to another company's servers
(WeChat) cannot be taken back.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from core import audit
from core.conversation import repository, thread
from core.conversation.attachments import repository as files
from core.conversation.content import Content, TextContent
from core.conversation.handoffs import BOT_AUTHOR
from core.conversation.models import Conversation, Message
from core.conversation.ports import BotReply, HandoffDecision
from core.conversation.schemas import PERSONAL, MessageRead, over
from core.masked_numbers import covered
from core.masking import mask_identity
from core.timers.repository import cancel_timer, set_timer, subjects
from core.timers.sweeper import TimerHandler
from core.unit_of_work import UnitOfWork

FORGET_TIMER = "message.forget"
# A message that is nothing but a code of a short message, should the bot not have got to read it.
_CODE = re.compile(
    r"(?:我?的?(?:短信)?验证码)?[是为:：,，\s]*[0-9０-９](?:[ -]?[0-9０-９]){3,7}[。.\s]*"
)
_CODE_MARK = "[验证码]"


async def store_reply(
    uow: UnitOfWork,
    conversation: Conversation,
    asked: Message,
    reply: BotReply,
    meta: dict[str, Any],
) -> list[Message]:
    """The contents of `reply` to the citizen's message `asked`, and that message as it may be kept.

    `meta` (past.meta_of) goes with the first content. Returns the messages stored.
    """
    stored: list[Message] = []
    await cover(uow, conversation, asked, reply.said)
    if reply.signed_out:
        await forget_all(uow, conversation)
    for place, content in enumerate(reply.contents):
        personal = reply.personal.get(place)
        message = await thread.append(
            uow, conversation, BOT_AUTHOR, content, meta=meta, personal=personal
        )
        if personal is not None:
            await set_timer(uow, FORGET_TIMER, message.id, personal.until)
        stored.append(message)
        meta = {}
    return stored


def may_change(message: Message) -> bool:
    """Whether the row will be, or should have been, covered: such a message is read again, never remembered."""
    text = message.content.get("text")
    secret = isinstance(text, str) and mask_identity(text) != text
    return PERSONAL in message.meta or secret


def unheard(text: str) -> str | None:
    """A message nobody could read, as it may be kept: without what may be secret in it. None: as it is."""
    if _CODE.fullmatch(text.strip()):
        return _CODE_MARK
    masked = mask_identity(text)
    return masked if masked != text else None


def without(decision: HandoffDecision, text: str, said: str | None) -> HandoffDecision:
    """The decision with the message `text` in its evidence replaced by what may be kept of it."""
    kept = mask_identity(text) if said is None else said
    evidence = _replaced(decision.evidence, text, kept)
    return replace(decision, evidence=evidence)


def _replaced(value: Any, text: str, kept: str) -> Any:
    match value:
        case str():
            return covered(mask_identity(value.replace(text, kept)))
        case list() | tuple():
            return [_replaced(one, text, kept) for one in value]
        case dict():
            return {name: _replaced(one, text, kept) for name, one in value.items()}
        case _:
            return value


async def cover(
    uow: UnitOfWork, conversation: Conversation, asked: Message, said: str | None
) -> None:
    """Store the citizen's message as it may be kept; a plain one is left alone without a query."""
    text = asked.content.get("text")
    if not isinstance(text, str):
        return
    kept = mask_identity(text) if said is None else mask_identity(said)
    if kept == text:
        return
    row = await uow.session.get_one(Message, asked.id)
    if conversation.preview == thread.preview_of(TextContent(text=text), row.author_kind):
        conversation.preview = thread.preview_of(TextContent(text=kept), row.author_kind)
    voice = row.content.get("voice")
    if voice is not None:
        # The recording says what the text no longer does.
        await files.forget(uow, [voice["attachment_id"]])
    replace_content(uow, conversation, row, TextContent(text=kept))


async def forget(uow: UnitOfWork, message_id: str, payload: dict[str, Any]) -> None:
    """The time of a personal message is over: what it showed is taken out of the database and off all screens."""
    row = await uow.session.get(Message, message_id)
    personal = row.meta.get(PERSONAL) if row is not None else None
    if row is None or personal is None:
        return
    conversation = await thread.load(uow.session, row.conversation_id)
    row.meta = {name: value for name, value in row.meta.items() if name != PERSONAL}
    read = MessageRead.of(row)
    replace_content(uow, conversation, row, over(read.content, personal["label"]))
    audit.record(
        uow, actor="system", action="message.forgotten", subject=f"message:{row.id}",
        conversation=row.conversation_id,
    )  # fmt: skip


async def forget_all(uow: UnitOfWork, conversation: Conversation) -> None:
    """The citizen is done looking: all personal messages of the conversation, now."""
    # Not joined: the timers' subjects are texts, and only so many checks are open in ten minutes.
    pending = await subjects(uow.session, FORGET_TIMER)
    for message_id in await repository.of_conversation(uow.session, conversation.id, pending):
        await forget(uow, message_id, {})
        await cancel_timer(uow, FORGET_TIMER, message_id)


def replace_content(
    uow: UnitOfWork, conversation: Conversation, row: Message, content: Content
) -> None:
    """Store another content in the message's place and tell everybody who sees it."""
    row.content = content.model_dump(mode="json")
    thread.tell_changed(uow, conversation, row)


async def _lock(uow: UnitOfWork, message_id: str) -> None:
    """Whoever writes to the message holds its conversation's lock."""
    row = await uow.session.get(Message, message_id)
    if row is not None:
        await thread.load_for_update(uow, row.conversation_id)


def timer_handlers() -> dict[str, TimerHandler]:
    return {FORGET_TIMER: TimerHandler(forget, lock=_lock)}
