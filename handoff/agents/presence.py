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
# A timer about presence found so much later than due: the server was away or its clock was put forward. Nobody could
# renew a lease then, so that an ended one tells nothing of its agent.
LATE = timedelta(seconds=10)
# A clock that differs by more from a stopwatch over one heartbeat was moved by somebody.
MOVED = timedelta(seconds=5)
# Late so often in a row, it is the sweeper that is slow, and what was put off is judged after all.
MOST_PUT_OFF = 3


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


def moved(elapsed: timedelta, counted: timedelta) -> bool:
    """Whether the clock was put forward or back: it says `counted` where `elapsed` has passed by a stopwatch."""
    return abs(counted - elapsed) > MOVED


def may_judge(due_at: datetime | None, now: datetime, put_off: int) -> bool:
    """Whether ended leases may be taken for absence at `now` by a timer that was due at `due_at`."""
    return due_at is None or now - due_at < LATE or put_off >= MOST_PUT_OFF
