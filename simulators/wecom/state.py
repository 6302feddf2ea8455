"""What the 微信客服 stand-in remembers, in memory: messages to fetch, sessions, media, tokens, callbacks, faults."""

from __future__ import annotations

import secrets
from collections import deque
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Literal

from pydantic import BaseModel

from simulators.tencent.clock import Clock
from simulators.tencent.faults import Faults
from simulators.wecom.rules import (
    CALLBACK_TOKEN_SECONDS,
    CODE_SECONDS,
    KEPT_SECONDS,
    Code,
    Session,
    Tokens,
)

# A citizen of one 客服账号: (open_kfid, external_userid).
Key = tuple[str, str]


class Shown(BaseModel):
    """A line in the citizen's chat. `menu`: items to tap on, (id, label); `url`: where a card or item leads."""

    id: int
    at: float
    sender: Literal["citizen", "account", "wechat"]
    text: str
    kind: str = "text"
    msgid: str = ""
    menu: list[tuple[str, str]] = []
    tail: str = ""
    url: str = ""
    media_id: str = ""
    recalled: bool = False


@dataclass
class Media:
    data: bytes
    name: str
    media_type: str
    at: float


@dataclass
class Citizen:
    external_userid: str
    nickname: str
    unionid: str
    session: Session = field(default_factory=Session)
    shown: list[Shown] = field(default_factory=list)


class State:
    def __init__(self, accounts: list[str], clock: Clock) -> None:
        self.clock = clock
        self.accounts = accounts
        self.tokens = Tokens()
        self.faults = Faults()
        self.citizens: dict[Key, Citizen] = {}
        # Per 客服账号 what sync_msg gives, oldest first, with its number.
        self.items: dict[str, list[tuple[int, dict[str, Any]]]] = {each: [] for each in accounts}
        self.media: dict[str, Media] = {}
        self.codes: dict[str, Code] = {}
        self.sent_ids: set[str] = set()
        self.callback_tokens: dict[str, float] = {}
        self.untokened: deque[float] = deque()
        # What goes wrong on purpose: callbacks that get lost, and deliveries that fail with this fail_type.
        self.lose_callbacks = 0
        self.fail_next: deque[int] = deque()
        self.known_unionids = True
        self._ids = count(1)
        self._numbers = count(1)
        # Cursors are made up anew with every start, as those of another installation would be.
        self._cursor_mark = secrets.token_hex(4)

    def now(self) -> float:
        return self.clock()

    def citizen(self, key: Key) -> Citizen:
        if key not in self.citizens:
            tail = key[1].removeprefix("wm")[-24:]
            self.citizens[key] = Citizen(
                key[1], nickname=f"市民{tail[:4]}", unionid=f"oUnion{tail}"
            )
        return self.citizens[key]

    def add_item(self, open_kfid: str, item: dict[str, Any]) -> str:
        """Something for sync_msg; returns its msgid."""
        msgid = item.setdefault("msgid", secrets.token_hex(16))
        item.setdefault("send_time", int(self.now()))
        self.items[open_kfid].append((next(self._numbers), item))
        return str(msgid)

    def page(
        self, open_kfid: str, after: int, limit: int
    ) -> tuple[list[dict[str, Any]], int, bool]:
        """(items, number of the last one, whether there is more)."""
        oldest = self.now() - KEPT_SECONDS
        rows = [
            (number, item)
            for number, item in self.items[open_kfid]
            if number > after and item["send_time"] >= oldest
        ]
        page = rows[:limit]
        return [item for _, item in page], page[-1][0] if page else after, len(rows) > limit

    def cursor_of(self, open_kfid: str, number: int) -> str:
        return f"{self._cursor_mark}.{open_kfid}.{number}"

    def number_of(self, open_kfid: str, cursor: str) -> int | None:
        """None: not a cursor of this 客服账号."""
        mark, _, rest = cursor.partition(".")
        account, _, number = rest.rpartition(".")
        ours = mark == self._cursor_mark and account == open_kfid and number.isdecimal()
        return int(number) if ours else None

    def forget_cursors(self) -> None:
        self._cursor_mark = secrets.token_hex(4)

    def new_callback_token(self) -> str:
        token = "ENC" + secrets.token_urlsafe(24)
        self.callback_tokens[token] = self.now() + CALLBACK_TOKEN_SECONDS
        return token

    def new_code(self, key: Key, state: int | None = None) -> str:
        code = secrets.token_urlsafe(24)
        self.codes[code] = Code(key, self.now() + CODE_SECONDS, state)
        return code

    def put_media(self, data: bytes, name: str, media_type: str) -> str:
        media_id = secrets.token_urlsafe(32)
        self.media[media_id] = Media(data, name, media_type, self.now())
        return media_id

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
