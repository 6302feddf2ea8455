"""Tries a portal's callback address: one ping signed right, one signed wrong."""

from __future__ import annotations

import json

from pydantic import BaseModel

from channels.webhook import signatures
from channels.webhook.accounts import Portal
from channels.webhook.posting import Answer, Poster, ping
from core.clock import Clock
from core.ids import new_id


class PortalTrial(BaseModel):
    """`ok`: the portal took the ping. `checks_signature`: it refused one that was signed with another secret; null when
    that was not tried. `message` says what to do."""

    ok: bool
    status: int | None
    seconds: float
    checks_signature: bool | None
    message: str


class Trial:
    def __init__(self, poster: Poster, clock: Clock) -> None:
        self._poster = poster
        self._clock = clock

    async def run(self, portal: Portal) -> PortalTrial:
        if not portal.callback_url:
            text = "没有填写回调地址：门户需要自己来取消息。"
            return PortalTrial(
                ok=False, status=None, seconds=0, checks_signature=None, message=text
            )
        answer = await self._ping(portal, portal.secrets)
        seconds = round(answer.seconds, 3)
        if not answer.ok:
            return PortalTrial(
                ok=False, status=answer.status, seconds=seconds, checks_signature=None,
                message=f"{answer.error}。",
            )  # fmt: skip
        forged = await self._ping(portal, (signatures.new_secret(),))
        checks = not forged.ok
        text = (
            "门户正常接收，并核对了签名。"
            if checks
            else "门户正常接收，但没有核对签名：别人也能冒充本系统发送通知，请门户开发方补上。"
        )
        return PortalTrial(
            ok=True, status=answer.status, seconds=seconds, checks_signature=checks, message=text
        )

    async def _ping(self, portal: Portal, secrets: tuple[str, ...]) -> Answer:
        event_id = new_id()
        event = ping(event_id, portal.inbox_id, self._clock.now())
        return await self._poster.send(
            portal.callback_url, json.dumps(event).encode(), event_id=event_id, secrets=secrets
        )
