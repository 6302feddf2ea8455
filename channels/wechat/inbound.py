"""Takes WeChat's pushes: checks them, stores what the citizen said, and is done. The endpoint calls it.

Nothing but storing is awaited: the bot answers afterwards, through the customer-service API. WeChat
repeats a push that is not answered within 5 s up to three times; repeats change nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any, Protocol

from pydantic import ValidationError

from channels.tencent.pages.rating import ChatRatings, Tap, tap_in
from channels.tencent.receiving import pushes
from channels.tencent.receiving.envelope import Query
from channels.tencent.receiving.media import Kind, MediaIntake
from channels.tencent.receiving.once import seen
from channels.tencent.receiving.pushes import Push
from channels.tencent.replies import windows
from channels.tencent.replies.quota import CLICK
from channels.wechat import picks, sources
from channels.wechat.accounts import CHANNEL, Account, Accounts
from channels.wechat.events import Events
from channels.wechat.notices import Notices
from channels.wechat.pushes import TAPS
from core.conversation.content import LocationContent, TextContent, clean_text
from core.conversation.intake import InboundMessage, Receipt
from core.conversation.sent import MAX_LABEL, Inbound, SentLocation
from core.errors import InvalidInput, MessageEmpty
from core.sensitive.book import WordsRefused
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory

log = logging.getLogger(__name__)

MEDIA: dict[str, Kind] = {
    "image": "image",
    "voice": "voice",
    "video": "video",
    "shortvideo": "video",
    "file": "file",
}
# What WeChat pushes in the place of a kind that it has no push for (a sticker, a card). Seen in practice; its
# documentation does not speak of it.
UNSUPPORTED = "【收到不支持的消息类型，暂无法显示】"
UNREADABLE = "抱歉，暂时看不了这种消息，请用文字说明您的问题。"
UNPLACED = "抱歉，没有收到您的位置，请用文字告诉我地址。"


class Receiver(Protocol):
    """What is needed of the engine."""

    async def receive(self, message: InboundMessage) -> Receipt: ...


class WeChatInbound:
    def __init__(
        self, *, uows: UnitOfWorkFactory, accounts: Accounts, receiver: Receiver, media: MediaIntake,
        events: Events, notices: Notices, ratings: ChatRatings,
    ) -> None:  # fmt: skip
        self._uows = uows
        self._accounts = accounts
        self._receiver = receiver
        self._media = media
        self._events = events
        self._notices = notices
        self._ratings = ratings

    def waited_for(self) -> AbstractContextManager[None]:
        """Around all that is done for a push: turns and deliveries begin in the gaps between pushes."""
        return self._uows.rush.waited_for()

    async def verify(self, inbox_id: str, query: Query) -> str:
        """What WeChat wants to hear when the callback address is saved: `echostr`, decrypted if need be."""
        account = await self._account(inbox_id)
        return account.envelope.echo(query, self._uows.clock.now())

    async def authorise(self, inbox_id: str, query: Query) -> Account:
        """Check what can be checked without the body, so that strangers cannot make us read theirs."""
        account = await self._account(inbox_id)
        account.envelope.check(query, self._uows.clock.now())
        return account

    async def accept(self, account: Account, query: Query, body: bytes) -> None:
        """Store or act on a push, once. Returning means: tell WeChat it arrived."""
        push = pushes.read(account.envelope, query, body, self._uows.clock.now())
        match push.kind:
            case "text" if push.text.strip() == UNSUPPORTED:
                await self._notices.once(account, push, TextContent(text=UNREADABLE))
            case "text":
                await self._said(account, push)
            case kind if kind in MEDIA:
                await self._sent(account, push, MEDIA[kind])
            case "location":
                await self._placed(account, push)
            case "link":
                await self._said(account, replace(push, text=_link(push)))
            case "event":
                await self._happened(account, push)
            case _:
                await self._notices.once(account, push, TextContent(text=UNREADABLE))

    async def _happened(self, account: Account, push: Push) -> None:
        """An event; some of them are words said with a tap."""
        said = await self._events.words_of(push)
        if said is not None:
            await self._said(account, replace(push, text=said), sources.MENU)
        else:
            await self._events.act(account, push)

    async def _said(self, account: Account, push: Push, source: str = "") -> None:
        """`source`: where it comes from; "": look whether a code was scanned."""
        tap = await self._rating(account, push)
        if tap is not None:
            await self._rated(account, push, tap)
            return
        text = await self._cleaned(account, push, await self._meant(account, push))
        if text is not None:
            await self._store(account, push, TextContent(text=text), source)

    async def _rating(self, account: Account, push: Push) -> Tap | None:
        """The level of a rating that was tapped, or answered with its number."""
        if push.menu_id:
            return tap_in(push.menu_id)
        number = picks.number_in(push.text)
        if number is None:
            return None
        return await self._ratings.numbered(account.inbox_id, push.openid, number)

    async def _rated(self, account: Account, push: Push, tap: Tap) -> None:
        """A rating is no message: it stands with the service, and the citizen is thanked.

        A repeat that comes late must not undo what was tapped since.
        """
        if await seen(self._uows, account.inbox_id, push.external_id):
            return
        thanks = await self._ratings.tapped(account.inbox_id, push.openid, tap)

        async def opening(uow: UnitOfWork) -> None:
            # Answered with a number it is a message for WeChat, and allows more; this is sure.
            await windows.open(uow, account.inbox_id, push.openid, CLICK)

        await self._notices.once(account, push, TextContent(text=thanks), opening)

    async def _sent(self, account: Account, push: Push, kind: Kind) -> None:
        """A picture, a recording, ...: the bot hears the words WeChat has understood, people get the file as well."""
        media_id = push.get("MediaId")
        spoken = ""
        if push.text.strip():
            words = await self._cleaned(account, push, push.text)
            if words is None:
                return
            if not media_id:
                await self._store(account, push, TextContent(text=words))
                return
            spoken = words
        await self._told(
            account, push,
            self._media.receive(
                CHANNEL, inbox_id=account.inbox_id, external_contact=push.openid,
                external_id=push.external_id, media_id=media_id, kind=kind,
                name=push.get("Title") if kind == "file" else "", spoken=spoken,
                sub_channel=await self._scanned(account, push),
            ),
        )  # fmt: skip

    async def _placed(self, account: Account, push: Push) -> None:
        """A place the citizen chose to send, as China's maps measure it."""
        sent: dict[str, Any] = {
            "latitude": push.get("Location_X"),
            "longitude": push.get("Location_Y"),
            "label": push.get("Label")[:MAX_LABEL],
            "system": "gcj02",
        }
        try:
            place = SentLocation(**sent)
        except ValidationError:
            await self._notices.once(account, push, TextContent(text=UNPLACED))
            return
        await self._store(account, push, LocationContent(**place.model_dump()))

    async def _store(
        self, account: Account, push: Push, content: Inbound, source: str = ""
    ) -> None:
        tapped = bool(push.menu_id) or push.event in TAPS
        message = InboundMessage(
            inbox_id=account.inbox_id,
            external_contact=push.openid,
            content=content,
            external_id=push.external_id,
            sub_channel=source or await self._scanned(account, push),
            # A tap on a list allows the replies of a tap on the menu (客服消息介绍).
            meta={windows.OPENS: CLICK} if tapped else None,
        )
        await self._told(account, push, self._receiver.receive(message))

    async def _told(self, account: Account, push: Push, receiving: Awaitable[Receipt]) -> None:
        """Store it; words that are not taken are answered with why."""
        try:
            await receiving
        except WordsRefused as refused:
            await self._notices.once(account, push, TextContent(text=refused.message))

    async def _cleaned(self, account: Account, push: Push, text: str) -> str | None:
        """The words as they are stored; None when there are none, or too many, which the citizen is told."""
        try:
            return clean_text(text)
        except MessageEmpty:
            return None
        except InvalidInput as refused:
            await self._notices.once(account, push, TextContent(text=refused.message))
            return None

    async def _scanned(self, account: Account, push: Push) -> str:
        async with self._uows.read(brief=True) as session:
            now = self._uows.clock.now()
            return await sources.scanned(session, account.inbox_id, push.openid, now)

    async def _meant(self, account: Account, push: Push) -> str:
        """The text, or the value of the choice that was tapped or answered with its number."""
        number = picks.number_in(push.text)
        if not push.menu_id and number is None:
            return push.text
        picked = None
        async with self._uows.read() as session:
            if push.menu_id:
                picked = await picks.tapped(session, account.inbox_id, push.openid, push.menu_id)
            elif number is not None:
                picked = await picks.numbered(session, account.inbox_id, push.openid, number)
        return picked.value if picked is not None else push.text

    async def _account(self, inbox_id: str) -> Account:
        async with self._uows.read(brief=True) as session:
            return await self._accounts.of_inbox_id(session, inbox_id)


def _link(push: Push) -> str:
    """An article that was passed on: what it is called, what it says of itself, where it is."""
    lines = ["[链接] " + push.get("Title"), push.get("Description")[:200], push.get("Url")[:1000]]
    return "\n".join(line for line in lines if line.strip())
