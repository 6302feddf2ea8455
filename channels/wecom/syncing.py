"""Fetches what citizens wrote: pages of sync_msg, each stored before the next is asked for. The outbox calls it.

The cursor moves only after everything of its page is stored. A crash in between repeats the page, and what is known
is known by its msgid. Order is kept: the outbox works on one fetch of an inbox at a time, and pages come in order.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from channels.tencent.errors import AccountInvalid, ApiFailed, InboxNotFound
from channels.wecom import cursors
from channels.wecom.accounts import Account, Accounts
from channels.wecom.api import CallbackTokenInvalid, CursorUnknown, KfApi, KfApis, Page
from channels.wecom.errors import TOO_OFTEN
from channels.wecom.items import Unheeded, parse
from channels.wecom.models import WecomCursor
from channels.wecom.taking import Taking
from core.outbox.worker import Postponed
from core.secrets.store import SecretMissing, SecretUnreadable
from core.unit_of_work import UnitOfWorkFactory

log = logging.getLogger(__name__)

# Shorter than the outbox's lease, with room for the page that is under way.
FETCH_SECONDS = 50.0
# After that the rest is left to another row, so that a long backlog is worked off in pieces.
ENOUGH_SECONDS = 25.0
TOO_OFTEN_WAIT = timedelta(minutes=1)
# That nothing was new is written down this often.
NOTED_EVERY = timedelta(minutes=10)
# So often a message may break something before those behind it are no longer kept waiting.
PATIENCE = 5


class Syncer:
    def __init__(
        self, *, uows: UnitOfWorkFactory, accounts: Accounts, apis: KfApis, taking: Taking
    ) -> None:
        self._uows = uows
        self._accounts = accounts
        self._apis = apis
        self._taking = taking

    async def __call__(self, payload: dict[str, Any]) -> None:
        """Handler of the topic `wecom.sync`. What goes wrong is tried again soon, for as long as it takes."""
        inbox_id = payload["inbox_id"]
        try:
            async with asyncio.timeout(FETCH_SECONDS):
                await self._fetch(inbox_id, payload["token"])
        except (InboxNotFound, AccountInvalid, SecretMissing, SecretUnreadable) as error:
            # Disabled, or to be entered anew; the timer asks again.
            log.warning("inbox %s is not fetched: %s", inbox_id, error.code)
        except ApiFailed as failed:
            await self._later(inbox_id, failed.errcode)
        except Exception as error:  # the page is repeated; nothing of it is lost
            log.warning("fetching inbox %s failed with %s", inbox_id, type(error).__name__)
            await self._later(inbox_id)

    async def _fetch(self, inbox_id: str, token: str) -> None:
        begun = asyncio.get_running_loop().time()
        while True:
            account, state = await self._read(inbox_id)
            if state is None or state.open_kfid != account.config.open_kfid:
                # Connected by hand, or changed while this waited.
                async with self._uows.write() as uow:
                    await cursors.begin(uow, inbox_id, account.config.open_kfid)
                continue
            page = await self._page(self._apis.of(account), state, token)
            await self._take(account, state, page)
            if not await self._advance(inbox_id, state, page) or not page.has_more:
                return
            if page.next_cursor == state.cursor:
                log.warning("inbox %s: more is promised, but the cursor stands still", inbox_id)
                return
            if asyncio.get_running_loop().time() - begun > ENOUGH_SECONDS:
                async with self._uows.write() as uow:
                    await cursors.want(uow, inbox_id, token)
                return

    async def _read(self, inbox_id: str) -> tuple[Account, WecomCursor | None]:
        async with self._uows.read() as session:
            account = await self._accounts.of_inbox_id(session, inbox_id)
            return account, await cursors.state_of(session, inbox_id)

    @staticmethod
    async def _page(api: KfApi, state: WecomCursor, token: str) -> Page:
        """The next page; without the callback's token when that is too old, from the beginning without a cursor."""
        cursor = state.cursor
        for _ in range(3):
            try:
                return await api.sync(cursor, token)
            except CallbackTokenInvalid:
                token = ""
            except CursorUnknown:
                # Three days are given again then. What is known is not stored twice.
                log.warning("inbox %s: the cursor is not known any more", state.inbox_id)
                cursor = ""
        raise ApiFailed("sync_msg refuses cursor and token in turn")

    async def _take(self, account: Account, state: WecomCursor, page: Page) -> None:
        happenings = [parse(row) for row in page.rows]
        known = await self._taking.sessions_of(account, happenings)
        for each in happenings:
            if isinstance(each, Unheeded):
                log.info("inbox %s: %s, nothing to do", account.inbox_id, each.what)
                continue
            # WeChat tells whole seconds.
            if each.at < state.since.replace(microsecond=0):
                continue
            try:
                await self._taking.take(account, each, known)
            except (SQLAlchemyError, OSError, TimeoutError):
                raise
            except Exception as error:
                if state.failures < PATIENCE:
                    raise
                # Only its kind: the text of an error may quote a message.
                kind = type(error).__name__
                log.error("inbox %s: a message was given up: %s", account.inbox_id, kind)

    async def _advance(self, inbox_id: str, state: WecomCursor, page: Page) -> bool:
        """Whether this server goes on."""
        now = self._uows.clock.now()
        stale = state.synced_at is None or now - state.synced_at > NOTED_EVERY
        if page.next_cursor == state.cursor and not state.failures and not stale:
            return True
        async with self._uows.write(brief=True) as uow:
            return await cursors.advance(
                uow, inbox_id, state.cursor, page.next_cursor, open_kfid=state.open_kfid
            )

    async def _later(self, inbox_id: str, errcode: int | None = None) -> None:
        async with self._uows.write() as uow:
            until = await cursors.failed(uow, inbox_id)
            if errcode == TOO_OFTEN:
                until = uow.clock.now() + TOO_OFTEN_WAIT
        raise Postponed(until) from None
