"""One signed event to somebody's callback address, and what the answer means."""

from __future__ import annotations

import asyncio
import json
import ssl
import time
from dataclasses import dataclass
from typing import Any

import httpx

from core.clock import Clock
from core.webhooks import signatures
from core.webhooks.addresses import callback_target, may_be_called
from core.webhooks.calling import Outside, read_some
from core.webhooks.errors import AddressRefused

# Shorter than the outbox's lease, name look-up and handshake included.
TOTAL_SECONDS = 12.0
# One that understood us and does not want this one: the next try would be answered the same.
FOR_GOOD = frozenset({400, 410, 413, 415, 422})
_SAID = {
    400: "{whom}认为通知格式有误（HTTP 400）",
    401: "{whom}拒绝了签名（HTTP 401），请核对{whom}使用的密钥",
    403: "{whom}拒绝访问（HTTP 403），请核对密钥和防火墙",
    404: "回调地址不存在（HTTP 404），请核对路径",
    405: "回调地址不接受 POST 请求（HTTP 405）",
    410: "{whom}表示这个回调地址已停用（HTTP 410）",
    413: "{whom}认为通知太大（HTTP 413）",
    415: "{whom}不接受 JSON（HTTP 415）",
    422: "{whom}无法处理这条通知（HTTP 422）",
    429: "{whom}表示请求太频繁（HTTP 429）",
}


@dataclass(frozen=True)
class Answer:
    """`error` is empty when it was taken; else one line in Chinese. `for_good`: trying again is no use."""

    status: int | None
    seconds: float
    error: str = ""
    for_good: bool = False

    @property
    def ok(self) -> bool:
        return not self.error


class Poster:
    """`whom`: how its errors call those who are called."""

    def __init__(self, outside: Outside, clock: Clock, *, whom: str) -> None:
        self.whom = whom
        self._outside = outside
        self._clock = clock

    async def post(
        self, url: str, event_id: str, event: dict[str, Any], *, secrets: tuple[str, ...]
    ) -> Answer:
        """Send the event, signed with each of the secrets. Never raises for what the other side does."""
        body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
        return await self.send(url, body, event_id=event_id, secrets=secrets)

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
            return Answer(None, time.monotonic() - begun, f"{self.whom}没有及时应答（超时）")
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            return Answer(None, time.monotonic() - begun, _unreachable(error, self.whom))
        seconds = time.monotonic() - begun
        return Answer(status, seconds, _meaning(status, self.whom), status in FOR_GOOD)

    async def _call(self, url: str, headers: dict[str, str], body: bytes) -> int:
        target = callback_target(url)
        async with self._outside.stream(
            "POST", target, may_be_called, headers=headers, content=body
        ) as response:
            # Whatever it says is of no use, but a connection is only good for the next call when it was read.
            await read_some(response)
            return response.status_code


def _meaning(status: int, whom: str) -> str:
    if 200 <= status < 300:
        return ""
    if 300 <= status < 400:
        return f"回调地址要求跳转（HTTP {status}），请填写最终地址"
    if status >= 500:
        return f"{whom}内部出错（HTTP {status}）"
    return _SAID.get(status, f"{{whom}}没有接受通知（HTTP {status}）").format(whom=whom)


def _unreachable(error: Exception, whom: str) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"{whom}的 HTTPS 证书无效、过期或与域名不符"
        if isinstance(cause, ssl.SSLError):
            return f"与{whom}的 HTTPS 握手失败"
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpx.ConnectError | ConnectionError):
        return f"连接不上{whom}，请核对地址、端口和防火墙"
    if isinstance(error, httpx.HTTPError):
        return f"{whom}的应答不是有效的 HTTP，或者连接中断"
    return f"找不到{whom}的域名，请核对地址"
