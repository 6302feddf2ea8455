"""One call to the business system: time-outs, the second try, the circuit breaker, and errors without personal data.

Nothing that came from a citizen or from the system is put into an exception or a log line here: only the
operation's name, the kind of failure, and which fields of an answer were wrong.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

import httpx
from pydantic import BaseModel, ValidationError
from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_random

from actions.business.breaker import CircuitBreaker, CircuitOpen, SystemFailed
from actions.business.refusals import read_refusal
from core.conversation.business_errors import RequestRefused
from core.errors import Unavailable

log = logging.getLogger(__name__)

CONNECT_SECONDS = 1.0
READ_SECONDS = 2.5
# With the second try and its pause. A bot turn of 8 s may need two calls, and Rasa takes its part.
WHOLE_SECONDS = 3.5
TRIES = 2
PAUSE_SECONDS = (0.05, 0.25)
MAX_BYTES = 1_000_000

# Nothing, or not all, of an answer came; a repeatable call may simply be made again.
_BROKEN = (
    httpx.ConnectError, httpx.ConnectTimeout, httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError,
)  # fmt: skip
_BUSY = (502, 503, 504)

Answer = TypeVar("Answer", bound=BaseModel)


class Nonsense(Exception):
    """The system answered, but not what docs/business-api.yaml says."""


class Caller:
    """`pause` waits before the second try; tests bring one that does not. One for each base address."""

    def __init__(
        self,
        base: str,
        client: httpx.AsyncClient,
        *,
        api_key: str = "",
        breaker: CircuitBreaker | None = None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        whole_seconds: float = WHOLE_SECONDS,
    ) -> None:
        self._base = base.rstrip("/")
        self._client = client
        if not (api_key.isascii() and api_key.isprintable()):
            raise ValueError("the business system's key holds characters a header cannot carry")
        self._headers = {"accept": "application/json", "accept-encoding": "identity"}
        if api_key:
            self._headers["x-api-key"] = api_key
        self._breaker = breaker or CircuitBreaker()
        self._pause = pause
        self._whole_seconds = whole_seconds

    async def ask(
        self,
        operation: str,
        method: str,
        path: str,
        answer: type[Answer],
        *,
        repeatable: bool = True,
        **request: Any,
    ) -> Answer:
        """The validated answer. Raises BusinessError subclasses, Unavailable.

        `request`: `token`, `headers`, and what httpx takes: `params`, `json`.
        """
        try:
            with self._breaker.call():
                content = await self._content(method, path, repeatable, request)
                return _read(content, answer)
        except CircuitOpen:
            reason = "not asked, it failed lately"
        except (SystemFailed, Nonsense) as failure:
            reason = str(failure)
        # Outside of the handlers: a trace must not lead to the answer or the request.
        log.warning("business system, %s: %s", operation, reason)
        raise Unavailable("业务系统暂时没有响应，请稍后再试。", part="business_system")

    async def tell(self, operation: str, path: str, **request: Any) -> None:
        """A repeatable POST whose answer has no content."""
        await self.ask(operation, "POST", path, _Nothing, **request)

    async def _content(
        self, method: str, path: str, repeatable: bool, request: dict[str, Any]
    ) -> bytes:
        tries = AsyncRetrying(
            stop=stop_after_attempt(TRIES if repeatable else 1),
            wait=wait_random(*PAUSE_SECONDS),
            retry=retry_if_exception(lambda e: isinstance(e, SystemFailed) and e.passing),
            sleep=self._pause,
            reraise=True,
        )
        try:
            async with asyncio.timeout(self._whole_seconds):
                return await tries(self._once, method, path, request)
        except TimeoutError:
            pass
        raise SystemFailed("no answer in time")

    async def _once(self, method: str, path: str, request: dict[str, Any]) -> bytes:
        """The body of an answer of status 2xx."""
        token, more = request.get("token"), request.get("headers") or {}
        headers: Mapping[str, str] = {
            **self._headers, **more, **({"authorization": f"Bearer {token}"} if token else {}),
        }  # fmt: skip
        failure: Exception
        try:
            async with self._client.stream(
                method, f"{self._base}{path}", headers=headers, params=request.get("params"),
                json=request.get("json"), follow_redirects=False,
                timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
            ) as response:  # fmt: skip
                content = await _limited(response)
                return _accepted(response.status_code, content)
        except _BROKEN as error:
            failure = SystemFailed(type(error).__name__, passing=True)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            failure = SystemFailed(type(error).__name__)
        except UnicodeError:
            # Half a character, pasted or made up: no body and no address can carry it.
            failure = RequestRefused()
        raise failure


class _Nothing(BaseModel):
    pass


async def _limited(response: httpx.Response) -> bytes:
    if response.headers.get("content-encoding", "identity") != "identity":
        # Not asked for, and a few bytes could unpack to gigabytes.
        raise SystemFailed("the answer is packed")
    content = bytearray()
    async for chunk in response.aiter_bytes():
        content += chunk
        if len(content) > MAX_BYTES:
            raise SystemFailed("the answer is too long")
    return bytes(content)


def _accepted(status: int, content: bytes) -> bytes:
    """The content of a success. Raises the named refusal, SystemFailed, or Nonsense for a refusal without a name."""
    if 200 <= status < 300:
        return content
    if 400 <= status < 500:
        refusal = read_refusal(content)
        if refusal is not None:
            raise refusal
        raise Nonsense(f"refused with status {status} and no code that we know")
    raise SystemFailed(f"status {status}", passing=status in _BUSY)


def _read(content: bytes, answer: type[Answer]) -> Answer:
    if answer is _Nothing:
        return answer()
    try:
        return answer.model_validate_json(content)
    except ValidationError as error:
        # Never `input` or `msg` of our own checks' values: they are what the system answered.
        wrong = error.errors(include_input=False, include_context=False, include_url=False)
    if wrong[0]["type"] == "json_invalid":
        raise SystemFailed("the answer is not JSON")
    places = {".".join(str(part) for part in w["loc"]) + f" ({w['type']})" for w in wrong}
    raise Nonsense("wrong in the answer: " + ", ".join(sorted(places)[:5]))
