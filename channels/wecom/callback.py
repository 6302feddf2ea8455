"""The callback address of 微信客服, `/channels/wecom/{inbox}`. A callback says that there is something to fetch.

It is noted in one short transaction and acknowledged; the outbox fetches (syncing.py).
"""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager

from fastapi import APIRouter, Depends, Request
from fastapi.responses import PlainTextResponse
from starlette.requests import ClientDisconnect

from channels.tencent.api.health import Health
from channels.tencent.errors import EncryptionRequired
from channels.tencent.receiving.envelope import Query, body_of, query_of
from channels.tencent.receiving.pushes import fields_in, sealed_in
from channels.wecom import cursors
from channels.wecom.accounts import Account, Accounts
from core.auth.http import require
from core.auth.permissions import Permission
from core.unit_of_work import UnitOfWorkFactory

log = logging.getLogger(__name__)

# 企业微信 has no login with us: the signature of each callback is what lets it in.
PUBLIC = [Depends(require(Permission.PUBLIC))]
EVENT = "kf_msg_or_event"
MAX_TOKEN = 128


class Callback:
    def __init__(self, *, uows: UnitOfWorkFactory, accounts: Accounts, health: Health) -> None:
        self._uows = uows
        self._accounts = accounts
        self._health = health

    def waited_for(self) -> AbstractContextManager[None]:
        """Around all that is done for a push: turns and deliveries begin in the gaps between pushes."""
        return self._uows.rush.waited_for()

    async def verify(self, inbox_id: str, query: Query) -> str:
        """What 企业微信 wants to hear when the callback address is saved: the sealed `echostr`, opened."""
        account = await self.account(inbox_id)
        with self._health.push(account.key):
            _check_sealed(query)
            return account.envelope.echo(query, self._uows.clock.now())

    async def account(self, inbox_id: str) -> Account:
        async with self._uows.read(brief=True) as session:
            return await self._accounts.behind_address(session, inbox_id)

    async def accept(self, account: Account, query: Query, body: bytes) -> None:
        """Have what is new fetched. Returning means: tell 企业微信 that it arrived."""
        with self._health.push(account.key):
            _check_sealed(query)
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


def _check_sealed(query: Query) -> None:
    """Before the body is read. What is signed without a cipher proves nothing about its content."""
    if not query.msg_signature:
        raise EncryptionRequired("微信客服只发送加密消息。")


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def build_router(callback: Callback) -> APIRouter:
    """Routes to be mounted at the root, not under /api: the address is entered at 企业微信."""
    router = APIRouter(prefix="/channels/wecom", tags=["wecom"])

    @router.get("/{inbox_id}", dependencies=PUBLIC)
    async def verify(inbox_id: str, request: Request) -> PlainTextResponse:
        """企业微信 checks that the callback address is ours."""
        return PlainTextResponse(await callback.verify(inbox_id, query_of(request)))

    @router.post("/{inbox_id}", dependencies=PUBLIC)
    async def push(inbox_id: str, request: Request) -> PlainTextResponse:
        """企业微信 says that there is something new. `success` means that it will be fetched."""
        account = await callback.account(inbox_id)
        query = query_of(request)
        _check_sealed(query)
        try:
            body = await body_of(request)
        except ClientDisconnect:
            # Nobody waits any more, and it will be repeated.
            return PlainTextResponse("", status_code=400)
        # Not before: whoever sends a byte a second would hold up every answer to anybody.
        with callback.waited_for():
            await callback.accept(account, query, body)
        return PlainTextResponse("success")

    return router
