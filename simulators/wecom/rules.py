"""The rules of 微信客服. Pure; time is given, in seconds.

Sources: developer.work.weixin.qq.com, 微信客服: 94670 (接收消息和事件), 94677 (发送消息), 94669 (分配客服会话), 95122
(发送欢迎语等事件响应消息), 90313 (全局错误码), 91039 (获取access_token).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

HOUR = 3600.0
TOKEN_SECONDS = 7200
CALLBACK_TOKEN_SECONDS = 600.0
# What is older cannot be had by sync_msg any more.
KEPT_SECONDS = 3 * 24 * HOUR
REPLIES, WINDOW_SECONDS = 5, 48 * HOUR
CODE_SECONDS = 20.0
WELCOME_PAUSE_SECONDS = 48 * HOUR
MEDIA_SECONDS = 3 * 24 * HOUR

NEW, BOT, POOL, SERVICER, ENDED = range(5)
# From which state to which the API may go: the table of 94669. That it may end a session in every state that is
# not over is told by the sentence below the table (企业通过API结束会话).
TRANSITIONS: dict[int, frozenset[int]] = {
    NEW: frozenset({BOT, POOL, SERVICER, ENDED}),
    BOT: frozenset({POOL, SERVICER, ENDED}),
    POOL: frozenset({SERVICER, ENDED}),
    SERVICER: frozenset({SERVICER, ENDED}),
    ENDED: frozenset(),
}

MESSAGES = {
    0: "ok",
    -1: "system busy",
    40001: "invalid credential",
    40003: "invalid userid",
    40007: "invalid media_id",
    40008: "invalid message type",
    40013: "invalid corpid",
    40014: "invalid access_token",
    40058: "invalid Request Parameter",
    41001: "access_token missing",
    42001: "access_token expired",
    44004: "text message content is empty",
    45002: "content size out of limit",
    45009: "api freq out of limit",
    47001: "data format error",
    48002: "api forbidden",
    60020: "not allow to access from your ip",
    95000: "invalid open_kfid",
    95001: "send msg count limit",
    95002: "send msg time limit",
    95004: "open_kfid not exist",
    95007: "invalid msg token",
    95008: "menu item count limit",
    95009: "invalid menu item type",
    95013: "conversation end",
    95014: "not a servicer",
    95016: "not allow this state transition",
    95018: "send msg session status invalid",
}


@dataclass
class Tokens:
    """The app's access token: asking again gives the same one until it ends. `issued` counts how many were made."""

    current: str = ""
    ends: float = 0.0
    issued: int = 0
    old: set[str] = field(default_factory=set)

    def get(self, now: float) -> tuple[str, int]:
        """(token, seconds it is good for)."""
        if not self.current or self.ends <= now:
            self.old.add(self.current)
            self.current, self.ends = secrets.token_urlsafe(96), now + TOKEN_SECONDS
            self.issued += 1
        return self.current, int(self.ends - now)

    def void(self) -> None:
        """WeChat may take a token back at any time: calls answer 40014, and the next token is another."""
        self.current = ""

    def check(self, token: str, now: float) -> int:
        """The error code: 0, 41001 (none given), 42001 (over), 40014 (not one of ours)."""
        if not token:
            return 41001
        if token == self.current:
            return 0 if self.ends > now else 42001
        return 42001 if token in self.old else 40014


@dataclass
class Session:
    """One citizen's talk with one 客服账号. Replies: 5 within 48 hours after each message of the citizen."""

    state: int = ENDED
    servicer: str = ""
    last_message_at: float | None = None
    left: int = 0
    welcomed_at: float | None = None

    def wrote(self, now: float) -> None:
        if self.state == ENDED or self._over(now):
            self.state, self.servicer = NEW, ""
        self.last_message_at, self.left = now, REPLIES

    def may_send(self, now: float) -> int:
        """The error code of send_msg."""
        if self.last_message_at is None or self._over(now):
            return 95002
        if self.state == ENDED:
            return 95013
        if self.state not in (NEW, BOT):
            return 95018
        return 0 if self.left else 95001

    def trans(self, wanted: int, servicer: str, now: float) -> int:
        """The error code of service_state/trans; changes the state when it is 0."""
        if self.state == ENDED or self._over(now):
            return 95013
        if wanted not in TRANSITIONS[self.state]:
            return 95016
        if wanted == SERVICER and not servicer:
            return 40058
        self.state, self.servicer = wanted, servicer if wanted == SERVICER else ""
        return 0

    def owed_welcome(self, now: float) -> bool:
        """No welcome and no message of the citizen within 48 hours."""
        recent = (self.welcomed_at, self.last_message_at)
        return all(at is None or now - at >= WELCOME_PAUSE_SECONDS for at in recent)

    def _over(self, now: float) -> bool:
        return self.last_message_at is None or now - self.last_message_at >= WINDOW_SECONDS


@dataclass
class Code:
    """What send_msg_on_event is allowed by, once and for 20 s. `state`: the state it was given for, None any."""

    citizen: tuple[str, str]
    ends: float
    state: int | None = None
