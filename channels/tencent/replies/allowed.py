"""What agents may still send, and what waits: the rules of replying as engine and desk see them."""

from __future__ import annotations

from typing import cast

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.tencent.replies import reminding
from channels.tencent.replies.quota import MESSAGE, RULES, Window, standing
from channels.tencent.replies.telling import replies_of
from channels.tencent.replies.waiting import held_count
from channels.tencent.replies.windows import OPENS, opened_by_messages, together, used
from core.clock import Clock
from core.conversation import repository, thread
from core.conversation.addresses import address_key
from core.conversation.models import Conversation, Message, MessageDelivery
from core.conversation.replying import RemindedBy, ReplyWindowUpdated
from core.conversation.ways import travels_from
from core.events import Event
from core.outbox.repository import release
from core.unit_of_work import UnitOfWork


class WeChatReplies:
    """Implements `core.conversation.replies.Replies`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def on_visitor_message(
        self, uow: UnitOfWork, conversation: Conversation, message: Message, external_id: str
    ) -> None:
        """What was held goes out, in its order, and whoever serves sees that replies are allowed again."""
        if conversation.channel not in RULES or message.external_id is None:
            return
        key = address_key(conversation.inbox_id, external_id)
        if await release(uow.session, key, uow.clock.now()):
            uow.has_deliveries = True
            await reminding.disarm(uow, key)
        now = await self._after(uow.session, conversation, message)
        if now is not None:
            rooms = thread.audience_of(conversation, private=True)
            uow.publish(Event("reply_window.updated", now, rooms))

    async def _after(
        self, session: AsyncSession, conversation: Conversation, message: Message
    ) -> ReplyWindowUpdated | None:
        """How it stands after the message, in the transaction that stores it: nothing is asked that it tells itself.

        A minute in which a tap before it allows more is left out; the next reply tells it.
        """
        kind = message.meta.get(OPENS, MESSAGE)
        if kind != MESSAGE:
            return await self.of(session, conversation)
        window = Window(MESSAGE, message.created_at)
        left = standing(RULES[conversation.channel], [window], self._clock.now())
        return replies_of(conversation, left, held=0)

    async def of(
        self, session: AsyncSession, conversation: Conversation
    ) -> ReplyWindowUpdated | None:
        rules = RULES.get(conversation.channel)
        if rules is None or not await travels_from(session, conversation):
            return None
        inbox_id, contact_id = conversation.inbox_id, conversation.contact_id
        external_id = await repository.external_id_of(session, contact_id, inbox_id)
        if external_id is None:
            return None
        opened = await opened_by_messages(session, inbox_id, contact_id)
        windows = together(await used(session, inbox_id, external_id), opened)
        key = address_key(inbox_id, external_id)
        held = await held_count(session, key)
        return replies_of(
            conversation,
            standing(rules, windows, self._clock.now()),
            held=held,
            reminded=await _reminded(session, key) if held else "",
        )


async def _reminded(session: AsyncSession, key: str) -> RemindedBy:
    query = select(MessageDelivery.reminded_by).where(
        MessageDelivery.address == key,
        MessageDelivery.state == "held",
        MessageDelivery.reminded_by != "",
    )
    return cast(RemindedBy, await session.scalar(query.limit(1)) or "")
