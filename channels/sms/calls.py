"""One HTTP call to a provider: a JSON object comes back, or a named error. All adapters ask through here."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from core.sms.ports import SmsFailed, SmsNonsense, SmsProviderFault, SmsUnreachable

TIMEOUT = httpx.Timeout(8.0, connect=4.0)
# Of the whole call, however slowly the bytes drip in.
WHOLE_SECONDS = 15.0
MAX_ANSWER_BYTES = 256 * 1024


@dataclass(frozen=True)
class Request:
    """What goes out, exactly as it was signed."""

    method: str
    url: str
    headers: Mapping[str, str]
    content: bytes = b""


class _WithoutQuery(logging.Filter):
    """httpx logs whole addresses, and Aliyun's hold the phone and the code."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                arg.copy_with(query=None) if isinstance(arg, httpx.URL) else arg
                for arg in record.args
            )
        return True


_FILTER = _WithoutQuery()


def keep_queries_out_of_logs() -> None:
    """Adding the filter twice changes nothing."""
    logging.getLogger("httpx").addFilter(_FILTER)


async def ask(http: httpx.AsyncClient, request: Request) -> tuple[int, dict[str, Any]]:
    """Status and answer. Raises SmsUnreachable, SmsNonsense, SmsProviderFault."""
    keep_queries_out_of_logs()
    try:
        async with asyncio.timeout(WHOLE_SECONDS):
            return await _ask(http, request)
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
        # Without the cause: it may quote the address.
        raise SmsUnreachable(provider_code=type(error).__name__) from None


async def _ask(http: httpx.AsyncClient, request: Request) -> tuple[int, dict[str, Any]]:
    async with http.stream(
        request.method,
        request.url,
        headers=dict(request.headers),
        content=request.content,
        timeout=TIMEOUT,
        follow_redirects=False,
    ) as response:
        body = b""
        async for piece in response.aiter_bytes():
            body += piece
            if len(body) > MAX_ANSWER_BYTES:
                raise SmsNonsense(provider_code=f"HTTP {response.status_code}")
    answer = _object(body)
    if answer is None:
        broken = SmsProviderFault if response.status_code >= 500 else SmsNonsense
        raise broken(provider_code=f"HTTP {response.status_code}")
    return response.status_code, answer


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None


def named(table: Mapping[str, type[SmsFailed]], code: str) -> SmsFailed:
    """Our error for a provider's code: by its longest beginning in `table`; else a fault of the provider."""
    for known in sorted(table, key=len, reverse=True):
        if code.startswith(known):
            return table[known](provider_code=code)
    return SmsProviderFault(provider_code=code)
