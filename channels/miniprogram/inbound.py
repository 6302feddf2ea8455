"""Takes the pushes of a mini-program's customer messages: checks them, stores what the citizen said, and is done.

As with official accounts nothing but storing is awaited; a repeat changes nothing. Sources: "接收消息和事件" and
"消息推送" of mini-programs: text, image, miniprogrampage, and the event of who opens the chat by the button.
"""

from __future__ import annotations

from contextlib import AbstractContextManager

from collections.abc import Awaitable
from typing import Protocol

from channels.miniprogram import entries
from channels.miniprogram.accounts import CHANNEL, Account, MiniPrograms
from channels.miniprogram.reminders import REPORTED, MiniProgramReminders
from channels.tencent.pages.rating import ChatRatings
from channels.tencent.receiving import pushes
from channels.tencent.receiving.envelope import Query
from channels.tencent.receiving.media import Kind, MediaIntake
from channels.tencent.receiving.once import Act, once, seen
from channels.tencent.receiving.picks import number_in
from channels.tencent.receiving.pushes import Push
from channels.tencent.replies import windows
from channels.tencent.replies.quota import ENTER
from channels.tencent.sending.delivering import leave_notice
from core.conversation import repository
from core.conversation.content import Choice, ChoicesContent, Content, TextContent, clean_text
from core.conversation.intake import InboundMessage, Receipt
from core.conversation.ports import HotQuestions
from core.errors import InvalidInput, MessageEmpty
from core.sensitive.book import WordsRefused
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory

ENTERED = "user_enter_tempsession"
# Only pictures are documented; what else has a medium is taken the same way.
MEDIA: dict[str, Kind] = {"image": "image", "voice": "voice", "video": "video"}
UNREADABLE = "抱歉，暂时看不了这种消息，请用文字说明您的问题。"


class Receiver(Protocol):
    """What is needed of the engine."""

    async def receive(self, message: InboundMessage) -> Receipt: ...


class MiniProgramInbound:
    def __init__(
        self, *, uows: UnitOfWorkFactory, accounts: MiniPrograms, receiver: Receiver, media: MediaIntake,
        hot: HotQuestions, ratings: ChatRatings, reminders: MiniProgramReminders,
    ) -> None:  # fmt: skip
        self._uows = uows
        self._accounts = accounts
        self._receiver = receiver
        self._media = media
        self._hot = hot
        self._ratings = ratings
        self._reminders = reminders

    def waited_for(self) -> AbstractContextManager[None]:
        """Around all that is done for a push: turns and deliveries begin in the gaps between pushes."""
        return self._uows.rush.waited_for()

    async def verify(self, inbox_id: str, query: Query) -> str:
        """What WeChat wants to hear when the callback address is saved."""
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
            case "text":
                await self._said(account, push)
            case kind if kind in MEDIA and push.get("MediaId"):
                await self._sent(account, push, MEDIA[kind])
            case "miniprogrampage":
                await self._store(account, push, f"[小程序页面] {push.get('Title')}".strip())
            case "event" if push.event == ENTERED:
                await self._entered(account, push)
            case "event" if push.event in REPORTED:
                await self._reported(account, push)
            case "event":
                pass
            case _:
                await self._notify(account, push, UNREADABLE)

    async def _said(self, account: Account, push: Push) -> None:
        """A number may be the choice of a list, or the level of a rating: there is nothing to tap on here."""
        number = number_in(push.text)
        if number is not None:
            tap = await self._ratings.numbered(account.inbox_id, push.openid, number)
            if tap is not None:
                # A repeat that comes late must not undo what was said since.
                if await seen(self._uows, account.inbox_id, push.external_id):
                    return
                thanks = await self._ratings.tapped(account.inbox_id, push.openid, tap)
                await self._notify(account, push, thanks)
                return
        await self._store(account, push, await self._meant(account, push, number))

    async def _meant(self, account: Account, push: Push, number: int | None) -> str:
        if number is None:
            return push.text
        async with self._uows.read() as session:
            picked = await entries.numbered(session, account.inbox_id, push.openid, number)
        return picked.value if picked is not None else push.text

    async def _store(self, account: Account, push: Push, said: str) -> None:
        try:
            text = clean_text(said)
        except MessageEmpty:
            return
        except InvalidInput as refused:
            await self._notify(account, push, refused.message)
            return
        message = InboundMessage(
            inbox_id=account.inbox_id, external_contact=push.openid, content=TextContent(text=text),
            external_id=push.external_id, sub_channel=await self._source(account, push),
        )  # fmt: skip
        await self._told(account, push, self._receiver.receive(message))

    async def _sent(self, account: Account, push: Push, kind: Kind) -> None:
        receiving = self._media.receive(
            CHANNEL, inbox_id=account.inbox_id, external_contact=push.openid,
            external_id=push.external_id, media_id=push.get("MediaId"), kind=kind,
            sub_channel=await self._source(account, push),
        )  # fmt: skip
        await self._told(account, push, receiving)

    async def _told(self, account: Account, push: Push, receiving: Awaitable[Receipt]) -> None:
        try:
            await receiving
        except WordsRefused as refused:
            await self._notify(account, push, refused.message)

    async def _entered(self, account: Account, push: Push) -> None:
        """Two replies are allowed for a minute: a welcome for who has not begun to talk; what was held goes out."""

        async def enter(uow: UnitOfWork) -> None:
            await entries.remember(uow, account.inbox_id, push.openid, push.get("SessionFrom"))
            await windows.open(uow, account.inbox_id, push.openid, ENTER)

        welcome = None if await self._talks(account, push) else await self._welcome(account)
        acts: list[Act] = [enter]
        if welcome is not None:
            acts.append(_leaving(account, push, welcome))
        await once(self._uows, account.inbox_id, push.external_id, *acts)

    async def _talks(self, account: Account, push: Push) -> bool:
        async with self._uows.read(brief=True) as session:
            contact = await repository.contact_by_identity(session, account.inbox_id, push.openid)
            return contact is not None and (
                await repository.open_conversation(session, contact.id, account.inbox_id)
                is not None
            )

    async def _welcome(self, account: Account) -> Content:
        """With the account's own questions, else with those that are hot."""
        text, questions = account.config.welcome, account.config.hot_questions
        if not questions:
            questions = [each.question for each in await self._hot.of_inbox(account.inbox_id)]
        if not questions:
            return TextContent(text=text)
        choices = [Choice(label=question, value=question) for question in questions]
        return ChoicesContent(text=text, choices=choices)

    async def _reported(self, account: Account, push: Push) -> None:
        async def told(uow: UnitOfWork) -> None:
            await self._reminders.reported(uow, account.inbox_id, push)

        await once(self._uows, account.inbox_id, push.external_id, told)

    async def _notify(self, account: Account, push: Push, text: str) -> None:
        await once(
            self._uows, account.inbox_id, push.external_id,
            _leaving(account, push, TextContent(text=text)),
        )  # fmt: skip

    async def _source(self, account: Account, push: Push) -> str:
        async with self._uows.read(brief=True) as session:
            now = self._uows.clock.now()
            return await entries.source_of(session, account.inbox_id, push.openid, now)

    async def _account(self, inbox_id: str) -> Account:
        async with self._uows.read(brief=True) as session:
            return await self._accounts.of_inbox_id(session, inbox_id)


def _leaving(account: Account, push: Push, content: Content) -> Act:
    async def leave(uow: UnitOfWork) -> None:
        leave_notice(uow, account.inbox_id, push.openid, content)

    return leave
