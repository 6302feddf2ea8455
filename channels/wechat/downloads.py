"""Opens the media that citizens have sent to an account. Called by channels/tencent/receiving/media.py."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from channels.tencent.receiving.fetching import Medium
from channels.wechat.accounts import Accounts
from channels.wechat.api import WeChatApis
from core.unit_of_work import UnitOfWorkFactory


class Downloads:
    def __init__(self, *, uows: UnitOfWorkFactory, accounts: Accounts, apis: WeChatApis) -> None:
        self._uows = uows
        self._accounts = accounts
        self._apis = apis

    @asynccontextmanager
    async def open(self, inbox_id: str, media_id: str) -> AsyncIterator[Medium]:
        """Raises ApiFailed."""
        async with self._uows.read(brief=True) as session:
            account = await self._accounts.of_inbox_id(session, inbox_id)
        client = self._apis.of(account).client
        async with client.download("/cgi-bin/media/get", {"media_id": media_id}) as file:
            # What is too large is refused for good by who reads it, not tried again.
            yield Medium(file.media_type, file.pieces(sys.maxsize))
