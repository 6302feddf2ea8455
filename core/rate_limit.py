"""A sliding-window limit per key, in this process. With several servers each counts for itself."""

from __future__ import annotations

from collections import OrderedDict, deque
from datetime import datetime, timedelta

from core.clock import Clock
from core.errors import TooManyRequests

# A flood of made-up keys must not fill the memory: the longest unused are dropped.
MAX_KEYS = 50_000


class RateLimit:
    """At most `limit` calls per `window` for each key; a call may name another limit for its own."""

    def __init__(self, clock: Clock, *, limit: int, window: timedelta) -> None:
        self._clock = clock
        self._limit = limit
        self._window = window
        self._calls: OrderedDict[str, deque[datetime]] = OrderedDict()

    def check(self, key: str, *, limit: int | None = None) -> None:
        """Count a call; raises TooManyRequests with `retry_after` in seconds when the limit is passed."""
        now = self._clock.now()
        calls = self._calls.setdefault(key, deque())
        self._calls.move_to_end(key)
        while calls and calls[0] <= now - self._window:
            calls.popleft()
        if len(calls) >= (self._limit if limit is None else limit):
            wait = calls[0] + self._window - now
            raise TooManyRequests(retry_after=int(wait.total_seconds()) + 1)
        calls.append(now)
        if len(self._calls) > MAX_KEYS:
            self._calls.popitem(last=False)

    def forget(self, key: str) -> None:
        self._calls.pop(key, None)
