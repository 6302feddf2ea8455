"""The stand-ins' clock: real time, or a test's, and a control that moves it on."""

from __future__ import annotations

import time
from collections.abc import Callable

Now = Callable[[], float]


class Clock:
    """Seconds since 1970. `base` is what time really is; `advance` moves what the stand-in believes.

    What is signed carries the real time, or the product would take it for stale.
    """

    def __init__(self, base: Now = time.time) -> None:
        self.base = base
        self.offset = 0.0

    def __call__(self) -> float:
        return self.base() + self.offset

    def advance(self, seconds: float) -> float:
        self.offset += seconds
        return self()
