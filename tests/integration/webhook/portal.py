"""A portal for tests: it listens on a real port, signs what it sends, and answers as the test wants."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from core.clock import FixedClock
from core.ids import new_id
from core.webhooks import signatures

INBOX = "portal"
PATH = f"/channels/webhook/{INBOX}"


@dataclass
class Heard:
    """A notice as it came."""

    id: str
    headers: dict[str, list[str]]
    raw: bytes

    @property
    def event(self) -> dict[str, Any]:
        event: dict[str, Any] = json.loads(self.raw)
        return event


@dataclass
class Receiver:
    """The portal's callback address. `answer` decides; by default it takes everything."""

    url: str = ""
    heard: list[Heard] = field(default_factory=list)
    answer: Callable[[Heard], Awaitable[Response]] | None = None

    async def take(self, request: Request) -> Response:
        headers = {name: request.headers.getlist(name) for name in request.headers}
        heard = Heard(headers["webhook-id"][0], headers, await request.body())
        self.heard.append(heard)
        return await self.answer(heard) if self.answer is not None else Response(status_code=204)

    def always(self, status: int, **headers: str) -> None:
        async def answer(_heard: Heard) -> Response:
            return Response("<html>", status_code=status, headers=headers)

        self.answer = answer

    def events(self, type: str = "") -> list[dict[str, Any]]:
        return [each.event for each in self.heard if each.event["type"].startswith(type)]

    def texts(self) -> list[str]:
        created = self.events("message.created")
        return [event["data"]["message"]["content"].get("text", "") for event in created]


@asynccontextmanager
async def served(app: Any, **how: Any) -> AsyncIterator[str]:
    """The application on a free port; its address. `how`: more for uvicorn."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off", **how))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    routes = [Route("/{path:path}", receiver.take, methods=["GET", "POST"])]
    async with served(Starlette(routes=routes)) as url:
        receiver.url = f"{url}/bangban"
        yield receiver


@dataclass
class Sender:
    """The portal's side that speaks to us."""

    http: httpx.AsyncClient
    clock: FixedClock
    secret: str = ""

    def signed(self, payload: bytes, id: str | None = None, **change: str) -> dict[str, str]:
        made = signatures.headers(
            [self.secret], id=id or new_id(), at=self.clock.now(), payload=payload
        )
        return {**made, **change}

    async def post(
        self, event: object, *, id: str | None = None, path: str = PATH, **change: str
    ) -> httpx.Response:
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        headers = {"content-type": "application/json", **self.signed(body, id, **change)}
        return await self.http.post(path, content=body, headers=headers)

    async def say(self, text: str, *, who: str = "u-1", id: str | None = None) -> dict[str, Any]:
        """A text of a citizen that is taken; the answer."""
        return await self.does("message", who=who, id=id, content={"type": "text", "text": text})

    async def does(
        self, type: str, *, who: str = "u-1", id: str | None = None, **more: Any
    ) -> dict[str, Any]:
        response = await self.post({"type": type, "contact": {"id": who}, **more}, id=id)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        assert answer["ok"] is True
        return answer

    async def get(self, *, id: str | None = None, **query: Any) -> httpx.Response:
        target = f"{PATH}/messages?{urlencode(query)}"
        return await self.http.get(target, headers=self.signed(target.encode(), id))

    async def upload(
        self, data: bytes, name: str, kind: str, *, sha256: str, who: str = "u-1", **more: str
    ) -> httpx.Response:
        target = f"{PATH}/files?{urlencode({'contact': who, 'sha256': sha256})}"
        return await self.http.post(
            target, files={"file": (name, data, kind)}, data=more,
            headers=self.signed(target.encode()),
        )  # fmt: skip


def code_of(response: httpx.Response) -> str:
    answer = response.json()
    assert answer["ok"] is False
    code: str = answer["error"]["code"]
    return code
