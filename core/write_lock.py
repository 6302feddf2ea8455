"""SQLite's one writer: who may be it next. Used by the unit of work and by the short way (direct/writer.py)."""

from __future__ import annotations

import asyncio
from collections import deque
from types import TracebackType

# So many in a row go before the others; then one of those has its turn, however many more press.
MOST_IN_A_ROW = 16


class WriteLock:
    """One at a time, in order of coming; whoever asks for `first` goes before those who did not.

    Somebody waits for a push's answer and hangs up after five seconds; a bot's answer and its delivery are not late
    by some milliseconds. After a burst of answers the pushes would else stand behind a hundred commits.
    """

    def __init__(self) -> None:
        self._held = False
        self._in_a_row = 0
        self._waiting: dict[bool, deque[asyncio.Future[None]]] = {True: deque(), False: deque()}
        self.first = _First(self)

    async def acquire(self, *, first: bool = False) -> None:
        if not self._held:
            self._held = True
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting[first].append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                # It was handed over at the same moment; somebody else takes it.
                self.release()
            raise

    def release(self) -> None:
        """Hand it over to whoever is next, so that nobody slips in between."""
        turn = self._next()
        if turn is None:
            self._held = False
        else:
            turn.set_result(None)

    def _next(self) -> asyncio.Future[None] | None:
        first = self._in_a_row < MOST_IN_A_ROW
        for which in (first, not first):
            waiting = self._waiting[which]
            while waiting:
                turn = waiting.popleft()
                if not turn.done():
                    self._in_a_row = self._in_a_row + 1 if which else 0
                    return turn
        self._in_a_row = 0
        return None

    async def __aenter__(self) -> None:
        await self.acquire()

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.release()


class _First:
    """`async with lock.first`."""

    def __init__(self, lock: WriteLock) -> None:
        self._lock = lock

    async def __aenter__(self) -> None:
        await self._lock.acquire(first=True)

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._lock.release()
