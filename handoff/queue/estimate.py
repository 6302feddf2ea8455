"""How long somebody in the queue will wait. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence

# Somebody free needs about this long to pick a conversation up, in seconds.
PICK_UP_SECONDS = 30
# Assumed for a conversation until enough have ended to know better, in seconds.
USUAL_SECONDS = 360
# Fewer ended conversations than this say little.
ENOUGH = 5


def mean_service(durations: Sequence[float]) -> float:
    """The mean length of a conversation with an agent, in seconds, from recent ones."""
    return sum(durations) / len(durations) if len(durations) >= ENOUGH else USUAL_SECONDS


def eta_seconds(position: int, *, free: int, slots: int, mean: float) -> int | None:
    """Expected wait in seconds for the `position`-th (from 1).

    `slots`: conversations all present agents can hold together; `free`: how many are unused.
    A slot comes free every `mean / slots` seconds. None when nobody is there to serve.
    """
    if slots <= 0:
        return None
    behind = max(0, position - max(0, free))
    return PICK_UP_SECONDS + math.ceil(behind * mean / slots)
