"""Tells the product what became of its texts and what phones have written, with a few repeats as gateways do."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx

from simulators.sms.signing import signed
from simulators.sms.state import State

TRIES = 4


class Pusher:
    """`pause_seconds` between tries; `url` empty: nobody is told."""

    def __init__(
        self,
        *,
        state: State,
        key: str,
        url: str,
        http: httpx.AsyncClient,
        pause_seconds: float = 2.0,
    ) -> None:
        self._state = state
        self._key = key
        self._url = url
        self._http = http
        self._pause = pause_seconds
        self._running: set[asyncio.Task[bool]] = set()

    def later(self, content: dict[str, Any], *, forged: bool = False, times: int = 1) -> None:
        """Push in the background."""
        task = asyncio.create_task(self._several(content, forged, times))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def idle(self) -> None:
        """Wait for what is under way: tests."""
        while self._running:
            await asyncio.gather(*self._running)

    async def push(self, content: dict[str, Any], *, forged: bool = False) -> bool:
        """Whether the product took it."""
        if not self._url:
            return False
        body = json.dumps(content, ensure_ascii=False).encode()
        for attempt in range(TRIES):
            if attempt:
                await asyncio.sleep(self._pause)
            key = "somebody-else" if forged else self._key
            headers = signed(key, body, self._state.now())
            try:
                answer = await self._http.post(self._url, content=body, headers=headers)
            except httpx.HTTPError:
                continue
            if answer.status_code < 500:
                return answer.status_code == 200
        return False

    async def _several(self, content: dict[str, Any], forged: bool, times: int) -> bool:
        return all([await self.push(content, forged=forged) for _ in range(times)])
