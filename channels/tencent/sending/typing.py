"""Lets citizens on WeChat see that somebody writes: the bot thinks, an agent types. Plugged into the bus by `app`.

It costs no reply, is never stored, and never stands in the way of a message: it runs beside everything else, and what
goes wrong with it does not matter.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from channels.tencent.carrier import Carrier
from core.conversation import repository
from core.conversation.models import Conversation, Inbox
from core.conversation.schemas import MessageRead
from core.conversation.ways import travels_from
from core.errors import BangbanError
from core.events import Event, TypingUpdated
from core.unit_of_work import UnitOfWorkFactory

log = logging.getLogger(__name__)

# "在输入状态中（持续 15 秒），不可重复下发": documentation "客服输入状态". A message ends it at once.
SHOWN_FOR = timedelta(seconds=15)
# Agents' programs tell of every few keystrokes; beyond so many conversations the oldest are looked up again.
MOST_REMEMBERED = 2000
# Conversations on other channels.
_NEVER = datetime.max.replace(tzinfo=UTC)


class TypingNews:
    """`carriers`: by channel."""

    def __init__(self, uows: UnitOfWorkFactory, carriers: Mapping[str, Carrier[Any]]) -> None:
        self._uows = uows
        self._carriers = carriers
        # Until when nothing is to be said of a conversation; for those elsewhere: for as long as it is remembered.
        self._quiet_until: dict[str, datetime] = {}

    def concerns(self, event: Event) -> bool:
        """Whether an agent or the bot began to write to somebody who is not shown it already."""
        typing = event.payload
        if not isinstance(typing, TypingUpdated) or not typing.on or typing.author == "visitor":
            return False
        quiet_until = self._quiet_until.get(typing.conversation_id)
        return quiet_until is None or quiet_until <= self._uows.clock.now()

    async def on_typing(self, event: Event) -> None:
        typing = event.payload
        assert isinstance(typing, TypingUpdated)
        self._remember(typing.conversation_id, self._uows.clock.now() + SHOWN_FOR)
        if not await self._uows.rush.gap():
            return  # it would come too late to be of use, and hold up what is
        async with self._uows.read(brief=True) as session:
            conversation = await session.get(Conversation, typing.conversation_id)
            carrier = self._carriers.get(conversation.channel) if conversation else None
            if conversation is None or carrier is None:
                self._remember(typing.conversation_id, _NEVER)
                return
            if not await travels_from(session, conversation):
                return  # a window of ours, which shows it by itself
            inbox = await session.get(Inbox, conversation.inbox_id)
            address = await repository.external_id_of(
                session, conversation.contact_id, conversation.inbox_id
            )
            if inbox is None or not inbox.enabled or address is None:
                return
            try:
                account = await carrier.account(session, inbox)
            except BangbanError as error:
                log.info("typing cannot be shown in inbox %s: %s", inbox.id, error.code)
                return
        await carrier.typing(account, address)

    def ends(self, event: Event) -> bool:
        """Whether a message ends what is shown. Asked of every message."""
        message = event.payload
        if not isinstance(message, MessageRead):
            return False
        return self._quiet_until.get(message.conversation_id, _NEVER) != _NEVER

    async def on_message(self, event: Event) -> None:
        message = event.payload
        assert isinstance(message, MessageRead)
        self._quiet_until.pop(message.conversation_id, None)

    def _remember(self, conversation_id: str, until: datetime) -> None:
        self._quiet_until.pop(conversation_id, None)
        self._quiet_until[conversation_id] = until
        if len(self._quiet_until) > MOST_REMEMBERED:
            del self._quiet_until[next(iter(self._quiet_until))]
