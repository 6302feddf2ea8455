"""Pushes to the product, with Tencent's repeats; and what may happen to them on the way: doubled, held, shuffled."""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx
from pydantic import BaseModel, Field

from simulators.tencent.clock import Clock


class PushAttempt(BaseModel):
    """One try to push. `status` is the HTTP status, None when none came in time."""

    at: float
    account: str = ""
    msg_id: str
    kind: str
    attempt: int
    status: int | None
    milliseconds: int
    accepted: bool


class PushOrder(BaseModel):
    """What happens to the next pushes: `duplicate` of them arrive twice, `hold` of them wait to be released."""

    duplicate: int = Field(0, ge=0, le=100_000)
    hold: int = Field(0, ge=0, le=100_000)


@dataclass(frozen=True)
class Rules:
    """How long an answer may take, how often a push is repeated, and after which pause."""

    timeout_seconds: float = 5.0
    retries: int = 3
    pause_seconds: float = 1.0


@dataclass(frozen=True)
class Letter:
    """A push before it is signed. `seal` makes query and body, anew for each try."""

    account: str
    msg_id: str
    kind: str
    url: str
    content_type: str
    seal: Callable[[], tuple[dict[str, str], str]]
    rules: Rules


@dataclass(frozen=True)
class Pushed:
    """How a push ended: `attempts` made, whether the product took it, what it answered. Held: no attempt yet."""

    msg_id: str
    attempts: int
    accepted: bool
    answer: str = ""
    held: bool = False


@dataclass
class Post:
    """The postman. Every attempt is signed anew but carries the same message."""

    http: httpx.AsyncClient
    clock: Clock
    log: deque[PushAttempt] = field(default_factory=lambda: deque(maxlen=1000))
    order: PushOrder = field(default_factory=PushOrder)
    held: list[Letter] = field(default_factory=list)
    _late: set[asyncio.Task[httpx.Response]] = field(default_factory=set)

    async def push(self, letter: Letter) -> Pushed:
        """Push until the product answers with HTTP 200 in time, or give up."""
        if self.order.hold:
            self.order.hold -= 1
            self.held.append(letter)
            return Pushed(letter.msg_id, 0, False, held=True)
        if not self.order.duplicate:
            return await self._deliver(letter)
        self.order.duplicate -= 1
        first, _ = await asyncio.gather(self._deliver(letter), self._deliver(letter))
        return first

    async def release(self, *, shuffle: int | None = None) -> list[Pushed]:
        """Push what was held, one after another; `shuffle` is the seed of another order."""
        letters, self.held = self.held, []
        self.order.hold = 0
        if shuffle is not None:
            random.Random(shuffle).shuffle(letters)
        return [await self.push(letter) for letter in letters]

    async def _deliver(self, letter: Letter) -> Pushed:
        rules = letter.rules
        for attempt in range(1, rules.retries + 2):
            begun = time.monotonic()
            response = await self._post(letter)
            accepted = response is not None and response.status_code == 200
            self.log.append(
                PushAttempt(
                    at=self.clock(),
                    account=letter.account,
                    msg_id=letter.msg_id,
                    kind=letter.kind,
                    attempt=attempt,
                    status=response.status_code if response is not None else None,
                    milliseconds=int((time.monotonic() - begun) * 1000),
                    accepted=accepted,
                )
            )
            if response is not None and accepted:
                return Pushed(letter.msg_id, attempt, True, response.text)
            if attempt <= rules.retries:
                await asyncio.sleep(rules.pause_seconds)
        return Pushed(letter.msg_id, rules.retries + 1, False)

    async def _post(self, letter: Letter) -> httpx.Response | None:
        """The answer; None when none came in time. An answer that comes later is ignored, right as it may be."""
        query, body = letter.seal()
        limit, begun = letter.rules.timeout_seconds, self.clock.base()
        request = self.http.post(
            letter.url,
            params=query,
            content=body.encode(),
            headers={"content-type": letter.content_type},
            timeout=limit,
        )
        task = asyncio.create_task(request)
        done, _ = await asyncio.wait({task}, timeout=limit)
        if not done:
            # Nobody cuts the product off in the middle of its work; only nobody listens any more.
            self._late.add(task)
            task.add_done_callback(self._forget)
            return None
        if isinstance(task.exception(), httpx.HTTPError):
            return None
        # A test moves its clock instead of waiting.
        return task.result() if self.clock.base() - begun <= limit else None

    def _forget(self, task: asyncio.Task[httpx.Response]) -> None:
        self._late.discard(task)
        if not task.cancelled():
            task.exception()
