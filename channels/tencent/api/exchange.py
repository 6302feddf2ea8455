"""One HTTP exchange with WeChat: an object comes back, or a named error that says whether it may have been done.

What decides is whether the request can have reached WeChat whole. httpx raises ConnectError, ConnectTimeout,
PoolTimeout, ProxyError, LocalProtocolError and UnsupportedProtocol before that; all others come after, or at a
moment that cannot be told: a write that times out leaves bytes in the socket that may still go out.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from channels.tencent.errors import ApiFailed, ApiUnsure

# Reaching WeChat takes at most some 12 s of the whole, so that running out of it means: sent.
TIMEOUT = httpx.Timeout(8.0, connect=4.0, pool=4.0)
WHOLE_SECONDS = 18.0
# For pictures and videos of up to 20 MB. With the message that shows it, it ends within one run of the courier.
UPLOAD_TIMEOUT = httpx.Timeout(20.0, connect=4.0, pool=4.0)
UPLOAD_WHOLE_SECONDS = 25.0
# WeChat's longest answers (sync_msg with 1000 messages) stay below.
MAX_ANSWER_BYTES = 4 * 1024 * 1024

NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.LocalProtocolError,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)
# A gateway that gave up waiting for who was to do it (RFC 9110, 15.6.5): it may have been done.
GATEWAY_TIMEOUT = 504


@dataclass(frozen=True)
class Request:
    """`query` may hold the token or a secret; it is never logged. `body`: an object, sent as JSON."""

    method: str
    url: str
    query: Mapping[str, str]
    body: Mapping[str, Any] | None = None
    files: Mapping[str, tuple[str, bytes, str]] | None = None

    def __repr__(self) -> str:
        return f"Request({self.method})"


@dataclass(frozen=True)
class Reply:
    """`answer` has an int at `errcode`. `date`: the time as the other side has it, "" when it does not say."""

    answer: dict[str, Any]
    date: str


async def exchange(http: httpx.AsyncClient, request: Request, *, expect: str) -> Reply:
    """WeChat's answer. Raises ApiFailed or ApiUnsure, never with the address in it.

    `expect`: a field of the right answer; where it is there and `errcode` is not, that is 0.
    """
    keep_queries_out_of_logs()
    failure: ApiFailed
    try:
        async with asyncio.timeout(UPLOAD_WHOLE_SECONDS if request.files else WHOLE_SECONDS):
            response, body = await _send(http, request)
        answer = understood(response.status_code, body, expect)
        return Reply(answer, response.headers.get("date", ""))
    except ApiFailed as failed:
        failure = failed
    except NOT_SENT as error:
        failure = ApiFailed(f"not reached: {type(error).__name__}")
    except (httpx.HTTPError, TimeoutError) as error:
        failure = ApiUnsure(f"no answer: {type(error).__name__}")
    # Outside, so that the error carries none of httpx's, which know the address.
    raise failure


async def _send(http: httpx.AsyncClient, request: Request) -> tuple[httpx.Response, bytes]:
    async with http.stream(
        request.method,
        request.url,
        params=dict(request.query) or None,
        # httpx writes JSON as UTF-8; WeChat would show \u escapes to the citizen as they are.
        json=request.body,
        files=dict(request.files) if request.files else None,
        timeout=UPLOAD_TIMEOUT if request.files else TIMEOUT,
        follow_redirects=False,
    ) as response:
        return response, await read_some(response, MAX_ANSWER_BYTES)


async def read_some(response: httpx.Response, limit: int) -> bytes:
    """The body; raises ApiFailed before more than `limit` bytes are held."""
    body = bytearray()
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) > limit:
            raise ApiFailed(f"answer too long, HTTP {response.status_code}")
    return bytes(body)


def understood(status: int, body: bytes, expect: str) -> dict[str, Any]:
    """The object in an answer; raises ApiFailed where it is not WeChat's, ApiUnsure where that is not clear."""
    if status == GATEWAY_TIMEOUT:
        raise ApiUnsure(f"no answer: HTTP {status}")
    try:
        # Nicknames hold raw control characters, which strict JSON forbids.
        answer = json.loads(body.decode("utf-8", "replace"), strict=False)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        # HTML, a redirect, an error page: a gateway or proxy answered in WeChat's place.
        raise ApiFailed(f"not WeChat's answer, HTTP {status}")
    code = answer.get("errcode")
    if "errcode" not in answer and expect in answer:
        code = answer["errcode"] = 0
    if isinstance(code, bool) or not isinstance(code, int):
        gone_wrong = ApiUnsure if 200 <= status < 300 else ApiFailed
        raise gone_wrong(f"no errcode, HTTP {status}")
    return answer


_QUERY = re.compile(r"(\?|&|\b)((?:[a-z_]*token|[a-z_]*secret|js_code|code)=)[^&\s\"']+")


class _WithoutQueries(logging.Filter):
    """httpx logs whole addresses, and WeChat wants token and secrets in them."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        cleaned = _QUERY.sub(r"\1\2***", text)
        if cleaned != text:
            record.msg, record.args = cleaned, ()
        return True


_FILTER = _WithoutQueries()
_LOGGERS = ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.http2", "httpcore.proxy")


def keep_queries_out_of_logs() -> None:
    """Adding the filter twice changes nothing."""
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_FILTER)
