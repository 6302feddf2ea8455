"""Brings the menu to WeChat when it changed. Handler of the outbox topic `wechat.menu`, which retries."""

from __future__ import annotations

import logging
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.tencent.errors import ApiFailed
from channels.wechat.accounts import CHANNEL, Account, Accounts
from channels.wechat.api import WeChatApis
from channels.wechat.errors import MenuRefused
from channels.wechat.menu import build_menu
from channels.wechat.models import WeChatMenu
from core.conversation.models import Inbox
from core.conversation.ports import HotQuestions
from core.errors import BangbanError
from core.outbox.repository import enqueue
from core.outbox.worker import Refused
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory

log = logging.getLogger(__name__)

MENU_TOPIC = "wechat.menu"


def ask_for_push(uow: UnitOfWork, inbox_id: str, *, force: bool = False) -> None:
    """Have the account's menu pushed, unless WeChat has it already; `force`: even then."""
    enqueue(uow, MENU_TOPIC, menu_key(inbox_id), {"inbox_id": inbox_id, "force": force})


def menu_key(inbox_id: str) -> str:
    """Pushes of one account go out in order."""
    return f"menu:{inbox_id}"[:64]


async def with_menus(session: AsyncSession) -> list[str]:
    """Ids of the enabled accounts whose menu we look after."""
    rows = await session.scalars(
        select(Inbox).where(Inbox.channel == CHANNEL, Inbox.enabled.is_(True)).order_by(Inbox.id)
    )
    return [inbox.id for inbox in rows if inbox.config.get("menu")]


class MenuPush:
    def __init__(
        self, *, uows: UnitOfWorkFactory, accounts: Accounts, apis: WeChatApis, hot: HotQuestions
    ) -> None:
        self._uows = uows
        self._accounts = accounts
        self._apis = apis
        self._hot = hot

    async def __call__(self, payload: dict[str, Any]) -> None:
        inbox_id: str = payload["inbox_id"]
        try:
            async with self._uows.read() as session:
                account = await self._accounts.of_inbox_id(session, inbox_id)
                row = await session.get(WeChatMenu, inbox_id)
        except BangbanError as error:
            # Disabled, removed or changed meanwhile: whoever changes it has the menu pushed again.
            raise Refused(error.code) from None
        if account.config.menu is None:
            return
        menu = build_menu(account.config.menu, await self._hot.of_inbox(inbox_id))
        there = row is not None and row.pushed == menu and row.failed_at is None
        if not there or payload.get("force"):
            await self._push(account, menu)

    async def _push(self, account: Account, menu: dict[str, Any]) -> None:
        try:
            await self._apis.of(account).create_menu(menu)
        except MenuRefused as refused:
            await self._note(account.inbox_id, failure=refused)
            raise Refused(f"menu refused with {refused.errcode}") from None
        except ApiFailed as failed:
            await self._note(account.inbox_id, failure=failed)
            raise
        await self._note(account.inbox_id, pushed=menu)

    async def _note(
        self, inbox_id: str, *, pushed: dict[str, Any] | None = None, failure: ApiFailed | None = None
    ) -> None:  # fmt: skip
        async with self._uows.write() as uow:
            now = uow.clock.now()
            row = await uow.session.get(WeChatMenu, inbox_id)
            if row is None:
                row = WeChatMenu(inbox_id=inbox_id, pushed={})
                uow.session.add(row)
            if pushed is not None:
                row.pushed, row.pushed_at = pushed, now
            row.failed_at = now if failure is not None else None
            row.errcode = failure.errcode if failure is not None else None
            row.error = failure.message[:200] if failure is not None else ""
