"""The access token of one official account: fetched once, shared by all who send, renewed before it ends."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from channels.tencent.errors import ApiFailed
from core.clock import Clock

# In the last five minutes WeChat hands out a new token while the old one still works
# (documentation of getStableAccessToken). Asking earlier would return the old one again.
RENEW_BEFORE = timedelta(minutes=4)


@dataclass(frozen=True)
class Grant:
    """What `stable_token` answered. `lifetime` in seconds."""

    token: str
    lifetime: int

    def __repr__(self) -> str:
        return f"Grant(lifetime={self.lifetime})"  # the token must never reach a log


Fetch = Callable[[], Awaitable[Grant]]


class AccessToken:
    """`fetch` asks WeChat. One call at a time, however many wait for its answer."""

    def __init__(self, *, fetch: Fetch, clock: Clock) -> None:
        self._fetch = fetch
        self._clock = clock
        self._lock = asyncio.Lock()
        self._token: str | None = None
        self._ends = datetime.min.replace(tzinfo=UTC)

    async def get(self) -> str:
        """A token that is good now. Raises ApiFailed when there is none and none can be had."""
        current = self._fresh()
        if current is not None:
            return current
        async with self._lock:
            # Somebody else may have fetched it while this one waited for the lock.
            current = self._fresh()
            if current is not None:
                return current
            try:
                grant = await self._fetch()
            except ApiFailed:
                if self._token is not None and self._clock.now() < self._ends:
                    return self._token  # still good for some minutes; the next caller tries again
                raise
            self._token = grant.token
            self._ends = self._clock.now() + timedelta(seconds=grant.lifetime)
            return grant.token

    def drop(self, refused: str) -> None:
        """WeChat refused this token. One that somebody else has fetched meanwhile stays."""
        if self._token == refused:
            self._token = None

    def _fresh(self) -> str | None:
        if self._token is not None and self._clock.now() < self._ends - RENEW_BEFORE:
            return self._token
        return None
