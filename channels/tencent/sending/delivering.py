"""The courier: brings what waits for a citizen to him, within the replies WeChat allows. One for each service.

Called by the outbox, in order per citizen; whatever else waits for the same citizen goes along. How a run goes is told
in errand.py, what is written down of it in ledger.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Generic

from sqlalchemy import select

from channels.tencent.carrier import AccountT, Carrier
from channels.tencent.replies.quota import standing
from channels.tencent.replies.reply_settings import CONFIG_NAME, ReplySettings
from channels.tencent.replies.telling import raise_refused, tell_delivery
from channels.tencent.replies.waiting import NOTICE_TOPIC, Address, Entry, look
from channels.tencent.sending import ledger
from channels.tencent.sending.ending import Numbered
from channels.tencent.sending.errand import Errand
from core.configs import get_config
from core.conversation.addresses import address_key
from core.conversation.attachments.links import FileLinks
from core.conversation.content import Content
from core.conversation.models import Conversation, Inbox, Message, MessageDelivery
from core.conversation.ports import DeliveryRefused
from core.conversation.schemas import Delivery
from core.conversation.thread import DELIVER_TOPIC
from core.ids import new_id
from core.outbox.models import OutboxRow
from core.outbox.repository import enqueue
from core.outbox.worker import Postponed, Refused, Settled
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory


class Courier(Generic[AccountT]):
    """Implements `core.conversation.ports.OutboundChannel` for the service of `carrier`.

    `numbered`: told of lists shown outside conversations, so that a number that comes back can be read.
    """

    def __init__(
        self,
        *,
        uows: UnitOfWorkFactory,
        carrier: Carrier[AccountT],
        links: FileLinks,
        numbered: Numbered | None = None,
    ) -> None:
        self.channel = carrier.channel
        self._uows = uows
        self._carrier = carrier
        self._links = links
        self._numbered = numbered

    async def deliver(self, inbox: Inbox, external_id: str, message: Message) -> Settled | None:
        """Bring `message`, and what waits around it. Raises Refused, TryAgain, Postponed."""
        to = Address(inbox, external_id)
        if message.author_kind == "agent":
            await self._let_settle(to, message)
        return await self._run(to, message.id, message.conversation_id)

    async def notify(self, inbox: Inbox, payload: dict[str, Any]) -> Settled | None:
        """Bring a notice of `leave_notice`; errors as `deliver`."""
        return await self._run(Address(inbox, payload["external_id"]), payload["notice_id"])

    async def failed_later(self, uow: UnitOfWork, key: str, reason: str, *, hold: bool) -> bool:
        """The service reports that what it took under `key` never got there. False: nothing is known of it.

        `hold`: for want of replies; then it waits for the citizen, else it failed for good.
        """
        query = select(MessageDelivery).where(MessageDelivery.sent_key == key)
        rows = list(await uow.session.scalars(query.order_by(MessageDelivery.message_id)))
        for row in rows:
            await self._failed(uow, row, key, reason, hold=hold)
        return bool(rows)

    async def _run(
        self, to: Address, own: str, conversation_id: str | None = None
    ) -> Settled | None:
        errand = Errand(
            uows=self._uows, carrier=self._carrier, links=self._links, to=to, own=own,
            numbered=self._numbered,
        )  # fmt: skip
        settled = await errand.run()
        if settled is None and conversation_id is not None:
            await self._follow_citizen(to, own, conversation_id)
        return settled

    async def _follow_citizen(self, to: Address, own: str, conversation_id: str) -> None:
        """It waits under another key: written before there were such keys, or the citizen was joined with another."""
        async with self._uows.write() as uow:
            query = select(OutboxRow).where(
                OutboxRow.about == conversation_id,
                OutboxRow.topic == DELIVER_TOPIC,
                OutboxRow.state.in_(("pending", "held", "carried")),
                OutboxRow.key != to.key,
            )
            rows = list(await uow.session.scalars(query))
            for row in rows:
                row.key = to.key
        if any(row.payload["message_id"] == own for row in rows):
            raise Postponed(self._uows.clock.now())

    async def _let_settle(self, to: Address, message: Message) -> None:
        """Agents write several short messages in a row; where replies are short they go out as one."""
        now = self._uows.clock.now()
        if now - message.created_at > timedelta(seconds=10):
            return
        async with self._uows.read() as session:
            settings = await get_config(session, CONFIG_NAME, ReplySettings)
            until = message.created_at + timedelta(seconds=settings.settle_seconds)
            if until <= now:
                return
            queue = await look(session, to, message.id, now)
        if 0 < standing(self._carrier.rules, queue.windows, now).left <= settings.scarce:
            raise Postponed(until)

    async def _failed(
        self, uow: UnitOfWork, row: MessageDelivery, key: str, reason: str, *, hold: bool
    ) -> None:
        message = await uow.session.get(Message, row.message_id)
        if message is None or row.conversation_id is None:
            return
        conversation = await uow.session.get_one(Conversation, row.conversation_id)
        row.sent_key, row.updated_at = "", uow.clock.now()
        entry = Entry(0, message.id, "failed", message, conversation, None, row)
        if not hold:
            row.state, row.reason = ledger.FAILED, reason[: ledger.REASON]
            tell_delivery(uow, entry, Delivery(state="failed", reason=reason))
            raise_refused(uow, entry, DeliveryRefused(f"{self.channel}_{key[:8]}", reason))
            return
        row.state, row.reason, row.parts_sent = ledger.HELD, reason[: ledger.REASON], 0
        again = OutboxRow(
            topic=DELIVER_TOPIC, key=row.address, about=conversation.id, state="held",
            payload={"message_id": message.id}, next_attempt_at=uow.clock.now(),
            created_at=message.created_at, attempts=0,
        )  # fmt: skip
        uow.session.add(again)
        tell_delivery(uow, entry, Delivery(state="held", reason=reason))


class NoticeHandler:
    """The outbox's handler of NOTICE_TOPIC: gives each notice to the courier of its channel."""

    def __init__(self, uows: UnitOfWorkFactory, couriers: Mapping[str, Courier[Any]]) -> None:
        self._uows = uows
        self._couriers = couriers

    async def __call__(self, payload: dict[str, Any]) -> Settled | None:
        async with self._uows.read() as session:
            inbox = await session.get(Inbox, payload["inbox_id"])
        courier = self._couriers.get(inbox.channel) if inbox is not None else None
        if inbox is None or courier is None:
            raise Refused("the inbox is gone")
        return await courier.notify(inbox, payload)


def leave_notice(uow: UnitOfWork, inbox_id: str, external_id: str, content: Content) -> None:
    """Tell a citizen something that answers what he has just done and belongs to no conversation."""
    notice = {
        "inbox_id": inbox_id,
        "external_id": external_id,
        "notice_id": new_id(),
        "content": content.model_dump(mode="json"),
    }
    enqueue(uow, NOTICE_TOPIC, address_key(inbox_id, external_id), notice)
