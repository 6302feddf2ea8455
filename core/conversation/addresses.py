"""The outbox's key of a citizen on an inbox: what goes to one citizen goes in order, of whichever conversation."""

from __future__ import annotations

import hashlib

from sqlalchemy.ext.asyncio import AsyncSession

from core.conversation import repository
from core.conversation.models import Conversation
from core.conversation.outside import EVENT_CHANNELS


def address_key(inbox_id: str, external_id: str) -> str:
    """Fits the outbox's column, whatever the channel calls its citizens."""
    digest = hashlib.sha256(f"{inbox_id}\n{external_id}".encode()).hexdigest()
    return f"to:{digest[:40]}"


async def key_of(session: AsyncSession, conversation: Conversation) -> str:
    """The key of what goes out of this conversation.

    Portals (webhook) are told of every conversation apart; on all other channels the citizen reads one chat, in which
    what was said in a closed conversation must not come after what is said in a new one.
    """
    if conversation.channel in EVENT_CHANNELS:
        return conversation.id
    # Without a flush: on the short way (quick.py) the database has not seen yet what is being added.
    with session.no_autoflush:
        external_id = await repository.external_id_of(
            session, conversation.contact_id, conversation.inbox_id
        )
    if external_id is None:
        return conversation.id
    return address_key(conversation.inbox_id, external_id)
