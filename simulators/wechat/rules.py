"""WeChat's rules about tokens and about how often an account may write. Pure; time is given, in seconds.

Sources: WeChat official account documentation, "Customer Service Message" (quota since 2023-06) and
"getStableAccessToken".
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

TOKEN_SECONDS = 7200
# In its last five minutes a token is replaced by a new one; both are good until the old one ends.
OVERLAP_SECONDS = 300
FORCE_PAUSE_SECONDS = 30
FORCE_PER_DAY = 20

HOUR = 3600.0
# What a citizen does -> (replies it allows, within how many seconds).
WINDOWS: dict[str, tuple[int, float]] = {
    "message": (5, 48 * HOUR),
    "click": (3, 60.0),  # a tap on a msgmenu item counts as one
    "subscribe": (3, 60.0),
    "scan": (3, 60.0),
}


@dataclass
class Window:
    left: int
    ends: float


@dataclass
class Quota:
    """What the account may still send to one citizen."""

    windows: dict[str, Window] = field(default_factory=dict)

    def open(self, kind: str, now: float) -> None:
        limit, seconds = WINDOWS[kind]
        self.windows[kind] = Window(limit, now + seconds)

    def spend(self, now: float) -> int:
        """Take one reply; returns the error code: 0, 45015 (no window is open), 45047 (all used up)."""
        current = [window for window in self.windows.values() if window.ends > now]
        if not current:
            return 45015
        usable = [window for window in current if window.left]
        if not usable:
            return 45047
        min(usable, key=lambda window: window.ends).left -= 1
        return 0

    def left(self, now: float) -> int:
        return sum(window.left for window in self.windows.values() if window.ends > now)


@dataclass
class Tokens:
    """The account's access tokens. `issued` counts how many were made."""

    valid: dict[str, float] = field(default_factory=dict)
    latest: str = ""
    issued: int = 0
    forced: list[float] = field(default_factory=list)

    def stable(self, now: float, *, force: bool) -> tuple[str, int] | None:
        """(token, seconds it is good for); None when forcing was done too often."""
        if force and not (self.forced and now - self.forced[-1] < FORCE_PAUSE_SECONDS):
            self.forced = [at for at in self.forced if now - at < 24 * HOUR]
            if len(self.forced) >= FORCE_PER_DAY:
                return None
            self.forced.append(now)
            self.valid.clear()
        remaining = self.valid.get(self.latest, 0.0) - now
        if remaining <= OVERLAP_SECONDS:
            self.latest = f"{self.issued}_{secrets.token_urlsafe(96)}"
            self.valid[self.latest] = now + TOKEN_SECONDS
            self.issued += 1
            remaining = TOKEN_SECONDS
        return self.latest, int(remaining)

    def check(self, token: str, now: float) -> int:
        """The error code: 0, 41001 (none given), 40001 (not one of ours), 42001 (over)."""
        if not token:
            return 41001
        if token not in self.valid:
            return 40001
        return 0 if self.valid[token] > now else 42001
