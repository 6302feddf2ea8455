"""Tries a callback address: one ping signed right, one signed wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

from core.ids import new_id
from core.webhooks import signatures
from core.webhooks.posting import Answer, Poster

# The event of that id, which means nothing.
Ping = Callable[[str], dict[str, Any]]


class CallTrial(BaseModel):
    """`ok`: the ping was taken. `checks_signature`: one that was signed with another secret was refused; null when that
    was not tried. `message` says what to do."""

    ok: bool
    status: int | None
    seconds: float
    checks_signature: bool | None
    message: str


class Trial:
    def __init__(self, poster: Poster) -> None:
        self._poster = poster

    async def run(self, url: str, secrets: tuple[str, ...], ping: Ping) -> CallTrial:
        answer = await self._ping(url, secrets, ping)
        seconds, whom = round(answer.seconds, 3), self._poster.whom
        if not answer.ok:
            return CallTrial(
                ok=False, status=answer.status, seconds=seconds, checks_signature=None,
                message=f"{answer.error}。",
            )  # fmt: skip
        forged = await self._ping(url, (signatures.new_secret(),), ping)
        checks = not forged.ok
        text = (
            f"{whom}正常接收，并核对了签名。"
            if checks
            else f"{whom}正常接收，但没有核对签名：别人也能冒充本系统发送通知，请{whom}开发方补上。"
        )
        return CallTrial(
            ok=True, status=answer.status, seconds=seconds, checks_signature=checks, message=text
        )

    async def _ping(self, url: str, secrets: tuple[str, ...], ping: Ping) -> Answer:
        event_id = new_id()
        body = json.dumps(ping(event_id)).encode()
        return await self._poster.send(url, body, event_id=event_id, secrets=secrets)
