"""Codes that stand for a citizen for a moment: of wx.login and of web authorisation. Good once, for five minutes."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

SECONDS = 300.0


@dataclass
class Code:
    """`scope`: login, snsapi_base or snsapi_userinfo."""

    app_id: str
    openid: str
    scope: str
    ends: float
    used: bool = False


@dataclass
class Codes:
    known: dict[str, Code] = field(default_factory=dict)

    def give(self, app_id: str, openid: str, scope: str, now: float) -> str:
        code = "0" + secrets.token_urlsafe(23).replace("-", "w")
        self.known[code] = Code(app_id, openid, scope, now + SECONDS)
        return code

    def take(self, code: str, app_id: str, now: float, *, login: bool) -> Code | int:
        """What the code stands for, or the error code: 40029 (unknown, over, of another app), 40163 (used)."""
        found = self.known.get(code)
        if found is None or found.app_id != app_id or (found.scope == "login") is not login:
            return 40029
        if found.used:
            return 40163
        if found.ends <= now:
            return 40029
        found.used = True
        return found
