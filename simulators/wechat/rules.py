"""WeChat's rules about tokens and about how often an account may write. Pure; time is given, in seconds.

Sources: WeChat's documentation, "客服消息下发规则" (official accounts, since 2023-06), "发送客服消息" (mini-programs),
"getStableAccessToken" and "getAccessToken".
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
    "click": (3, 60.0),  # a tap on a msgmenu item counts as one, and not as a message
    "subscribe": (3, 60.0),
    "scan": (3, 60.0),
    "enter": (2, 60.0),  # a mini-program's user_enter_tempsession
}


@dataclass
class Window:
    left: int
    ends: float


@dataclass
class Quota:
    """What the account may still send to one citizen.

    The same act again opens its window anew: the count is set back, nothing adds up. For different acts the
    documentation of official accounts says nothing; their windows are kept apart here. Of mini-programs it says
    ("客服消息使用指南") that replies do not add up and that count and end are set to the larger ones (`pooled`).
    """

    windows: dict[str, Window] = field(default_factory=dict)
    pooled: bool = False

    def open(self, kind: str, now: float) -> None:
        limit, seconds = WINDOWS[kind]
        if not self.pooled:
            self.windows[kind] = Window(limit, now + seconds)
            return
        old = self.windows.get("all")
        if old is None or old.ends <= now:
            old = Window(0, 0.0)
        self.windows["all"] = Window(max(old.left, limit), max(old.ends, now + seconds))

    def check(self, now: float) -> int:
        """The error code a reply would get: 0, 45015 (no window is open), 45047 (all used up)."""
        current = [window for window in self.windows.values() if window.ends > now]
        if not current:
            return 45015
        return 0 if any(window.left for window in current) else 45047

    def spend(self, now: float) -> int:
        """Take one reply, of the window that ends first; returns the error code as `check` does."""
        code = self.check(now)
        if not code:
            usable = [
                window for window in self.windows.values() if window.ends > now and window.left
            ]
            min(usable, key=lambda window: window.ends).left -= 1
        return code

    def left(self, now: float) -> int:
        return sum(window.left for window in self.windows.values() if window.ends > now)

    def ends(self, now: float) -> float | None:
        """When the last open window with a reply in it closes."""
        return max(
            (window.ends for window in self.windows.values() if window.ends > now and window.left),
            default=None,
        )


@dataclass
class Tokens:
    """The account's access tokens. `issued` counts how many were made."""

    valid: dict[str, float] = field(default_factory=dict)
    latest: str = ""
    # Of the old interface (cgi-bin/token): the two kinds do not void each other.
    latest_old: str = ""
    issued: int = 0
    forced: list[float] = field(default_factory=list)

    def stable(self, now: float, *, force: bool) -> tuple[str, int] | None:
        """(token, seconds it is good for); None when forcing was done too often.

        Forcing again within 30 seconds changes nothing.
        """
        if force and not (self.forced and now - self.forced[-1] < FORCE_PAUSE_SECONDS):
            self.forced = [at for at in self.forced if now - at < 24 * HOUR]
            if len(self.forced) >= FORCE_PER_DAY:
                return None
            self.forced.append(now)
            self.valid = {
                token: end for token, end in self.valid.items() if token == self.latest_old
            }
        remaining = self.valid.get(self.latest, 0.0) - now
        if remaining <= OVERLAP_SECONDS:
            self.latest = self._new(now)
            remaining = TOKEN_SECONDS
        return self.latest, int(remaining)

    def old(self, now: float) -> tuple[str, int]:
        """What `cgi-bin/token` gives: a new one each time, and five more minutes for the one before."""
        if self.latest_old in self.valid:
            end = min(self.valid[self.latest_old], now + OVERLAP_SECONDS)
            self.valid[self.latest_old] = end
        self.latest_old = self._new(now)
        return self.latest_old, TOKEN_SECONDS

    def void(self) -> None:
        """As after a new AppSecret: none is good any more."""
        self.valid.clear()

    def expire(self, now: float) -> None:
        """Their time is over: 42001 from now on."""
        self.valid = dict.fromkeys(self.valid, now)

    def check(self, token: str, now: float) -> int:
        """The error code: 0, 41001 (none given), 40014 (no token at all), 40001 (not one of ours), 42001 (over)."""
        if not token:
            return 41001
        if not token.replace("_", "").replace("-", "").isalnum() or not token.isascii():
            return 40014
        if token not in self.valid:
            return 40001
        return 0 if self.valid[token] > now else 42001

    def _new(self, now: float) -> str:
        token = f"{self.issued}_{secrets.token_urlsafe(96)}"
        self.valid[token] = now + TOKEN_SECONDS
        self.issued += 1
        return token
