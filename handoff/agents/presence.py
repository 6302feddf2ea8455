"""Whether an agent is there. Pure: what they chose, until when their open desks count, and their wrap-up time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal

# What others see. Only `online` is given conversations; `busy` may still take some and keeps what it has.
PresenceStatus = Literal["online", "busy", "rest", "wrap_up", "offline"]
# What can be chosen; wrap-up time comes and goes by itself.
ChosenStatus = Literal["online", "busy", "rest", "offline"]
# Who chose it: the agent, the system (too many citizens waited, a connection was lost), or a supervisor.
Chooser = Literal["agent", "system", "supervisor"]

# A connected desk renews its lease every HEARTBEAT; one that has vanished counts for LEASE.
HEARTBEAT = timedelta(seconds=20)
LEASE = timedelta(seconds=60)
# A tab that says goodbye may be reloading: it counts a little longer, so that nobody flickers.
RELOAD_GRACE = timedelta(seconds=20)
# When nobody has renewed leases for so long, nobody could: the server was away, or its clock was put forward.
BREAK = timedelta(seconds=50)


def effective(
    chosen: ChosenStatus,
    leases: Iterable[datetime],
    now: datetime,
    wrap_up_until: datetime | None = None,
) -> PresenceStatus:
    """What others see: the chosen status while at least one desk is open, else offline.

    Whoever is online and has just ended a service is in wrap-up until `wrap_up_until`.
    """
    if not any(until > now for until in leases):
        return "offline"
    if chosen == "online" and wrap_up_until is not None and wrap_up_until > now:
        return "wrap_up"
    return chosen


def watched_since(since: datetime, seen: datetime, now: datetime) -> datetime:
    """Since when leases are renewed without a break, judged at `now`; `now` itself after a break.

    `since` and `seen` are what was noted when they were renewed last. A clock put back is a break too.
    """
    return since if timedelta(0) <= now - seen <= BREAK else now


def may_judge(since: datetime, seen: datetime, now: datetime) -> bool:
    """Whether an ended lease means that its desk is gone: each had the time to be renewed since the last break."""
    return now - watched_since(since, seen, now) >= LEASE
