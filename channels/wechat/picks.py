"""What a citizen picked: a tap on a list item, or the number of a choice in a list."""

from __future__ import annotations

import re
import unicodedata
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from channels.wechat.models import WeChatOffer
from core.conversation import repository
from core.conversation.choices import offered_choices
from core.conversation.content import CONTENT, Choice
from core.conversation.models import Conversation, Message, MessageDelivery

NUMBER = re.compile(r"([1-9][0-9]?)[.、。]?", re.ASCII)


def number_in(text: str) -> int | None:
    """The number, when the text is nothing but one: `2`, `2.`, `２`."""
    match = NUMBER.fullmatch(unicodedata.normalize("NFKC", text).strip())
    return int(match[1]) if match else None


async def tapped(session: AsyncSession, inbox_id: str, openid: str, menu_id: str) -> Choice | None:
    """The choice behind a `bizmsgmenuid` of ours; None for one of somebody else's making."""
    message_id, _, index = menu_id.rpartition(":")
    message = (
        await session.get(Message, message_id) if _is_id(message_id) and index.isdecimal() else None
    )
    if message is None or message.inbox_id != inbox_id:
        return None
    conversation = await session.get_one(Conversation, message.conversation_id)
    if await repository.external_id_of(session, conversation.contact_id, inbox_id) != openid:
        return None
    return _choice(message, int(index))


async def numbered(session: AsyncSession, inbox_id: str, openid: str, number: int) -> Choice | None:
    """The choice a bare number means; None unless a numbered list was the last thing the citizen was shown.

    A number can just as well be an amount the bot has asked for, so only what was sent counts.
    """
    last = await _last_shown(session, inbox_id, openid)
    offer = await session.get(WeChatOffer, (inbox_id, openid))
    if offer is not None and (last is None or offer.at > last.created_at):
        choices = [Choice.model_validate(choice) for choice in offer.choices]
        return choices[number - 1] if number <= len(choices) else None
    delivery = await session.get(MessageDelivery, last.id) if last is not None else None
    if last is None or delivery is None or not delivery.numbered:
        return None
    return _choice(last, number - 1)


async def _last_shown(session: AsyncSession, inbox_id: str, openid: str) -> Message | None:
    """What the bot or an agent said last in the open conversation."""
    contact = await repository.contact_by_identity(session, inbox_id, openid)
    if contact is None:
        return None
    conversation = await repository.open_conversation(session, contact.id, inbox_id)
    if conversation is None:
        return None
    recent = await repository.messages(session, conversation.id, limit=5, with_private=False)
    shown = (message for message in reversed(recent) if message.author_kind in ("bot", "agent"))
    return next(shown, None)


def _choice(message: Message, index: int) -> Choice | None:
    choices = offered_choices(CONTENT.validate_python(message.content))
    return choices[index] if index < len(choices) else None


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
