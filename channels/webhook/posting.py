"""One signed event to a portal's callback address, and what its answer means."""

from __future__ import annotations

import asyncio
import json
import ssl
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from channels.webhook import signatures
from channels.webhook.accounts import Portal
from channels.webhook.addresses import callback_target, may_be_portal
from channels.webhook.calling import Outside, read_some
from channels.webhook.errors import AddressRefused
from core.clock import Clock

# Shorter than the outbox's lease, name look-up and handshake included.
TOTAL_SECONDS = 12.0
# A portal that understood us and does not want this one: the next try would be answered the same.
FOR_GOOD = frozenset({400, 410, 413, 415, 422})
_SAID = {
    400: "门户认为通知格式有误（HTTP 400）",
    401: "门户拒绝了签名（HTTP 401），请核对门户使用的密钥",
    403: "门户拒绝访问（HTTP 403），请核对密钥和防火墙",
    404: "回调地址不存在（HTTP 404），请核对路径",
    405: "回调地址不接受 POST 请求（HTTP 405）",
    410: "门户表示这个回调地址已停用（HTTP 410）",
    413: "门户认为通知太大（HTTP 413）",
    415: "门户不接受 JSON（HTTP 415）",
    422: "门户无法处理这条通知（HTTP 422）",
    429: "门户表示请求太频繁（HTTP 429）",
}


@dataclass(frozen=True)
class Answer:
    """`error` is empty when the portal took it; else one line in Chinese. `for_good`: trying again is no use."""

    status: int | None
    seconds: float
    error: str = ""
    for_good: bool = False

    @property
    def ok(self) -> bool:
        return not self.error


class Poster:
    def __init__(self, outside: Outside, clock: Clock) -> None:
        self._outside = outside
        self._clock = clock

    async def post(self, portal: Portal, event_id: str, event: dict[str, Any]) -> Answer:
        """Send the event, signed with the portal's valid secrets. Never raises for what the portal does."""
        body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
        return await self.send(portal.callback_url, body, event_id=event_id, secrets=portal.secrets)

    async def send(
        self, url: str, body: bytes, *, event_id: str, secrets: tuple[str, ...]
    ) -> Answer:
        signed = signatures.headers(secrets, id=event_id, at=self._clock.now(), payload=body)
        headers = {
            **signed,
            "content-type": "application/json; charset=utf-8",
            "accept-encoding": "identity",
            "user-agent": "bangban-webhook/1",
        }
        begun = time.monotonic()
        try:
            async with asyncio.timeout(TOTAL_SECONDS):
                status = await self._call(url, headers, body)
        except AddressRefused as refused:
            return Answer(None, time.monotonic() - begun, refused.message.rstrip("。"))
        except (TimeoutError, httpx.TimeoutException):
            return Answer(None, time.monotonic() - begun, "门户没有及时应答（超时）")
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            return Answer(None, time.monotonic() - begun, _unreachable(error))
        seconds = time.monotonic() - begun
        return Answer(status, seconds, _meaning(status), status in FOR_GOOD)

    async def _call(self, url: str, headers: dict[str, str], body: bytes) -> int:
        target = callback_target(url)
        async with self._outside.stream(
            "POST", target, may_be_portal, headers=headers, content=body
        ) as response:
            # Whatever it says is of no use, but a connection is only good for the next call when it was read.
            await read_some(response)
            return response.status_code


def ping(event_id: str, inbox_id: str, at: datetime) -> dict[str, Any]:
    """An event that means nothing, to try the way."""
    return {
        "id": event_id, "type": "ping", "timestamp": at.isoformat().replace("+00:00", "Z"), "inbox": inbox_id,
        "contact": None, "data": {},
    }  # fmt: skip


def _meaning(status: int) -> str:
    if 200 <= status < 300:
        return ""
    if 300 <= status < 400:
        return f"回调地址要求跳转（HTTP {status}），请填写最终地址"
    if status >= 500:
        return f"门户内部出错（HTTP {status}）"
    return _SAID.get(status, f"门户没有接受通知（HTTP {status}）")


def _unreachable(error: Exception) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return "门户的 HTTPS 证书无效、过期或与域名不符"
        if isinstance(cause, ssl.SSLError):
            return "与门户的 HTTPS 握手失败"
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpx.ConnectError | ConnectionError):
        return "连接不上门户，请核对地址、端口和防火墙"
    if isinstance(error, httpx.HTTPError):
        return "门户的应答不是有效的 HTTP，或者连接中断"
    return "找不到门户的域名，请核对地址"
