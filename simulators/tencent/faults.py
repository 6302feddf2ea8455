"""Misbehaviour of an API that was ordered: error codes, HTML, slowness, connections that break after the deed."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Literal

import httpx
from fastapi import Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from pydantic import BaseModel, Field
from starlette.types import Receive, Scope, Send

from simulators.tencent.clock import Now

Answer = dict[str, Any] | Response


class Fault(BaseModel):
    """What goes wrong for the next `times` calls of `path`.

    errcode: the code instead of the deed. html: a gateway's page instead of the deed. slow: the deed, and the answer
    `seconds` later. drop: the deed, and then the connection breaks, so that the caller cannot know.
    """

    path: str = "/cgi-bin/message/custom/send"
    kind: Literal["errcode", "html", "slow", "drop"] = "errcode"
    errcode: int = -1
    seconds: float = Field(0.0, ge=0, le=60)
    times: int = Field(1, ge=1)


class Called(BaseModel):
    """One call of the API. `outcome`: ok, an error code, or what went wrong by order."""

    at: float
    path: str
    outcome: str


class Faults:
    """`calls`: how often each path was asked, misbehaviour included. `log`: the last ones."""

    def __init__(self, now: Now = time.time) -> None:
        self._now = now
        self.ordered: list[Fault] = []
        self.calls: dict[str, int] = {}
        self.log: deque[Called] = deque(maxlen=200)

    def note(self, path: str, outcome: str) -> None:
        self.log.append(Called(at=self._now(), path=path, outcome=outcome))

    def take(self, path: str) -> Fault | None:
        """The next ordered fault of `path`, counted down."""
        self.calls[path] = self.calls.get(path, 0) + 1
        for fault in self.ordered:
            if fault.path == path:
                fault.times -= 1
                if not fault.times:
                    self.ordered.remove(fault)
                return fault
        return None


class Dropped(Response):
    """Promises a body and breaks off: whoever waits for it sees a connection that was lost.

    Over a socket the server closes the connection; without one (a test's transport) the exception is the caller's.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"application/json"), (b"content-length", b"64")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"{", "more_body": True})
        raise httpx.RemoteProtocolError("the stand-in was told to break the connection")


async def respond(
    faults: Faults,
    request: Request,
    work: Callable[[], Awaitable[Answer]],
    errors: Callable[[int], dict[str, Any]],
) -> Response:
    """Do the work unless a fault was ordered. `errors` makes the answer to an error code."""
    path = request.url.path.removeprefix(request.scope.get("root_path", ""))
    fault = faults.take(path)
    if fault is not None and fault.kind in ("html", "errcode"):
        faults.note(path, "html" if fault.kind == "html" else str(fault.errcode))
    if fault is not None and fault.kind == "html":
        return HTMLResponse("<html><body>502 Bad Gateway</body></html>", status_code=502)
    if fault is not None and fault.kind == "errcode":
        return JSONResponse(errors(fault.errcode))
    answer = await work()
    code = answer.get("errcode") if isinstance(answer, dict) else None
    faults.note(path, fault.kind if fault is not None else str(code or "ok"))
    if fault is not None and fault.kind == "drop":
        return Dropped()
    if fault is not None:
        await asyncio.sleep(fault.seconds)
    return answer if isinstance(answer, Response) else JSONResponse(answer)
