"""Official accounts as the courier sees them: what they can show, and how a bubble reaches the citizen."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from channels.tencent.carrier import NotThisWay, Reminder, Unfollowed
from channels.tencent.errors import ApiFailed
from channels.tencent.pages.full_page import page_url
from channels.tencent.pages.links import ANSWER_VALID, FILE_VALID, PageLinks
from channels.tencent.rendering.bubbles import Bubble, MediaBubble, Rendered
from channels.tencent.rendering.showing import Addresses, Looks, file_link, show
from channels.tencent.replies import quota
from channels.tencent.sending.media_out import MediaNotTaken, MediaOut
from channels.tencent.sending.refusals import REASONS
from channels.wechat.accounts import CHANNEL, Account, Accounts
from channels.wechat.api import WeChatApi, WeChatApis
from channels.wechat.following import Followers
from channels.wechat.payloads import OFFICIAL_ACCOUNT, payload
from channels.wechat.reminders import Reminders
from core.conversation.attachments.models import Attachment
from core.conversation.attachments.repository import content_of
from core.conversation.content import Content
from core.conversation.models import Inbox
from core.conversation.ports import DeliveryRefused

log = logging.getLogger(__name__)

TYPING = "/cgi-bin/message/custom/typing"
# "invalid media_id": it is over, or another account's.
MEDIA_OVER = "40007"
# "require subscribe": what WeChat would answer anyway.
NOT_FOLLOWED = 43004
# Whoever waits for an answer does not wait for this.
TYPING_SECONDS = 4.0


class WeChatCarrier:
    """Implements channels.tencent.carrier.Carrier."""

    channel = CHANNEL
    rules = quota.OFFICIAL_ACCOUNT

    def __init__(
        self,
        *,
        accounts: Accounts,
        apis: WeChatApis,
        media: MediaOut,
        links: PageLinks,
        reminders: Reminders,
        followers: Followers,
        public_url: str,
    ) -> None:
        self._accounts = accounts
        self._apis = apis
        self._media = media
        self._reminders = reminders
        self._followers = followers
        self._at = Addresses(
            public_url=public_url,
            answer=lambda message_id: links.address("answer", message_id, valid=ANSWER_VALID),
            file=lambda attachment_id: links.address("file", attachment_id, valid=FILE_VALID),
        )

    async def account(self, session: AsyncSession, inbox: Inbox) -> Account:
        return await self._accounts.of_inbox(session, inbox)

    def render(
        self,
        account: Account,
        message_id: str,
        content: Content,
        *,
        plain: bool = False,
        own: bool = True,
    ) -> Rendered:
        """`own`: it may be the citizen's own data, which is put on no page."""
        at = replace(self._at, form=page_url(self._at.public_url, account.inbox_id, "leave"))
        return show(content, message_id, looks_of(account, plain=plain), at, own=own)

    async def send(self, account: Account, address: str, bubble: Bubble, *, key: str) -> None:
        """See Carrier.send. The service takes no key."""
        if await self._followers.has_left(account.inbox_id, address):
            raise Unfollowed(str(NOT_FOLLOWED), REASONS[NOT_FOLLOWED])
        api = self._apis.of(account)
        if not isinstance(bubble, MediaBubble):
            await api.send(payload(address, bubble))
            return
        attachment = await self._media.attachment(bubble)
        try:
            await self._send_file(account, api, address, bubble, attachment)
        except MediaNotTaken:
            link = file_link(content_of(attachment), self._at)
            await api.send(payload(address, link))

    async def _send_file(
        self,
        account: Account,
        api: WeChatApi,
        address: str,
        bubble: MediaBubble,
        attachment: Attachment,
    ) -> None:
        name = f"{CHANNEL}/{account.inbox_id}"
        for anew in (False, True):
            media_id = await self._media.upload(name, api.client, attachment, anew=anew)
            try:
                await api.send(payload(address, bubble, media_id))
            except NotThisWay:
                raise MediaNotTaken from None
            except DeliveryRefused as refused:
                if refused.code != MEDIA_OVER:
                    raise
                # Sooner than it should: once more with a new one, never in a circle.
                continue
            return
        raise MediaNotTaken

    async def typing(self, account: Account, address: str) -> None:
        """45080 (nothing was said for 30 s) and 45081 (it is shown already) are as good as done."""
        try:
            async with asyncio.timeout(TYPING_SECONDS):
                call = self._apis.of(account).client.call
                await call(TYPING, {"touser": address, "command": "Typing"})
        except (ApiFailed, TimeoutError) as error:
            log.info("typing was not shown: %s", type(error).__name__)

    async def remind(self, account: Account, address: str, reminder: Reminder) -> bool:
        return await self._reminders.send(account, address, reminder)


def looks_of(account: Account, *, plain: bool = False) -> Looks:
    """What the account can show. `plain`: it may send texts alone."""
    if plain:
        return replace(OFFICIAL_ACCOUNT, media={}, menus=False, cards=False)
    return replace(OFFICIAL_ACCOUNT, menus=account.config.menus)
