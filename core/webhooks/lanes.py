"""How many calls to one receiver are under way at once. All deliveries share the outbox's hands: one that hangs must
not hold them all."""

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
    """Per server. Receivers are named: a portal by its inbox."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._under_way: Counter[str] = Counter()
        self._in_trouble: set[str] = set()

    @contextmanager
    def enter(self, name: str) -> Iterator[None]:
        """For the length of a call; raises Postponed when there are enough already, which costs no try."""
        trouble = name in self._in_trouble
        if self._under_way[name] >= (AT_ONCE_IN_TROUBLE if trouble else AT_ONCE):
            raise Postponed(self._clock.now() + (IN_TROUBLE if trouble else SOON))
        self._under_way[name] += 1
        try:
            yield
        finally:
            self._under_way[name] -= 1
            if not self._under_way[name]:
                del self._under_way[name]

    def failed(self, name: str) -> None:
        """It did not answer, or not as a receiver does."""
        self._in_trouble.add(name)

    def answered(self, name: str) -> bool:
        """Whether it is back after trouble."""
        if name not in self._in_trouble:
            return False
        self._in_trouble.remove(name)
        return True
