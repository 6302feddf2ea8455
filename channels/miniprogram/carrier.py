"""Customer messages of mini-programs as the courier sees them: what they can show, and how a bubble gets there.

"发送客服消息" of mini-programs knows text, image, link and miniprogrampage, and no list to tap on: choices are
numbered. A link must have a picture, and a page of the mini-program one that was uploaded; so a card is a text with its
address.
"""

from __future__ import annotations

import asyncio
import logging

from sqlalchemy.ext.asyncio import AsyncSession

from channels.miniprogram.accounts import CHANNEL, Account, MiniPrograms
from channels.miniprogram.api import SEND, TYPING, MiniProgramApis
from channels.miniprogram.reminders import MiniProgramReminders
from channels.tencent.api.client import Answer, ApiClient
from channels.tencent.carrier import NotThisWay, Reminder, Unfollowed, refusal
from channels.tencent.errors import ApiFailed
from channels.tencent.pages.links import ANSWER_VALID, FILE_VALID, PageLinks
from channels.tencent.rendering.bubbles import (
    Bubble,
    CardBubble,
    MediaBubble,
    MenuBubble,
    Rendered,
    TextBubble,
)
from channels.tencent.rendering.showing import Addresses, Fits, Looks, file_link, show
from channels.tencent.replies import quota
from channels.tencent.sending.media_out import MediaNotTaken, MediaOut
from channels.tencent.sending.refusals import AS_TEXT, LEFT, REASONS
from core.conversation.attachments.models import Attachment
from core.conversation.attachments.repository import content_of
from core.conversation.content import Content
from core.conversation.models import Inbox

log = logging.getLogger(__name__)

_MB = 1024 * 1024
# "新增图片素材" of mini-programs: PNG, JPEG, JPG, GIF. What WeChat refuses at the upload is sent as a link.
LOOKS = Looks(
    variant="wechat",
    media={
        "image": Fits(frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"}), 10 * _MB)
    },
    menus=False,
)
# "invalid media_id": it is over, or another account's.
MEDIA_OVER = 40007
# Whoever waits for an answer does not wait for this.
TYPING_SECONDS = 4.0


class MiniProgramCarrier:
    """Implements channels.tencent.carrier.Carrier."""

    channel = CHANNEL
    rules = quota.MINI_PROGRAM

    def __init__(
        self,
        *,
        accounts: MiniPrograms,
        apis: MiniProgramApis,
        media: MediaOut,
        links: PageLinks,
        reminders: MiniProgramReminders,
        public_url: str,
    ) -> None:
        self._accounts = accounts
        self._apis = apis
        self._media = media
        self._links = links
        self._reminders = reminders
        self._public_url = public_url.rstrip("/")

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
        looks = Looks(variant=LOOKS.variant, menus=False, cards=False) if plain else LOOKS
        return show(content, message_id, looks, self._at(account), own=own)

    async def send(self, account: Account, address: str, bubble: Bubble, *, key: str) -> None:
        """See Carrier.send. The service takes no key."""
        client = self._apis.of(account)
        if not isinstance(bubble, MediaBubble):
            _check(client, await client.call(SEND, payload(address, bubble)))
            return
        attachment = await self._media.attachment(bubble)
        try:
            await self._send_picture(account, client, address, attachment)
        except MediaNotTaken:
            link = file_link(content_of(attachment), self._at(account))
            _check(client, await client.call(SEND, payload(address, link)))

    async def _send_picture(
        self, account: Account, client: ApiClient, address: str, attachment: Attachment
    ) -> None:
        name = f"{CHANNEL}/{account.inbox_id}"
        for anew in (False, True):
            media_id = await self._media.upload(name, client, attachment, anew=anew)
            answer = await client.call(SEND, picture(address, media_id))
            # Sooner over than it should be: once more with a new one, never in a circle.
            if answer["errcode"] != MEDIA_OVER:
                break
        if answer["errcode"] in AS_TEXT | {MEDIA_OVER}:
            raise MediaNotTaken
        _check(client, answer)

    async def typing(self, account: Account, address: str) -> None:
        """45080 (nothing was said for 30 s) and 45081 (it is shown already) are as good as done."""
        try:
            async with asyncio.timeout(TYPING_SECONDS):
                body = {"touser": address, "command": "Typing"}
                await self._apis.of(account).call(TYPING, body)
        except (ApiFailed, TimeoutError) as error:
            log.info("typing was not shown: %s", type(error).__name__)

    async def remind(self, account: Account, address: str, reminder: Reminder) -> bool:
        return await self._reminders.send(account, address, reminder)

    def _at(self, account: Account) -> Addresses:
        page = account.config.page_inbox
        return Addresses(
            public_url=self._public_url,
            answer=lambda message_id: self._links.address("answer", message_id, valid=ANSWER_VALID),
            file=lambda attachment_id: self._links.address("file", attachment_id, valid=FILE_VALID),
            form=f"{self._public_url}/chat/{page}" if page else "",
        )


def payload(openid: str, bubble: Bubble) -> dict[str, object]:
    """The body of message/custom/send for everything but pictures."""
    match bubble:
        case TextBubble(text):
            shown = text
        case CardBubble(title, description, url, _):
            shown = "\n".join(part for part in (title, description, f"查看全文：{url}") if part)
        case MenuBubble(head, items, tail):
            # Never rendered here (LOOKS.menus); as a text it would still be read.
            shown = "\n".join([head, *(label for _, label in items), tail]).strip()
        case _:
            raise TypeError(type(bubble).__name__)
    return {"touser": openid, "msgtype": "text", "text": {"content": shown}}


def picture(openid: str, media_id: str) -> dict[str, object]:
    return {"touser": openid, "msgtype": "image", "image": {"media_id": media_id}}


def _check(client: ApiClient, answer: Answer) -> None:
    """Raises what the answer's code means."""
    code = answer["errcode"]
    if code in AS_TEXT:
        raise NotThisWay(str(code), REASONS[code])
    if code in LEFT:
        raise Unfollowed(str(code), REASONS[code])
    if code in REASONS:
        raise refusal(code, REASONS[code])
    client.expect_success(answer)
