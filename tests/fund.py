"""The fund's stand-in in this process and the real adapter that asks it, with a clock that moves only when told to.

Used instead of a fake: what the tests of tasks see is what the contract test holds against docs/business-api.yaml.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from actions.business.breaker import CircuitBreaker
from actions.business.caller import WHOLE_SECONDS, Caller
from actions.business.http import HttpBusinessGateway
from core.clock import FixedClock
from core.conversation.business import Identity
from simulators.fund.app import FundSettings, build_app

# A Monday in the morning, Chinese time, with ten workdays before the next holiday.
MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
KEY = "key-of-the-tests"

# The stand-in's people with fixed data: name -> identity number.
PEOPLE = {
    "张示例": "999999198805120013",  # pays regularly
    "李样本": "999999199211030023",  # gaps, some of them made good
    "王演示": "999999199002200030",  # a loan that lacks papers
    "赵模拟": "999999198508080043",  # a loan paid out
    "陈测试": "999999199604010058",  # a withdrawal under way
    "刘虚构": "999999198712250062",  # a withdrawal rejected
    "孙封存": "999999198306300079",  # sealed
    "周无机": "999999197909090088",  # no phone on file
    "吴灵活": "999999199107170093",  # social insurance only
    "郑新开": "99999920010131010X",  # three months
    "冯退休": "999999196703150124",  # closed
    "褚补件": "999999199410100119",  # a withdrawal that lacks papers
    "卫转入": "999999198903030134",  # a loan approved
    "蒋冻结": "99999919800229014X",  # frozen
}


async def _no_pause(_: float) -> None:
    return None


@dataclass
class FundStand:
    """`gateway` is the product's; `raw` asks the stand-in without it."""

    gateway: HttpBusinessGateway
    raw: httpx.AsyncClient
    clock: FixedClock
    breaker: CircuitBreaker

    async def newest_code(self) -> str:
        """The code in the text message that was sent last."""
        return str((await self.raw.get("/sms")).json()[0]["code"])

    async def identify(self, name: str) -> Identity:
        """The whole identity check of one of PEOPLE."""
        challenge = await self.gateway.start_identity_check(name, PEOPLE[name])
        return await self.gateway.confirm_identity_check(challenge.id, await self.newest_code())

    async def order(self, kind: str, **fault: Any) -> None:
        """Misbehaviour of the next call: slow, down, nonsense or refuse; see simulators/fund/faults.py."""
        (await self.raw.post("/faults", json={"kind": kind, **fault})).raise_for_status()

    async def calls(self, path: str) -> int:
        """How often the stand-in was asked for `path`, such as /v1/halls."""
        return int((await self.raw.get("/faults")).json()["calls"].get(path, 0))


class _Watched(httpx.AsyncBaseTransport):
    """Passes calls on and keeps what was asked and answered."""

    def __init__(self, inner: httpx.AsyncBaseTransport, seen: list[httpx.Response]) -> None:
        self._inner, self._seen = inner, seen

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        content = b"".join([part async for part in response.aiter_raw()])
        await response.aclose()
        whole = httpx.Response(
            response.status_code, headers=response.headers, content=content, request=request
        )
        self._seen.append(whole)
        return httpx.Response(
            response.status_code,
            headers=response.headers,
            stream=httpx.ByteStream(content),
            request=request,
        )

    async def aclose(self) -> None:
        await self._inner.aclose()


class Port:
    """A real server on a free port for the length of several tests; each of them brings its own stand-in."""

    def __init__(self) -> None:
        self.app: FastAPI | None = None
        self.base = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self.app is not None
        await self.app(scope, receive, send)

    @contextmanager
    def served(self) -> Iterator[Port]:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            # Connections wait in the socket's queue until the server takes them.
            listener.listen()
            self.base = f"http://127.0.0.1:{listener.getsockname()[1]}"
            server = uvicorn.Server(uvicorn.Config(self, log_level="warning", lifespan="off"))
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
            thread.start()
            try:
                yield self
            finally:
                server.should_exit = True
                thread.join()


@asynccontextmanager
async def fund_stand(
    at: datetime = MONDAY,
    *,
    port: Port | None = None,
    seen: list[httpx.Response] | None = None,
    whole_seconds: float = WHOLE_SECONDS,
) -> AsyncIterator[FundStand]:
    """A stand-in with nobody checked and nothing booked. `port`: over HTTP; `seen`: every answer, in order."""
    clock = FixedClock(at)
    app = build_app(FundSettings(api_key=KEY, seed=2026), now=lambda: clock.now().timestamp())
    breaker = CircuitBreaker(now=lambda: clock.now().timestamp())
    here = httpx.ASGITransport(app)
    transport: httpx.AsyncBaseTransport = here
    base = "http://fund.test"
    if port is not None:
        port.app, base = app, port.base
        # Reading certificates for a client that needs none takes longer than a test.
        transport = httpx.AsyncHTTPTransport(verify=False)
    if seen is not None:
        transport = _Watched(transport, seen)
    async with (
        httpx.AsyncClient(transport=transport, trust_env=False) as client,
        httpx.AsyncClient(transport=here, base_url="http://fund.test", trust_env=False) as raw,
    ):
        caller = Caller(
            base, client, api_key=KEY, breaker=breaker, pause=_no_pause, whole_seconds=whole_seconds
        )
        yield FundStand(HttpBusinessGateway(caller), raw, clock, breaker)
