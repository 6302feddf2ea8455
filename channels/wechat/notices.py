"""What a citizen is told outside a conversation: the welcome, hot questions, why something cannot be read."""

from __future__ import annotations

from channels.tencent.receiving.once import Act, once
from channels.tencent.receiving.pushes import Push
from channels.tencent.sending.delivering import leave_notice
from channels.wechat.accounts import Account
from core.conversation.content import Choice, ChoicesContent, Content, TextContent
from core.conversation.ports import HotQuestions
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory

HOT_TEXT = "大家最近常问这些，点一下就可以："
GONE_TEXT = "这个问题的答案正在更新。大家最近常问这些："
NOTHING_HOT = "请直接输入您想了解的问题。"


class Notices:
    def __init__(self, *, uows: UnitOfWorkFactory, hot: HotQuestions) -> None:
        self._uows = uows
        self._hot = hot

    async def once(self, account: Account, push: Push, content: Content, *acts: Act) -> None:
        """Leave a notice to the outbox, and do what else the push means, unless it was seen before."""

        async def leave(uow: UnitOfWork) -> None:
            leave_notice(uow, account.inbox_id, push.openid, content)

        await once(self._uows, account.inbox_id, push.external_id, *acts, leave)

    async def offer(self, account: Account, text: str) -> Content:
        """The questions that are hot now, to tap on."""
        hot = await self._hot.of_inbox(account.inbox_id)
        if not hot:
            return TextContent(text=NOTHING_HOT)
        choices = [Choice(label=each.question, value=each.question) for each in hot]
        return ChoicesContent(text=text, choices=choices)

    async def welcome(self, account: Account) -> Content:
        """With the account's own questions, else with those that are hot."""
        text, questions = account.config.welcome, account.config.hot_questions
        if not questions:
            questions = [each.question for each in await self._hot.of_inbox(account.inbox_id)]
        if not questions:
            return TextContent(text=text)
        choices = [Choice(label=question, value=question) for question in questions]
        return ChoicesContent(text=text, choices=choices)
