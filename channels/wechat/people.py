"""Asks WeChat which unionid a follower has, once, after the first message. Handler of the outbox topic `person.ask`.

Source: "获取用户基本信息(UnionID机制)": a unionid is told only when the account is bound to an open platform, and of
followers only. Accounts that are not verified may not ask (48001).
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from channels.tencent.sns import union_id_in
from channels.wechat.accounts import Accounts
from channels.wechat.api import WeChatApis
from core.conversation.persons import Persons
from core.errors import BangbanError
from core.outbox.worker import Postponed, Refused
from core.unit_of_work import UnitOfWorkFactory

log = logging.getLogger(__name__)

INFO = "/cgi-bin/user/info"
# May not ask at all; whoever knows that does not ask for every citizen anew.
NOT_ALLOWED = frozenset({48001, 48004, 50001})
ASK_AGAIN = timedelta(days=1)
DAILY_LIMIT, TOMORROW = 45009, timedelta(hours=6)
# No such citizen (any more).
UNKNOWN = frozenset({40003, 46004})


class WhoIs:
    def __init__(
        self, *, uows: UnitOfWorkFactory, accounts: Accounts, apis: WeChatApis, persons: Persons
    ) -> None:
        self._uows = uows
        self._accounts = accounts
        self._apis = apis
        self._persons = persons
        # By inbox: not to be asked before.
        self._closed: dict[str, datetime] = {}

    async def __call__(self, payload: dict[str, Any]) -> None:
        inbox_id, openid = payload["inbox_id"], payload["external_id"]
        now = self._uows.clock.now()
        if self._closed.get(inbox_id, now) > now:
            return
        try:
            async with self._uows.read(brief=True) as session:
                account = await self._accounts.of_inbox_id(session, inbox_id)
        except BangbanError as error:
            # Disabled or changed meanwhile.
            raise Refused(error.code) from None
        client = self._apis.of(account).client
        answer = await client.call(
            INFO, query={"openid": openid, "lang": "zh_CN"}, expect="subscribe"
        )
        code = answer["errcode"]
        if code in NOT_ALLOWED:
            log.info("inbox %s may not ask who its followers are (%s)", inbox_id, code)
            self._closed[inbox_id] = now + ASK_AGAIN
            return
        if code == DAILY_LIMIT:
            raise Postponed(now + TOMORROW)
        if code in UNKNOWN:
            return
        client.expect_success(answer)
        union_id = union_id_in(answer)
        if union_id:
            await self._persons.learn(inbox_id, openid, union_id)
