"""The callback address of 微信客服, `/channels/wecom/{inbox}`. A callback says that there is something to fetch.

It is noted in one short transaction and acknowledged; the outbox fetches (syncing.py).
"""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager

from channels.tencent.errors import EncryptionRequired
from channels.tencent.receiving.envelope import Query
from channels.tencent.receiving.pushes import fields_in, sealed_in
from channels.wecom import cursors
from channels.wecom.accounts import Account, Accounts
from core.unit_of_work import UnitOfWorkFactory

log = logging.getLogger(__name__)

EVENT = "kf_msg_or_event"
MAX_TOKEN = 128


class Callback:
    """Implements channels.tencent.receiving.callback.Inbound."""

    def __init__(self, *, uows: UnitOfWorkFactory, accounts: Accounts) -> None:
        self._uows = uows
        self._accounts = accounts

    def waited_for(self) -> AbstractContextManager[None]:
        """Around all that is done for a push: turns and deliveries begin in the gaps between pushes."""
        return self._uows.rush.waited_for()

    async def verify(self, inbox_id: str, query: Query) -> str:
        """What 企业微信 wants to hear when the callback address is saved: the sealed `echostr`, opened."""
        account = await self.authorise(inbox_id, query)
        return account.envelope.echo(query, self._uows.clock.now())

    async def authorise(self, inbox_id: str, query: Query) -> Account:
        """Before the body is read. What is signed without a cipher proves nothing about its content."""
        async with self._uows.read(brief=True) as session:
            account = await self._accounts.behind_address(session, inbox_id)
        if not query.msg_signature:
            raise EncryptionRequired("微信客服只发送加密消息。")
        return account

    async def accept(self, account: Account, query: Query, body: bytes) -> None:
        """Have what is new fetched. Returning means: tell 企业微信 that it arrived."""
        xml = account.envelope.opened(query, sealed_in(body), self._uows.clock.now())
        fields = fields_in(xml)
        if _text(fields.get("Event")) != EVENT:
            log.info("callback acknowledged, nothing to do")
            return
        token, open_kfid = _text(fields.get("Token")), _text(fields.get("OpenKfId"))
        async with self._uows.write(brief=True) as uow:
            # All 客服账号 of a corp share the address of one of them. Callbacks of the first years named none.
            own = account.config.open_kfid
            inbox_id = await self._accounts.routed(
                uow.session, account.config.corp_id, open_kfid or own
            )
            if inbox_id is None:
                log.warning(
                    "a callback to inbox %s is of a 客服账号 not connected here", account.inbox_id
                )
                return
            await cursors.want(uow, inbox_id, token if len(token) <= MAX_TOKEN else "")


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
