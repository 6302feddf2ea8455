"""What a citizen picked of a stored message's choices: a tap on a list item, or the number of one in a list."""

from __future__ import annotations

import re
import unicodedata
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from core.conversation import repository
from core.conversation.choices import offered_choices
from core.conversation.content import CONTENT, Choice
from core.conversation.models import Conversation, Message, MessageDelivery

NUMBER = re.compile(r"([1-9][0-9]?)[.、。]?", re.ASCII)


def number_in(text: str) -> int | None:
    """The number, when the text is nothing but one: `2`, `2.`, `２`."""
    match = NUMBER.fullmatch(unicodedata.normalize("NFKC", text).strip())
    return int(match[1]) if match else None


async def tapped(
    session: AsyncSession, inbox_id: str, external_id: str, menu_id: str
) -> Choice | None:
    """The choice behind an item's id of ours (showing.choice_item); None for one of somebody else's making."""
    message_id, _, index = menu_id.rpartition(":")
    message = (
        await session.get(Message, message_id) if _is_id(message_id) and index.isdecimal() else None
    )
    if message is None or message.inbox_id != inbox_id:
        return None
    conversation = await session.get_one(Conversation, message.conversation_id)
    if await repository.external_id_of(session, conversation.contact_id, inbox_id) != external_id:
        return None
    return choice_of(message, int(index))


async def numbered(session: AsyncSession, last: Message | None, number: int) -> Choice | None:
    """The choice a bare number means; None unless `last`, what was shown last, was a numbered list.

    A number can just as well be an amount the bot has asked for, so only what was sent counts.
    """
    delivery = await session.get(MessageDelivery, last.id) if last is not None else None
    if last is None or delivery is None or not delivery.numbered:
        return None
    return choice_of(last, number - 1)


async def last_shown(session: AsyncSession, inbox_id: str, external_id: str) -> Message | None:
    """What the bot or an agent said last in the open conversation."""
    contact = await repository.contact_by_identity(session, inbox_id, external_id)
    if contact is None:
        return None
    conversation = await repository.open_conversation(session, contact.id, inbox_id)
    if conversation is None:
        return None
    recent = await repository.messages(session, conversation.id, limit=5, with_private=False)
    shown = (message for message in reversed(recent) if message.author_kind in ("bot", "agent"))
    return next(shown, None)


def choice_of(message: Message, index: int) -> Choice | None:
    choices = offered_choices(CONTENT.validate_python(message.content))
    return choices[index] if index < len(choices) else None


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
