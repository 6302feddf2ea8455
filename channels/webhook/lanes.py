"""How many calls to one portal are under way at once. Deliveries of all channels share the outbox's hands: a portal
that hangs must not hold them all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from core.clock import Clock
from core.outbox.worker import Postponed

# Of the outbox's sixteen.
AT_ONCE = 6
# To one that did not answer last time: one call at a time, to see whether it is back.
AT_ONCE_IN_TROUBLE = 1
SOON = timedelta(seconds=1)
# The others wait meanwhile; the first success calls them all.
IN_TROUBLE = timedelta(seconds=15)


class Lanes:
    """Per server. Portals are named by their inbox."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._under_way: Counter[str] = Counter()
        self._in_trouble: set[str] = set()

    @contextmanager
    def enter(self, inbox_id: str) -> Iterator[None]:
        """For the length of a call; raises Postponed when there are enough already, which costs no try."""
        trouble = inbox_id in self._in_trouble
        if self._under_way[inbox_id] >= (AT_ONCE_IN_TROUBLE if trouble else AT_ONCE):
            raise Postponed(self._clock.now() + (IN_TROUBLE if trouble else SOON))
        self._under_way[inbox_id] += 1
        try:
            yield
        finally:
            self._under_way[inbox_id] -= 1
            if not self._under_way[inbox_id]:
                del self._under_way[inbox_id]

    def failed(self, inbox_id: str) -> None:
        """It did not answer, or not as a portal does."""
        self._in_trouble.add(inbox_id)

    def answered(self, inbox_id: str) -> bool:
        """Whether it is back after trouble."""
        if inbox_id not in self._in_trouble:
            return False
        self._in_trouble.remove(inbox_id)
        return True
