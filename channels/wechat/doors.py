"""What an account allows of the full page: implements channels.tencent.pages.full_page.Doors."""

from __future__ import annotations

from sqlalchemy import select

from channels.tencent.errors import InboxNotFound
from channels.tencent.pages.full_page import Door
from channels.wechat.accounts import CHANNEL, Accounts
from core.conversation.models import Inbox
from core.unit_of_work import UnitOfWorkFactory


class AccountDoors:
    def __init__(self, *, uows: UnitOfWorkFactory, accounts: Accounts) -> None:
        self._uows = uows
        self._accounts = accounts

    async def of(self, inbox_id: str) -> Door:
        """The account's own web inbox, else the first there is; raises InboxNotFound when there is none."""
        async with self._uows.read(brief=True) as session:
            account = await self._accounts.of_inbox_id(session, inbox_id)
            query = select(Inbox.id).where(Inbox.channel == "web", Inbox.enabled)
            inboxes = list(await session.scalars(query.order_by(Inbox.created_at, Inbox.id)))
        if not inboxes:
            raise InboxNotFound("没有可以打开的网页咨询入口。")
        wanted = account.config.page_inbox
        return Door(
            account=f"{CHANNEL}/{inbox_id}", app_id=account.config.app_id,
            secret=account.credentials.app_secret,
            page_inbox=wanted if wanted in inboxes else inboxes[0], login=account.config.page_login,
        )  # fmt: skip
