"""Opens the media that citizens have sent to a 客服账号. Called by channels/tencent/receiving/media.py."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from channels.tencent.receiving.fetching import Medium
from channels.wecom.accounts import Accounts
from channels.wecom.api import KfApis
from core.unit_of_work import UnitOfWorkFactory


class Downloads:
    def __init__(self, *, uows: UnitOfWorkFactory, accounts: Accounts, apis: KfApis) -> None:
        self._uows = uows
        self._accounts = accounts
        self._apis = apis

    @asynccontextmanager
    async def open(self, inbox_id: str, media_id: str) -> AsyncIterator[Medium]:
        """Raises ApiFailed; its errcode is 40007 when WeChat has it no more."""
        async with self._uows.read(brief=True) as session:
            account = await self._accounts.of_inbox_id(session, inbox_id)
        async with self._apis.of(account).download(media_id) as medium:
            yield medium
