"""Asks WeChat which unionid a follower has, once, after the first message. Handler of the outbox topic `person.ask`.

Source: "获取用户基本信息(UnionID机制)": a unionid is told only when the account is bound to an open platform, and of
followers only. Accounts that are not verified may not ask (48001).
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from channels.tencent.api.sns import union_id_in
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
# The outbox has sixteen hands, which are there for answers: a crowd of new citizens is asked for one after the other.
AT_ONCE = 3
APART, SOON = timedelta(milliseconds=50), timedelta(seconds=1)


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
        self._under_way = 0
        # When the next one may be asked for, and who was told to come back when.
        self._free_at: datetime | None = None
        self._turns: dict[tuple[str, str], datetime] = {}

    async def __call__(self, payload: dict[str, Any]) -> None:
        inbox_id, openid = payload["inbox_id"], payload["external_id"]
        now = self._uows.clock.now()
        if self._closed.get(inbox_id, now) > now:
            return
        self._wait_for_turn((inbox_id, openid), now)
        self._under_way += 1
        try:
            await self._ask(inbox_id, openid, now)
        finally:
            self._under_way -= 1

    def _wait_for_turn(self, who: tuple[str, str], now: datetime) -> None:
        """Raises Postponed, once for each unless WeChat is slow."""
        told = self._turns.pop(who, None)
        if self._under_way < AT_ONCE and told is not None and told <= now:
            return
        turn = max(self._free_at or now, now)
        self._free_at = turn + APART
        if self._under_way >= AT_ONCE or turn - now > SOON:
            self._turns[who] = turn = max(turn, now + SOON)
            raise Postponed(turn)

    async def _ask(self, inbox_id: str, openid: str, now: datetime) -> None:
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
