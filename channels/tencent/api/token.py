"""The access token of an account: fetched once for all servers, renewed before it ends. The API client asks for it.

In a process one caller at a time looks for a token, the rest wait for what he finds. Among processes the row in
`api_tokens` says who fetches (token_rows.py); the others use the token that is about to end, or wait for the new one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeGuard

from channels.tencent.api.advice import advice
from channels.tencent.api.token_rows import Busy, Failure, Held, Lease, TokenRows
from channels.tencent.errors import ApiFailed
from core.secrets.store import SecretStore
from core.unit_of_work import UnitOfWorkFactory

# How long a caller waits for the server that fetches; longer than its call may take.
PATIENCE_SECONDS = 20.0
LOOK_SECONDS = (0.05, 0.1, 0.2, 0.4)


@dataclass(frozen=True)
class Grant:
    """What WeChat answered when asked for a token. `lifetime` in seconds."""

    token: str
    lifetime: int

    def __repr__(self) -> str:
        return f"Grant(lifetime={self.lifetime})"  # the token must never reach a log


Fetch = Callable[[], Awaitable[Grant]]


class AccessTokens:
    """The tokens of all accounts, as one process knows them."""

    def __init__(self, *, uows: UnitOfWorkFactory, store: SecretStore) -> None:
        self._uows = uows
        self._store = store
        self._rows = TokenRows(uows, store)
        self._known: dict[str, AccessToken] = {}

    def of(self, account: str, fetch: Fetch, *, secrets: tuple[str, ...]) -> AccessToken:
        """The token of `account` (such as `wechat/gjj`). Other `secrets` (app id, secret) make it another token."""
        version = self._store.mark(*secrets)
        known = self._known.get(account)
        if known is None or known.version != version:
            known = AccessToken(self._rows, self._uows, account, version, fetch)
            self._known[account] = known
        known.fetch = fetch
        return known


class AccessToken:
    """`fetch` asks WeChat; it raises ApiFailed."""

    def __init__(
        self, rows: TokenRows, uows: UnitOfWorkFactory, account: str, version: str, fetch: Fetch
    ) -> None:
        self.version = version
        self._rows = rows
        self._clock = uows.clock
        self._account = account
        self.fetch = fetch
        self._lock = asyncio.Lock()
        self._held: Held | None = None

    async def get(self, refused: Held | None = None) -> Held:
        """A token that is good now, and newer than the one WeChat `refused`.

        Raises ApiFailed when there is none and none can be had.
        """
        if self._serves(self._held, refused):
            return self._held
        async with self._lock:
            # Somebody else may have found one while this caller waited for the lock.
            if not self._serves(self._held, refused):
                self._held = await self._find(refused)
            return self._held

    async def check(self) -> None:
        """Ask WeChat now, whatever there is; raises ApiFailed. What it grants is used from then on."""
        async with self._lock:
            grant = await self.fetch()
            self._held = await self._rows.store(
                self._account, self.version, None, grant.token, grant.lifetime
            )

    def _serves(self, held: Held | None, refused: Held | None) -> TypeGuard[Held]:
        return held is not None and held.is_fresh(self._clock.now()) and held.is_newer_than(refused)

    async def _find(self, refused: Held | None) -> Held:
        looks = 0
        deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        while True:
            found = await self._rows.take(self._account, self.version, refused)
            match found:
                case Held():
                    return found
                case Lease():
                    return await self._fetched(found)
                case Failure(ending=Held() as ending) | Busy(ending=Held() as ending):
                    return ending
                case Failure():
                    message = advice(self._account, found.errcode)
                    raise ApiFailed(found.reason, errcode=found.errcode, message=message)
            if asyncio.get_running_loop().time() > deadline:
                raise ApiFailed("another server is fetching the token")
            await asyncio.sleep(LOOK_SECONDS[min(looks, len(LOOK_SECONDS) - 1)])
            looks += 1

    async def _fetched(self, lease: Lease) -> Held:
        try:
            grant = await self.fetch()
        except ApiFailed as failed:
            await self._rows.failed(self._account, lease, failed)
            if lease.ending is not None:
                return lease.ending  # still good for some minutes; the next caller tries again
            raise
        except BaseException:
            # Cancelled: nobody shall wait for the lease to run out.
            await self._rows.give_back(self._account, lease)
            raise
        return await self._rows.store(
            self._account, self.version, lease, grant.token, grant.lifetime
        )
