"""Tells a citizen that words wait for him which WeChat does not let through: its own notice, else a text message.

A timer gives him some minutes to come back by himself, then the outbox does it: once for what waits, once a day, not at
night. What it is about is never said outside the conversation.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.tencent.carrier import Carrier, Reminder
from channels.tencent.errors import ApiFailed, ApiUnsure
from channels.tencent.replies.reply_settings import CONFIG_NAME, ReplySettings
from channels.tencent.replies.telling import tell_reminded
from channels.tencent.replies.waiting import Address
from channels.tencent.replies.windows import ReplyWindow
from core.clock import today
from core.configs import get_config
from core.conversation import repository
from core.conversation.models import Conversation, Inbox, Message, MessageDelivery
from core.conversation.replying import RemindedBy
from core.outbox.repository import enqueue
from core.outbox.worker import Settled, TryAgain
from core.sms.service import Sms
from core.timers.models import Timer
from core.timers.repository import cancel_timer, set_timer
from core.timers.sweeper import TimerHandler
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory

log = logging.getLogger(__name__)

TIMER = "tencent.remind"
TOPIC = "tencent.remind"
TEMPLATE = "reply_waiting"
# A day apart, and a little less, so that it does not come later every day.
EVERY = timedelta(hours=23)
# As much of the inbox's name as leaves the text in one part.
NAME_LENGTH = 14
# A row of reply_windows that is no window: when the citizen was reminded last; `used`: 1 while that is under way.
KIND = "reminded"


class ProvenPhones(Protocol):
    async def of(self, session: AsyncSession, contact_id: str) -> str | None:
        """The phone that the citizen has proved to be his, the latest; None: none is known."""
        ...


async def arm(uow: UnitOfWork, to: Address) -> None:
    """Something waits since now; a reminder that is due already stays where it is."""
    if await uow.session.get(Timer, (TIMER, to.key)) is not None:
        return
    settings = await get_config(uow.session, CONFIG_NAME, ReplySettings)
    if settings.remind:
        due = uow.clock.now() + timedelta(minutes=settings.remind_after_minutes)
        payload = {"inbox_id": to.inbox.id, "external_id": to.external_id}
        await set_timer(uow, TIMER, to.key, due, payload)


async def disarm(uow: UnitOfWork, key: str) -> None:
    """The citizen is back."""
    await cancel_timer(uow, TIMER, key)


async def fire(uow: UnitOfWork, key: str, payload: dict[str, Any]) -> None:
    """The timer's handler: leave the reminder to the outbox, or wait for the morning, or for tomorrow."""
    settings = await get_config(uow.session, CONFIG_NAME, ReplySettings)
    if not settings.remind or not await _unreminded(uow.session, key):
        return
    now = uow.clock.now()
    row = await uow.session.get(ReplyWindow, (payload["inbox_id"], payload["external_id"], KIND))
    due = settings.next_moment(now if row is None else max(now, row.opened_at + EVERY))
    if due > now:
        await set_timer(uow, TIMER, key, due, payload)
        return
    if row is None:
        row = ReplyWindow(inbox_id=payload["inbox_id"], external_id=payload["external_id"], kind=KIND)  # fmt: skip
        uow.session.add(row)
    row.opened_at, row.used, row.closed = now, 0, True
    # Under a key of its own: what is held up behind it is for WeChat's customer messages.
    enqueue(uow, TOPIC, f"{TOPIC}:{key}"[:64], {**payload, "at": now.isoformat()})


def timer_handlers() -> dict[str, TimerHandler]:
    return {TIMER: TimerHandler(fire)}


class Reminders:
    """The outbox's handler. Never twice: what was begun counts as told, whatever became of it."""

    def __init__(
        self,
        uows: UnitOfWorkFactory,
        carriers: Mapping[str, Carrier[Any]],
        *,
        sms: Sms,
        phones: ProvenPhones,
    ) -> None:
        self._uows = uows
        self._carriers = carriers
        self._sms = sms
        self._phones = phones

    async def __call__(self, payload: dict[str, Any]) -> Settled | None:
        """Raises TryAgain while WeChat cannot be reached."""
        async with self._uows.read() as session:
            inbox = await session.get(Inbox, payload["inbox_id"])
            carrier = self._carriers.get(inbox.channel) if inbox is not None else None
            if inbox is None or carrier is None:
                return None
            to = Address(inbox, payload["external_id"])
            held = await _unreminded(session, to.key)
            if not held:
                return None
            row = await session.get(ReplyWindow, (inbox.id, to.external_id, KIND))
            account = await carrier.account(session, inbox)
            settings = await get_config(session, CONFIG_NAME, ReplySettings)
            contact = await repository.contact_by_identity(session, inbox.id, to.external_id)
            phone = None
            if contact is not None and settings.remind_by_sms:
                phone = await self._phones.of(session, contact.id)
            reminder = await _reminder(session, to, held, payload["at"])
        if row is not None and row.used:
            return self._told(to, held, "notice", None)
        await self._begin(to, 1)
        try:
            told = await carrier.remind(account, to.external_id, reminder)
        except ApiUnsure:
            told = True
        except ApiFailed as failed:
            raise TryAgain(failed, lambda uow: _begin(uow, to, 0)) from None
        by: RemindedBy = "notice" if told else "sms" if phone else ""
        return self._told(to, held, by, phone)

    async def _begin(self, to: Address, used: int) -> None:
        async with self._uows.write() as uow:
            await _begin(uow, to, used)

    def _told(self, to: Address, held: list[str], by: RemindedBy, phone: str | None) -> Settled:
        async def write(uow: UnitOfWork) -> None:
            if by == "sms" and phone is not None:
                await self._sms.enqueue(
                    uow, phone=phone, template=TEMPLATE,
                    params={"account": to.inbox.name[:NAME_LENGTH]},
                    key=f"{TEMPLATE}/{to.key}/{today(uow.clock)}", inbox_id=to.inbox.id,
                )  # fmt: skip
            await _begin(uow, to, 0)
            await _note(uow, held, by)

        log.info("a citizen of inbox %s was reminded by %s", to.inbox.id, by or "nothing")
        return Settled(write)


async def _begin(uow: UnitOfWork, to: Address, used: int) -> None:
    row = await uow.session.get(ReplyWindow, (to.inbox.id, to.external_id, KIND))
    if row is not None:
        row.used = used


async def _note(uow: UnitOfWork, held: list[str], by: RemindedBy) -> None:
    """With the messages it was about, for the desk."""
    for id in held:
        mark = await uow.session.get(MessageDelivery, id)
        if mark is None or mark.state != "held":
            continue  # he has written meanwhile
        mark.reminded_at, mark.reminded_by = uow.clock.now(), by
        message = await uow.session.get(Message, id)
        if message is not None and by:
            conversation = await uow.session.get_one(Conversation, message.conversation_id)
            tell_reminded(uow, conversation, message, mark.reason, by)


async def _unreminded(session: AsyncSession, key: str) -> list[str]:
    """The messages that are held and of which the citizen does not know."""
    query = select(MessageDelivery.message_id).where(
        MessageDelivery.address == key,
        MessageDelivery.state == "held",
        MessageDelivery.reminded_at.is_(None),
    )
    return list(await session.scalars(query.order_by(MessageDelivery.message_id)))


async def _reminder(session: AsyncSession, to: Address, held: list[str], at: str) -> Reminder:
    message = await session.get_one(Message, held[-1])
    when = datetime.fromisoformat(at)
    return Reminder(
        key=f"{to.key[3:23]}-{int(when.timestamp()):x}",
        conversation_id=message.conversation_id,
        inbox_name=to.inbox.name,
        held=len(held),
        agent=message.author_name if message.author_kind == "agent" else "",
    )
