"""The sliding-window limit."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.clock import FixedClock
from core.errors import TooManyRequests
from core.rate_limit import RateLimit


def test_the_call_over_the_limit_is_refused_and_told_when_to_come_back(clock: FixedClock) -> None:
    limit = RateLimit(clock, limit=2, window=timedelta(seconds=60))
    limit.check("a")
    clock.advance(timedelta(seconds=10))
    limit.check("a")
    with pytest.raises(TooManyRequests) as refused:
        limit.check("a")
    assert refused.value.details == {"retry_after": 51}


def test_the_window_slides(clock: FixedClock) -> None:
    limit = RateLimit(clock, limit=1, window=timedelta(seconds=60))
    limit.check("a")
    clock.advance(timedelta(seconds=60))
    limit.check("a")


def test_keys_do_not_disturb_each_other(clock: FixedClock) -> None:
    limit = RateLimit(clock, limit=1, window=timedelta(seconds=60))
    limit.check("a")
    limit.check("b")
