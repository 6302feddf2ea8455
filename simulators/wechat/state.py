"""What the WeChat stand-in remembers, in memory: citizens, their messages, tokens, pushes, ordered faults."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Literal

from pydantic import BaseModel, Field

from simulators.wechat.rules import Quota, Tokens
from simulators.wechat.settings import Mode

Now = Callable[[], float]


class Shown(BaseModel):
    """A line in the citizen's chat. `menu`: items to tap on, (id, label)."""

    id: int
    at: float
    sender: Literal["citizen", "account", "wechat"]
    text: str
    menu: list[tuple[str, str]] = []
    tail: str = ""


class PushAttempt(BaseModel):
    """One try to push. `status` is the HTTP status, None when none came."""

    at: float
    msg_id: str
    kind: str
    attempt: int
    status: int | None
    milliseconds: int
    accepted: bool


class Fault(BaseModel):
    """A misbehaviour of the API that was ordered for `times` calls of `path`."""

    path: str = "/cgi-bin/message/custom/send"
    kind: Literal["errcode", "html", "slow"] = "errcode"
    errcode: int = -1
    seconds: float = Field(0.0, ge=0, le=60)
    times: int = Field(1, ge=1)


@dataclass
class Citizen:
    openid: str
    subscribed: bool = False
    typing_until: float = 0.0
    last_message_at: float = 0.0
    quota: Quota = field(default_factory=Quota)
    shown: list[Shown] = field(default_factory=list)


class State:
    def __init__(self, mode: Mode, now: Now = time.time) -> None:
        self.now = now
        self.mode = mode
        self.tokens = Tokens()
        self.citizens: dict[str, Citizen] = {}
        self.attempts: deque[PushAttempt] = deque(maxlen=1000)
        self.faults: list[Fault] = []
        self.calls: dict[str, int] = {}
        # As menu/create took it; None: the account has none.
        self.menu: dict[str, Any] | None = None
        self._ids = count(1)
        # MsgId: 64 bits, rising.
        self._message_ids = count(int(time.time() * 1000) * 1_000_000)

    def citizen(self, openid: str) -> Citizen:
        return self.citizens.setdefault(openid, Citizen(openid))

    def next_message_id(self) -> str:
        return str(next(self._message_ids))

    def show(
        self,
        citizen: Citizen,
        sender: Literal["citizen", "account", "wechat"],
        text: str,
        **more: Any,
    ) -> Shown:
        line = Shown(id=next(self._ids), at=self.now(), sender=sender, text=text, **more)
        citizen.shown.append(line)
        return line

    def take_fault(self, path: str) -> Fault | None:
        """The next ordered fault of `path`, counted down."""
        self.calls[path] = self.calls.get(path, 0) + 1
        for fault in self.faults:
            if fault.path == path:
                fault.times -= 1
                if not fault.times:
                    self.faults.remove(fault)
                return fault
        return None
