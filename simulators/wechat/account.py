"""One account as the stand-in plays it: its citizens and their chats, its tokens, media, menu, switches and limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from pydantic import BaseModel

from simulators.tencent.clock import Now
from simulators.tencent.envelope import Seal
from simulators.wechat.media import MediaStore
from simulators.wechat.people import Person
from simulators.wechat.rules import Quota, Tokens
from simulators.wechat.settings import AccountSettings
from simulators.wechat.templates import Template

Sender = Literal["citizen", "account", "wechat"]

# Calls a day: documentation, "接口调用频次限制"; template messages: "模板消息". Whatever is not here has no limit.
DAILY_LIMITS = {
    "/cgi-bin/token": 2000,
    "/cgi-bin/stable_token": 500_000,
    "/cgi-bin/menu/create": 1000,
    "/cgi-bin/menu/get": 10_000,
    "/cgi-bin/menu/delete": 1000,
    "/cgi-bin/media/upload": 100_000,
    "/cgi-bin/media/get": 200_000,
    "/cgi-bin/message/custom/send": 500_000,
    "/cgi-bin/user/info": 5_000_000,
    "/cgi-bin/message/template/send": 100_000,
}


class Shown(BaseModel):
    """A line in the citizen's chat. `menu`: items to tap on, (id, label). `data`: what its `kind` needs."""

    id: int
    at: float
    sender: Sender
    text: str
    menu: list[tuple[str, str]] = []
    tail: str = ""
    kind: str = "text"
    data: dict[str, Any] = {}


@dataclass
class Citizen:
    """A person as one account knows them. `last_exchange_at`: the last message, whoever sent it.

    `consents`: how many notices of a template may still come; None: as many as wanted. 0: refused or used up.
    `blocks`: takes no notices of the account at all.
    """

    openid: str
    subscribed: bool = False
    subscribed_at: float = 0.0
    scene: str = ""
    typing_until: float = 0.0
    last_exchange_at: float = 0.0
    quota: Quota = field(default_factory=Quota)
    shown: list[Shown] = field(default_factory=list)
    consents: dict[str, int | None] = field(default_factory=dict)
    blocks: bool = False


@dataclass
class Account:
    """`switched_off`: permissions that were taken away, such as `custom`. `key`: how tests and the page call it."""

    key: str
    settings: AccountSettings
    clock: Now
    line_ids: Iterator[int]
    person_of: Callable[[str, str], Person]
    tokens: Tokens = field(default_factory=Tokens)
    media: MediaStore = field(default_factory=MediaStore)
    citizens: dict[str, Citizen] = field(default_factory=dict)
    # As menu/create took it; None: the account has none.
    menu: dict[str, Any] | None = None
    switched_off: set[str] = field(default_factory=set)
    limits: dict[str, int] = field(default_factory=lambda: dict(DAILY_LIMITS))
    used: dict[tuple[str, str], int] = field(default_factory=dict)
    templates: dict[str, Template] = field(default_factory=dict)

    @property
    def is_official(self) -> bool:
        return self.settings.kind == "official"

    @property
    def seal(self) -> Seal:
        return Seal(self.settings.token, self.settings.aes_key, self.settings.app_id)

    def citizen(self, openid: str) -> Citizen:
        """The citizen of this openid; made when nobody has it yet."""
        if openid not in self.citizens:
            self.person_of(self.key, openid)
            self.citizens[openid] = Citizen(openid, quota=Quota(pooled=not self.is_official))
        return self.citizens[openid]

    def subscribe(self, citizen: Citizen) -> None:
        if not citizen.subscribed:
            citizen.subscribed, citizen.subscribed_at = True, self.clock()

    def union_id(self, citizen: Citizen) -> dict[str, str]:
        """What an answer about a citizen holds of it: nothing when the account is not bound to the open platform."""
        return {"unionid": self.person(citizen).union_id} if self.settings.bound else {}

    def person(self, citizen: Citizen) -> Person:
        return self.person_of(self.key, citizen.openid)

    def show(self, citizen: Citizen, sender: Sender, text: str, **more: Any) -> Shown:
        line = Shown(id=next(self.line_ids), at=self.clock(), sender=sender, text=text, **more)
        citizen.shown.append(line)
        if sender != "wechat":
            citizen.last_exchange_at = line.at
        return line

    def count(self, path: str) -> bool:
        """One more call today; False when that is more than the account may make."""
        today = (datetime.fromtimestamp(self.clock(), UTC) + timedelta(hours=8)).date()
        key = (path, today.isoformat())
        self.used[key] = self.used.get(key, 0) + 1
        return path not in self.limits or self.used[key] <= self.limits[path]
