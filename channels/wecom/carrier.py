"""微信客服 as the courier sees it: what it can show, and how a bubble reaches the citizen."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from channels.tencent.carrier import Reminder, WindowClosed
from channels.tencent.errors import ApiFailed
from channels.tencent.pages.links import ANSWER_VALID, FILE_VALID, PageLinks
from channels.tencent.rendering.bubbles import Bubble, CardBubble, MediaBubble, Rendered
from channels.tencent.rendering.showing import Addresses, file_link, show
from channels.tencent.replies import quota
from channels.tencent.sending.media_out import MediaNotTaken, MediaOut
from channels.wecom.accounts import CHANNEL, Account, Accounts
from channels.wecom.api import KfApi, KfApis, State
from channels.wecom.errors import IN_OTHER_HANDS, MEDIA_OVER, NOT_THIS_STATE, MediaOver
from channels.wecom.payloads import LOOKS, payload
from channels.wecom.servicers import Servicers
from channels.wecom.thumbs import Thumbs
from core.conversation.attachments.models import Attachment
from core.conversation.attachments.repository import content_of
from core.conversation.content import Content
from core.conversation.models import Inbox
from core.conversation.ports import DeliveryRefused


class WecomCarrier:
    """Implements channels.tencent.carrier.Carrier.

    `key` becomes the message's msgid, by which a failed delivery is reported later. The documentation does not promise
    that the same msgid is shown once, so a message nobody knows of is not sent again here either.
    """

    channel = CHANNEL
    rules = quota.WECOM_KF

    def __init__(
        self, *, accounts: Accounts, apis: KfApis, media: MediaOut, thumbs: Thumbs,
        servicers: Servicers, links: PageLinks, public_url: str,
    ) -> None:  # fmt: skip
        self._accounts = accounts
        self._apis = apis
        self._media = media
        self._thumbs = thumbs
        self._servicers = servicers
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
        looks = replace(LOOKS, media={}, menus=False, cards=False) if plain else LOOKS
        return show(content, message_id, looks, self._at, own=own)

    async def send(self, account: Account, address: str, bubble: Bubble, *, key: str) -> None:
        """See Carrier.send."""
        api = self._apis.of(account)
        match bubble:
            case MediaBubble():
                await self._send_file(account, api, address, bubble, key)
            case CardBubble():
                media_id = await self._thumbs.media_id(account, api)
                try:
                    await self._say(account, api, address, payload(bubble, media_id), key)
                except MediaOver:
                    media_id = await self._thumbs.media_id(account, api, anew=True)
                    await self._say(account, api, address, payload(bubble, media_id), key)
            case _:
                await self._say(account, api, address, payload(bubble), key)

    async def typing(self, account: Account, address: str) -> None:
        """微信客服 has no way to show it."""

    async def remind(self, account: Account, address: str, reminder: Reminder) -> bool:
        """微信客服 has neither template nor subscribe messages: the citizen can only be told by text message."""
        return False

    async def _send_file(
        self, account: Account, api: KfApi, address: str, bubble: MediaBubble, key: str
    ) -> None:
        attachment = await self._media.attachment(bubble)
        try:
            media_id = await self._uploaded(account, api, attachment)
            try:
                await self._say(account, api, address, payload(bubble, media_id), key)
            except MediaOver:
                # Sooner than it should: once more with a new one, never in a circle.
                media_id = await self._uploaded(account, api, attachment, anew=True)
                await self._say(account, api, address, payload(bubble, media_id), key)
        except (MediaNotTaken, MediaOver):
            link = file_link(content_of(attachment), self._at)
            await self._say(account, api, address, payload(link), key)

    async def _uploaded(
        self, account: Account, api: KfApi, attachment: Attachment, *, anew: bool = False
    ) -> str:
        return await self._media.upload(account.key, api.client, attachment, anew=anew)

    async def _say(
        self, account: Account, api: KfApi, address: str, message: dict[str, object], key: str
    ) -> None:
        code = await api.send(address, message, key)
        if code == MEDIA_OVER:
            raise MediaOver(str(code), "文件在微信那边已失效，请重新发送")
        if code == NOT_THIS_STATE:
            await self._refused(account, api, address)

    async def _refused(self, account: Account, api: KfApi, address: str) -> None:
        """It was not the session's state to send in: whose is it? Raises what that means."""
        match await api.state(address):
            case State.SERVICER | State.POOL:
                await self._servicers.found(account, address)
                raise DeliveryRefused(str(NOT_THIS_STATE), IN_OTHER_HANDS)
            case State.NEW | State.BOT:
                # Changed in between; nothing was shown.
                raise ApiFailed("the session was in another state", errcode=NOT_THIS_STATE)
            case _:
                raise WindowClosed(
                    str(NOT_THIS_STATE), "微信客服的会话已结束，请等市民再次发来消息"
                )
