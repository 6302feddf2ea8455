"""Stops calling a system that keeps failing, and tries again with one call after a rest. Used by caller.py.

Own code, because no kept library for asyncio lets exactly one call probe: docs/adr/0024.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

log = logging.getLogger(__name__)

FAILURES = 5
REST_SECONDS = 15.0

State = Literal["closed", "open", "probing"]


class SystemFailed(Exception):
    """The system did not do its part; `reason` holds no personal data. `passing`: a second try may succeed."""

    def __init__(self, reason: str, *, passing: bool = False) -> None:
        self.reason, self.passing = reason, passing
        super().__init__(reason)


class CircuitOpen(Exception):
    """The call was not made: the system failed lately."""


class CircuitBreaker:
    """Opens after `failures` in a row; after `rest_seconds` one call goes through, and its end decides.

    For one event loop: nothing here awaits, so no two calls can both become the probe.
    """

    def __init__(
        self,
        *,
        failures: int = FAILURES,
        rest_seconds: float = REST_SECONDS,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limit = failures
        self._rest = rest_seconds
        self._now = now
        self._state: State = "closed"
        self._failures = 0
        self._opened_at = 0.0

    @property
    def state(self) -> State:
        return self._state

    @contextmanager
    def call(self) -> Iterator[None]:
        """Around one call. Raises CircuitOpen instead of letting it begin; counts SystemFailed, nothing else."""
        probing = self._admit()
        try:
            yield
        except SystemFailed:
            self._failed(probing)
            raise
        except Exception:
            # A refusal is an answer.
            self._answered(probing)
            raise
        except BaseException:
            # Cancelled: nothing was learnt, so the next call is the probe.
            if probing:
                self._state = "open"
            raise
        else:
            self._answered(probing)

    def _admit(self) -> bool:
        """Whether this call is the probe."""
        if self._state == "closed":
            return False
        if self._state == "probing" or self._now() < self._opened_at + self._rest:
            raise CircuitOpen
        self._state = "probing"
        return True

    def _failed(self, probing: bool) -> None:
        self._failures += 1
        # A call that began before the circuit opened changes nothing any more.
        if probing or (self._state == "closed" and self._failures >= self._limit):
            if not probing:
                log.warning("the business system failed %d times in a row", self._failures)
            self._state, self._opened_at = "open", self._now()

    def _answered(self, probing: bool) -> None:
        if probing:
            log.info("the business system answers again")
            self._state = "closed"
        if self._state == "closed":
            self._failures = 0
