"""Whether an agent is there. Pure: what they chose, and until when their open desks count."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal

PresenceStatus = Literal["online", "busy", "offline"]

# A connected desk renews its lease every HEARTBEAT; one that has vanished counts for LEASE.
HEARTBEAT = timedelta(seconds=20)
LEASE = timedelta(seconds=60)
# A tab that says goodbye may be reloading: it counts a little longer, so that nobody flickers.
RELOAD_GRACE = timedelta(seconds=20)


def effective(chosen: PresenceStatus, leases: Iterable[datetime], now: datetime) -> PresenceStatus:
    """What others see: the chosen status while at least one desk is open, else offline."""
    return chosen if any(until > now for until in leases) else "offline"
