"""How a session ends: with the conversation it ends in 企业微信 too, and the closing line costs no reply.

Ending gives a code that allows one message (结束会话提示语或满意度评价, 95122): the line with its invitation to rate.
After that nothing can be sent until the citizen writes again, so the ledger is told that the window is closed.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from channels.tencent.errors import ApiUnsure
from channels.tencent.receiving.once import once
from channels.tencent.rendering.bubbles import MenuBubble, TextBubble
from channels.tencent.rendering.split import shortened
from channels.tencent.replies import windows
from channels.tencent.replies.quota import WECOM_KF
from channels.wecom import sessions
from channels.wecom.accounts import CHANNEL, Account, Accounts
from channels.wecom.api import KfApis, State, event_msgid
from channels.wecom.carrier import WecomCarrier
from channels.wecom.payloads import payload
from core.conversation import repository
from core.conversation.addresses import address_key
from core.conversation.content import CONTENT, ActivityContent, Content
from core.conversation.models import Conversation, Inbox, Message
from core.conversation.schemas import ConversationRead
from core.conversation.status import ConversationStatus, Trigger
from core.errors import BangbanError
from core.events import Event
from core.outbox.repository import enqueue
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory

log = logging.getLogger(__name__)

END_TOPIC = "wecom.end"
# The closing line is among the last of its conversation.
_LOOK_BACK = 10
JUST_NOW = timedelta(minutes=10)
MAX_TEXT_BYTES = 2048


class Closing:
    def __init__(
        self, *, uows: UnitOfWorkFactory, accounts: Accounts, apis: KfApis, carrier: WecomCarrier
    ) -> None:
        self._uows = uows
        self._accounts = accounts
        self._apis = apis
        self._carrier = carrier

    def concerns(self, event: Event) -> bool:
        """Whether a conversation of ours was closed just now. The fuller of the events tells whose it was."""
        read = event.payload
        return (
            isinstance(read, ConversationRead)
            and read.channel == CHANNEL
            and read.status == ConversationStatus.CLOSED
            and read.contact_id is not None
            and read.closed_at is not None
            # Something may be changed about it long after, such as its rating.
            and self._uows.clock.now() - read.closed_at < JUST_NOW
        )

    async def on_closed(self, event: Event) -> None:
        """Leave the end to the outbox, behind what still goes to the citizen. Lost with this process: WeChat ends the
        session by itself after 48 hours."""
        read = event.payload
        assert isinstance(read, ConversationRead)

        async def leave(uow: UnitOfWork) -> None:
            citizen = await repository.external_id_of(
                uow.session, read.contact_id or "", read.inbox_id
            )
            if citizen is not None:
                key = address_key(read.inbox_id, citizen)
                row = {"conversation_id": read.id, "external_userid": citizen}
                enqueue(uow, END_TOPIC, key, row)

        # Several events tell of one end.
        await once(self._uows, read.inbox_id, f"end:{read.id}", leave)

    async def __call__(self, row: dict[str, Any]) -> None:
        """Handler of `wecom.end`."""
        citizen = row["external_userid"]
        async with self._uows.read() as session:
            conversation = await session.get(Conversation, row["conversation_id"])
            inbox = await session.get(Inbox, conversation.inbox_id) if conversation else None
            if conversation is None or inbox is None or not inbox.enabled:
                return
            latest = await repository.latest_conversation(
                session, conversation.contact_id, conversation.inbox_id
            )
            known = (await sessions.of(session, inbox.id, [citizen])).get(citizen)
            try:
                account = await self._accounts.of_inbox(session, inbox)
            except BangbanError as error:
                log.warning("a session of inbox %s is not ended: %s", inbox.id, error.code)
                return
            line = await _closing_line(session, conversation.id)
        if latest is None or latest.id != conversation.id:
            return  # the citizen has written again
        if sessions.is_with_servicer(known, self._uows.clock.now()):
            return
        await self._end(account, citizen, line)

    async def _end(self, account: Account, citizen: str, line: Message | None) -> None:
        api = self._apis.of(account)
        code, msg_code = await api.move(citizen, State.ENDED)
        if code:
            # Over already, or somebody else's; a session that stays open ends by itself.
            log.info("inbox %s: a session was not ended (%s)", account.inbox_id, code)
            return
        await self._note(account, citizen)
        if line is None or not msg_code:
            return
        try:
            message = payload(self._bubble(account, line))
            await api.send_on_event(msg_code, message, event_msgid(msg_code))
        except ApiUnsure:
            log.info("inbox %s: nobody knows whether a closing line was shown", account.inbox_id)

    def _bubble(self, account: Account, line: Message) -> TextBubble | MenuBubble:
        """Text and lists are all that an event may be answered with."""
        content: Content = CONTENT.validate_python(line.content)
        bubbles = self._carrier.render(account, line.id, content).bubbles
        first = bubbles[0] if bubbles else None
        if isinstance(first, TextBubble | MenuBubble):
            return first
        text = content.text if isinstance(content, ActivityContent) else ""
        return TextBubble(shortened(text, MAX_TEXT_BYTES))

    async def _note(self, account: Account, citizen: str) -> None:
        """Nothing goes through from now on; what the courier still has waits for the citizen."""
        async with self._uows.write() as uow:
            await sessions.put(uow, account.inbox_id, citizen, ours_until=None)
            contact = await repository.contact_by_identity(uow.session, account.inbox_id, citizen)
            opened = await windows.opened_by_messages(
                uow.session, account.inbox_id, contact.id if contact is not None else None
            )
            await windows.correct(uow, WECOM_KF, account.inbox_id, citizen, opened, closed=True)


async def _closing_line(session: AsyncSession, conversation_id: str) -> Message | None:
    rows = await repository.messages(session, conversation_id, limit=_LOOK_BACK, with_private=False)
    for row in reversed(rows):
        if row.content.get("kind") == Trigger.CLOSED.value:
            return row
    return None
