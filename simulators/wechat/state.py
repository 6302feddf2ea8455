"""What the WeChat stand-in remembers, in memory: accounts, people, ordered faults, pushes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from itertools import count
from typing import Any

import httpx

from simulators.tencent.clock import Clock, Now
from simulators.tencent.faults import Faults
from simulators.tencent.pushing import Post
from simulators.wechat.account import Account
from simulators.wechat.codes import Codes
from simulators.wechat.people import People
from simulators.wechat.settings import AccountSettings, MiniProgramSettings, WeChatSettings
from simulators.wechat.templates import DEMO

OFFICIAL, MINI_PROGRAM = "wechat", "miniprogram"


class State:
    """`http` reaches the product."""

    def __init__(self, http: httpx.AsyncClient | None = None, now: Now = time.time) -> None:
        self.clock = Clock(now)
        # A proxy set for this machine must not get between two of its own processes.
        self.post = Post(http or httpx.AsyncClient(trust_env=False), self.clock)
        self.faults = Faults(self.clock)
        self.people = People()
        self.accounts: dict[str, Account] = {}
        self.codes = Codes()
        # What WeChat tells the product later, by itself.
        self.background: set[asyncio.Task[Any]] = set()
        self._line_ids = count(1)
        # MsgId: 64 bits, rising.
        self._message_ids = count(int(time.time() * 1000) * 1_000_000)

    def play(self, key: str, settings: AccountSettings) -> Account:
        """Play one more account; one that is played already gets the new settings."""
        if key in self.accounts:
            self.accounts[key].settings = settings
        else:
            account = Account(key, settings, self.clock, self._line_ids, self.people.of)
            picked = DEMO[settings.kind] if settings.templates is None else settings.templates
            account.templates = {template.id: template for template in picked}
            self.accounts[key] = account
        return self.accounts[key]

    @staticmethod
    def kind_of(kind: object) -> type[AccountSettings]:
        return MiniProgramSettings if kind == "miniprogram" else WeChatSettings

    def by_app_id(self, app_id: object) -> Account | None:
        return next((a for a in self.accounts.values() if a.settings.app_id == app_id), None)

    def by_token(self, token: str) -> Account | None:
        return next((a for a in self.accounts.values() if token in a.tokens.valid), None)

    def next_message_id(self) -> int:
        return next(self._message_ids)

    def later(self, work: Coroutine[Any, Any, Any]) -> None:
        """Do it after the answer that is being given."""
        task = asyncio.create_task(work)
        self.background.add(task)
        task.add_done_callback(self.background.discard)

    async def settle(self) -> None:
        """Wait for what was to be done later."""
        while self.background:
            await asyncio.gather(*self.background)


def official(now: Now = time.time, **settings: Any) -> Account:
    """An official account alone, for tests of what WeChat takes."""
    return State(now=now).play(OFFICIAL, WeChatSettings(**settings))


def mini_program(now: Now = time.time, **settings: Any) -> Account:
    """A mini-program alone, for tests of what WeChat takes."""
    return State(now=now).play(MINI_PROGRAM, MiniProgramSettings(**settings))
