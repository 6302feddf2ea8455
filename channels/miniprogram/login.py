"""Login to the chat page: the code of wx.login, exchanged for the citizen's openid. Called when a socket connects."""

from __future__ import annotations

from datetime import timedelta

from channels.miniprogram.accounts import CHANNEL, MiniPrograms
from channels.tencent.api.sns import CodeRefused, Person, Sns
from channels.tencent.errors import InboxNotFound
from core.rate_limit import RateLimit
from core.unit_of_work import UnitOfWorkFactory

# WeChat counts every code we ask about, the made-up ones too; thousands of telephones may be behind one
# address of their carrier. Who comes back has a token and needs none.
MOST_OF_ADDRESS, WITHIN = 600, timedelta(minutes=10)


class MiniProgramLogin:
    """Implements channels.web.arrivals.CodeLogin."""

    def __init__(self, *, uows: UnitOfWorkFactory, accounts: MiniPrograms, sns: Sns) -> None:
        self._uows = uows
        self._accounts = accounts
        self._sns = sns
        self._asked = RateLimit(uows.clock, limit=MOST_OF_ADDRESS, window=WITHIN)

    async def person(self, inbox_id: str, code: str, *, address: str) -> Person:
        """Raises CodeRefused (also for an inbox that is no mini-program's), LoginBlocked, LoginUnavailable,
        TooManyRequests."""
        self._asked.check(address)
        try:
            async with self._uows.read() as session:
                account = await self._accounts.of_inbox_id(session, inbox_id)
        except InboxNotFound:
            raise CodeRefused() from None
        return await self._sns.of_mini_program(
            f"{CHANNEL}/{inbox_id}", app_id=account.config.app_id,
            secret=account.credentials.app_secret, code=code,
        )  # fmt: skip
