"""Lets what somebody outside waits for go before what nobody looks at: pushes before bot turns and deliveries.

A server takes a push in a few milliseconds of computing; answering it and bringing the answer back takes several times
that. When a hundred pushes come in a second, the answers of all of them at once would make WeChat wait for its
`success` until it hangs up and sends everything again. So whoever begins something of the second kind lets the pushes
under way pass first: one after the other, in the gaps between them.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator

# However many pushes come: after so long it begins all the same.
MOST_SECONDS = 2.0


class Rush:
    """Of one server process."""

    def __init__(self, most_seconds: float = MOST_SECONDS) -> None:
        self._most = most_seconds
        self._under_way = 0
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._turn = asyncio.Lock()

    @contextlib.contextmanager
    def waited_for(self) -> Iterator[None]:
        """Around what somebody outside waits for."""
        self._under_way += 1
        self._quiet.clear()
        try:
            yield
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._quiet.set()

    async def gap(self) -> bool:
        """Return when nobody waits, one caller for each gap; at the latest after `most_seconds`, with False."""
        if not self._under_way and not self._turn.locked():
            return True
        try:
            async with asyncio.timeout(self._most), self._turn:
                await self._quiet.wait()
        except TimeoutError:
            return False
        return True
