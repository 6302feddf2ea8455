"""Takes WeChat's pushes: checks them, stores what the citizen said, and is done. The endpoint calls it.

Nothing but storing is awaited: the bot answers afterwards, through the customer-service API. WeChat
repeats a push that is not answered within 5 s up to three times; repeats change nothing.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from typing import Protocol

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from channels.tencent.envelope import Query
from channels.tencent.models import SeenPush
from channels.tencent.xml import cipher_in
from channels.wechat import picks, sources
from channels.wechat.accounts import Account, Accounts
from channels.wechat.menu import ASK, HOT_KEY, SAY
from channels.wechat.outbound import NOTICE_TOPIC
from channels.wechat.pushes import Push, parse
from core.conversation.content import Choice, ChoicesContent, Content, TextContent, clean_text
from core.conversation.intake import InboundMessage, Receipt
from core.conversation.ports import HotQuestions
from core.errors import InvalidInput, MessageEmpty
from core.ids import new_id
from core.outbox.repository import enqueue
from core.sensitive.book import WordsRefused
from core.unit_of_work import UnitOfWorkFactory

log = logging.getLogger(__name__)

# WeChat gives up after some 20 s; the rest is margin.
REMEMBER_PUSHES = timedelta(days=1)

HOT_TEXT = "大家最近常问这些，点一下就可以："
GONE_TEXT = "这个问题的答案正在更新。大家最近常问这些："
NOTHING_HOT = "请直接输入您想了解的问题。"
SUBSCRIBED = frozenset({"subscribe", "subscribe_scan"})
UNREADABLE = {
    "image": "图片",
    "video": "视频",
    "shortvideo": "视频",
    "voice": "语音",
    "file": "文件",
    "location": "位置",
    "link": "链接",
}


class Receiver(Protocol):
    """What is needed of the engine."""

    async def receive(self, message: InboundMessage) -> Receipt: ...


class WeChatInbound:
    def __init__(
        self, *, uows: UnitOfWorkFactory, accounts: Accounts, receiver: Receiver, hot: HotQuestions
    ) -> None:
        self._hot = hot
        self._uows = uows
        self._accounts = accounts
        self._receiver = receiver

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
        # In compatible mode the plain fields are there too, but nobody signed them.
        xml = (
            account.envelope.opened(query, cipher_in(body), self._uows.clock.now())
            if query.is_encrypted
            else body.decode("utf-8", "replace")
        )
        push = parse(xml)
        scene = sources.scene_of(push)
        if scene:
            async with self._uows.write() as uow:
                await sources.remember(uow, account.inbox_id, push.openid, scene)
        match push.kind:
            case "text":
                await self._said(account, push)
            case "voice" if push.text:
                await self._said(account, push)
            case "event" if push.event in SUBSCRIBED:
                await self._notify_once(account, push, await self._welcome(account))
            case "event" if push.event == "click":
                await self._clicked(account, push)
            case kind if kind in UNREADABLE:
                text = f"抱歉，暂时还看不了{UNREADABLE[kind]}，请用文字说明您的问题。"
                await self._notify_once(account, push, TextContent(text=text))
            case _:
                log.info("push of kind %s %s acknowledged, nothing to do", push.kind, push.event)

    async def _clicked(self, account: Account, push: Push) -> None:
        """A tap on the account's menu: the hot questions, one of them, or words said for the citizen."""
        key = push.event_key
        if key.startswith(SAY):
            await self._said(account, replace(push, text=key.removeprefix(SAY)), sources.MENU)
            return
        question = (
            await self._hot.question_of(key.removeprefix(ASK)) if key.startswith(ASK) else None
        )
        if question is not None:
            await self._said(account, replace(push, text=question), sources.MENU)
        elif key == HOT_KEY:
            await self._notify_once(account, push, await self._offer(account, HOT_TEXT))
        elif key.startswith(ASK):
            await self._notify_once(account, push, await self._offer(account, GONE_TEXT))

    async def _offer(self, account: Account, text: str) -> Content:
        hot = await self._hot.of_inbox(account.inbox_id)
        if not hot:
            return TextContent(text=NOTHING_HOT)
        choices = [Choice(label=each.question, value=each.question) for each in hot]
        return ChoicesContent(text=text, choices=choices)

    async def _welcome(self, account: Account) -> Content:
        """With the account's own questions, else with those that are hot."""
        text, questions = account.config.welcome, account.config.hot_questions
        if not questions:
            questions = [each.question for each in await self._hot.of_inbox(account.inbox_id)]
        if not questions:
            return TextContent(text=text)
        choices = [Choice(label=question, value=question) for question in questions]
        return ChoicesContent(text=text, choices=choices)

    async def _said(self, account: Account, push: Push, source: str = "") -> None:
        """`source`: where it comes from; "": look whether a code was scanned."""
        try:
            text = clean_text(await self._meant(account, push))
        except MessageEmpty:
            return
        except InvalidInput as refused:
            await self._notify_once(account, push, TextContent(text=refused.message))
            return
        message = InboundMessage(
            inbox_id=account.inbox_id,
            external_contact=push.openid,
            content=TextContent(text=text),
            external_id=push.external_id,
            sub_channel=source or await self._scanned(account, push),
        )
        try:
            await self._receiver.receive(message)
        except WordsRefused as refused:
            await self._notify_once(account, push, TextContent(text=refused.message))

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

    async def _notify_once(self, account: Account, push: Push, content: Content) -> None:
        """Leave a notice to the outbox, unless this is the repeat of a push that was seen."""
        try:
            async with self._uows.write() as uow:
                session, now = uow.session, uow.clock.now()
                if await session.get(SeenPush, (account.inbox_id, push.external_id)) is not None:
                    return
                session.add(
                    SeenPush(inbox_id=account.inbox_id, external_id=push.external_id, at=now)
                )
                # Two repeats at the same time: the second fails here, before anything is sent.
                await session.flush()
                await session.execute(delete(SeenPush).where(SeenPush.at < now - REMEMBER_PUSHES))
                notice = {
                    "inbox_id": account.inbox_id,
                    "openid": push.openid,
                    "notice_id": new_id(),
                    "content": content.model_dump(mode="json"),
                }
                enqueue(uow, NOTICE_TOPIC, push.openid, notice)
        except IntegrityError:
            log.info("push repeated while it was being handled")

    async def _account(self, inbox_id: str) -> Account:
        async with self._uows.read() as session:
            return await self._accounts.of_inbox_id(session, inbox_id)
