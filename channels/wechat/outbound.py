"""Delivers stored messages to citizens on WeChat. Called by the outbox, which retries and keeps the order."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import Any

from sqlalchemy import delete

from channels.wechat.accounts import CHANNEL, Account, Accounts
from channels.wechat.api import MENU_NOT_ALLOWED, WeChatApis
from channels.wechat.models import WeChatOffer
from channels.wechat.render import render
from core.conversation.attachments.links import VALID_OUTSIDE, FileLinks
from core.conversation.choices import offered_choices
from core.conversation.content import CONTENT, Content
from core.conversation.models import Inbox, Message, MessageDelivery
from core.conversation.ports import DeliveryRefused
from core.conversation.schemas import shown_to_citizen
from core.outbox.worker import Refused
from core.unit_of_work import UnitOfWorkFactory

log = logging.getLogger(__name__)

# Shorter than the outbox's lease: nobody else may take the row while this attempt is still under way.
DELIVERY_SECONDS = 45
NOTICE_TOPIC = "wechat.notice"
# WeChat lets us answer a citizen's message for 48 hours; nobody counts on a list for longer.
REMEMBER_OFFERS = timedelta(hours=48)


class WeChatChannel:
    """Implements `core.conversation.ports.OutboundChannel`.

    A message of several parts goes out part by part, each noted as soon as WeChat took it, so that a
    retry goes on where the last one broke off. Between WeChat's answer and the note the process can
    still die: then that one part is sent twice. WeChat offers no key against it.
    """

    channel = CHANNEL

    def __init__(
        self,
        *,
        uows: UnitOfWorkFactory,
        accounts: Accounts,
        apis: WeChatApis,
        public_url: str,
        links: FileLinks,
    ) -> None:
        self._uows = uows
        self._accounts = accounts
        self._apis = apis
        self._public_url = public_url
        self._links = links

    async def deliver(self, inbox: Inbox, external_id: str, message: Message) -> None:
        """Send what is still missing of `message`. Raises DeliveryRefused; anything else: try again."""
        if message.author_kind == "visitor" or message.private:
            return
        content = self._links.for_citizen(
            shown_to_citizen(message, self._uows.clock.now()),
            message.conversation_id,
            valid=VALID_OUTSIDE,
        )
        async with asyncio.timeout(DELIVERY_SECONDS):
            async with self._uows.read() as session:
                account = await self._accounts.of_inbox(session, inbox)
            await self._send(account, external_id, content, message.id)

    async def _send(self, account: Account, openid: str, content: Content, message_id: str) -> bool:
        """Returns whether choices were shown as a numbered list."""
        async with self._uows.read() as session:
            delivery = await session.get(MessageDelivery, message_id)
        already = delivery.parts_sent if delivery is not None else 0
        # A list that had to be numbered once stays numbered, whatever the account may do now.
        menus = account.config.menus and not (delivery is not None and delivery.numbered)
        try:
            return await self._send_parts(
                account, openid, content, message_id, already, menus=menus
            )
        except DeliveryRefused as refused:
            if refused.code != str(MENU_NOT_ALLOWED):
                raise
            log.info("inbox %s may not send menus; sending a numbered list", account.inbox_id)
            return await self._send_parts(
                account, openid, content, message_id, already, menus=False
            )

    async def _send_parts(
        self,
        account: Account,
        openid: str,
        content: Content,
        message_id: str,
        already: int,
        *,
        menus: bool,
    ) -> bool:
        rendered = render(content, message_id=message_id, public_url=self._public_url, menus=menus)
        api = self._apis.of(account)
        worth_noting = len(rendered.bubbles) > 1 or rendered.numbered
        for number, bubble in enumerate(rendered.bubbles[already:], start=already + 1):
            await api.send(bubble.payload(openid))
            if worth_noting:
                await self._note(message_id, parts_sent=number, numbered=rendered.numbered)
        return rendered.numbered

    async def _note(self, message_id: str, *, parts_sent: int, numbered: bool) -> None:
        async with self._uows.write() as uow:
            row = await uow.session.get(MessageDelivery, message_id)
            if row is None:
                row = MessageDelivery(message_id=message_id)
                uow.session.add(row)
            row.parts_sent, row.numbered, row.updated_at = parts_sent, numbered, uow.clock.now()

    async def send_notice(self, payload: dict[str, Any]) -> None:
        """Handler of the outbox topic `wechat.notice`: the welcome, or why a picture cannot be read.

        Notices answer a push but belong to no conversation, so they are not stored as messages.
        """
        content = CONTENT.validate_python(payload["content"])
        async with asyncio.timeout(DELIVERY_SECONDS):
            async with self._uows.read() as session:
                account = await self._accounts.of_inbox_id(session, payload["inbox_id"])
            try:
                numbered = await self._send(
                    account, payload["openid"], content, payload["notice_id"]
                )
            except DeliveryRefused as refused:
                raise Refused(f"{refused.code}: {refused.reason}") from None
            if numbered:
                await self._remember(account.inbox_id, payload["openid"], content)

    async def _remember(self, inbox_id: str, openid: str, content: Content) -> None:
        """What the numbers of the list mean, which no stored message tells."""
        choices = [choice.model_dump() for choice in offered_choices(content)]
        async with self._uows.write() as uow:
            now = uow.clock.now()
            await uow.session.execute(
                delete(WeChatOffer).where(WeChatOffer.at < now - REMEMBER_OFFERS)
            )
            await uow.session.merge(
                WeChatOffer(inbox_id=inbox_id, openid=openid, choices=choices, at=now)
            )
