"""How a session begins: the welcome, whose session it is, and who the citizen is. Called by the outbox."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from channels.tencent.rendering.bubbles import MenuBubble, TextBubble
from channels.tencent.rendering.split import size
from channels.wecom.accounts import Account, Accounts
from channels.wecom.api import KfApi, KfApis, State, event_msgid
from channels.wecom.errors import NOT_ALLOWED
from channels.wecom.payloads import LOOKS, payload
from channels.wecom.servicers import Servicers
from core.conversation.persons import Persons
from core.conversation.ports import HotQuestions
from core.outbox.worker import Refused
from core.unit_of_work import UnitOfWorkFactory

log = logging.getLogger(__name__)

WELCOME_TOPIC = "wecom.welcome"
ARRIVED_TOPIC = "wecom.arrived"
# The id of a question under the welcome; the words of the tapped item are the question itself.
QUESTION = "question"


class Beginning:
    def __init__(
        self, *, uows: UnitOfWorkFactory, accounts: Accounts, apis: KfApis, servicers: Servicers,
        persons: Persons, hot: HotQuestions,
    ) -> None:  # fmt: skip
        self._uows = uows
        self._accounts = accounts
        self._apis = apis
        self._servicers = servicers
        self._persons = persons
        self._hot = hot

    async def welcome(self, row: dict[str, Any]) -> None:
        """Handler of `wecom.welcome`. The code can be used once, so another try never shows it twice."""
        if self._uows.clock.now() >= datetime.fromisoformat(row["until"]):
            raise Refused("the welcome came too late")
        account = await self._account(row["inbox_id"])
        bubble = await self._greeting(account)
        code = row["code"]
        if not await self._apis.of(account).send_on_event(code, payload(bubble), event_msgid(code)):
            raise Refused("the welcome's code is not good any more")

    async def arrived(self, row: dict[str, Any]) -> None:
        """Handler of `wecom.arrived`: the first message of a session."""
        account = await self._account(row["inbox_id"])
        api, citizen = self._apis.of(account), row["external_userid"]
        await self._take_session(account, api, citizen)
        customer = await api.customer(citizen)
        if customer is not None and customer.unionid:
            await self._persons.learn(account.inbox_id, citizen, customer.unionid)

    async def _take_session(self, account: Account, api: KfApi, citizen: str) -> None:
        """State 1, 由智能助手接待: from 0 people in 企业微信 could be given it while we answer.

        We may send in both, so nothing depends on it.
        """
        code, _ = await api.move(citizen, State.BOT)
        if code != NOT_ALLOWED:
            return
        if await api.state(citizen) in (State.SERVICER, State.POOL):
            await self._servicers.found(account, citizen)

    async def _greeting(self, account: Account) -> TextBubble | MenuBubble:
        """With the account's own questions, else with those that are hot."""
        text, questions = account.config.welcome, account.config.hot_questions
        if not questions:
            questions = [each.question for each in await self._hot.of_inbox(account.inbox_id)]
        shown = [each for each in questions if size(each) <= LOOKS.menu_item][: LOOKS.menu_items]
        if not shown or size(text) > LOOKS.menu_head:
            return TextBubble(text)
        return MenuBubble(text, tuple((f"{QUESTION}:{n}", each) for n, each in enumerate(shown)))

    async def _account(self, inbox_id: str) -> Account:
        async with self._uows.read() as session:
            return await self._accounts.of_inbox_id(session, inbox_id)
