"""Security headers on every answer; bodies cut off at the limit, whatever the application does meanwhile."""

from __future__ import annotations

import json
from collections.abc import MutableMapping
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI
from starlette.requests import ClientDisconnect

from app.middleware import BodyLimit, PlainAddress, SecurityHeaders, larger_bodies
from core.uploads import FORM_OVERHEAD, takes_file

Message = MutableMapping[str, Any]


class Exchange:
    """One HTTP request handed to an application, and what it answered."""

    def __init__(self, *chunks: bytes, headers: list[tuple[bytes, bytes]] | None = None) -> None:
        self.scope: Message = {
            "type": "http",
            "method": "POST",
            "path": "/",
            "headers": headers or [],
        }
        self.sent: list[Message] = []
        self._messages = [
            {"type": "http.request", "body": chunk, "more_body": i + 1 < len(chunks)}
            for i, chunk in enumerate(chunks)
        ]

    async def receive(self) -> Message:
        return self._messages.pop(0) if self._messages else {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self.sent.append(message)

    @property
    def statuses(self) -> list[int]:
        return [m["status"] for m in self.sent if m["type"] == "http.response.start"]

    def header(self, name: str) -> list[bytes]:
        start = next(m for m in self.sent if m["type"] == "http.response.start")
        return [value for key, value in start["headers"] if key.lower() == name.encode()]


async def read_all(scope: Message, receive: Any, send: Any) -> None:
    """Reads its whole body, then says how long it was; raises what Starlette does when the client leaves."""
    size = 0
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect()
        size += len(message["body"])
        more = message["more_body"]
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(size).encode()})


async def test_a_body_up_to_the_limit_passes() -> None:
    exchange = Exchange(b"a" * 6, b"b" * 4)
    await BodyLimit(read_all, limit=10)(exchange.scope, exchange.receive, exchange.send)
    assert exchange.statuses == [200]
    assert exchange.sent[-1]["body"] == b"10"


@pytest.mark.parametrize("length", [b"11", b"-1", b"1e9", b"", b"99999999999999999999"])
async def test_a_declared_length_beyond_the_limit_is_refused_before_reading(length: bytes) -> None:
    exchange = Exchange(b"a", headers=[(b"content-length", length)])
    await BodyLimit(read_all, limit=10)(exchange.scope, exchange.receive, exchange.send)
    assert exchange.statuses == [413]
    assert json.loads(exchange.sent[-1]["body"])["error"]["code"] == "body_too_large"


async def test_a_body_that_grows_past_the_limit_is_refused_though_the_application_raises() -> None:
    exchange = Exchange(b"a" * 6, b"b" * 6, b"c" * 6)
    await BodyLimit(read_all, limit=10)(exchange.scope, exchange.receive, exchange.send)
    assert exchange.statuses == [413]


async def test_an_answer_that_had_begun_is_not_begun_again() -> None:
    async def eager(scope: Message, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await read_all(scope, receive, send)

    exchange = Exchange(b"a" * 6, b"b" * 6)
    with pytest.raises(ClientDisconnect):
        await BodyLimit(eager, limit=10)(exchange.scope, exchange.receive, exchange.send)
    assert exchange.statuses == [200]


async def test_an_error_of_the_application_is_its_own_matter() -> None:
    async def broken(scope: Message, receive: Any, send: Any) -> None:
        raise RuntimeError("broken")

    exchange = Exchange(b"a")
    with pytest.raises(RuntimeError, match="broken"):
        await BodyLimit(broken, limit=10)(exchange.scope, exchange.receive, exchange.send)


async def test_security_headers_are_added_and_those_of_the_application_kept() -> None:
    async def own(scope: Message, receive: Any, send: Any) -> None:
        headers = [(b"Referrer-Policy", b"no-referrer"), (b"content-type", b"text/plain")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    exchange = Exchange()
    await SecurityHeaders(own)(exchange.scope, exchange.receive, exchange.send)
    assert exchange.header("referrer-policy") == [b"no-referrer"]
    assert exchange.header("x-content-type-options") == [b"nosniff"]
    [policy] = exchange.header("content-security-policy")
    assert b"script-src 'self';" in policy
    assert b"frame-ancestors 'self'" in policy


async def test_sockets_and_lifespan_pass_untouched() -> None:
    seen: list[str] = []

    async def note(scope: Message, receive: Any, send: Any) -> None:
        seen.append(scope["type"])

    for kind in ("websocket", "lifespan"):
        exchange = Exchange()
        exchange.scope["type"] = kind
        stack = SecurityHeaders(BodyLimit(note, limit=1))
        await stack(exchange.scope, exchange.receive, exchange.send)
    assert seen == ["websocket", "lifespan"]


def app_with_upload() -> FastAPI:
    router = APIRouter(prefix="/things")

    @router.post("/{thing}/files")
    @takes_file(100)
    async def upload(thing: str) -> None: ...

    app = FastAPI()
    app.include_router(router, prefix="/api")
    return app


@pytest.mark.parametrize(
    ("method", "path", "size", "statuses"),
    [
        ("POST", "/api/things/a/files", 100 + FORM_OVERHEAD, [200]),
        ("POST", "/api/things/a/files", 101 + FORM_OVERHEAD, [413]),
        ("PUT", "/api/things/a/files", 100, [413]),
        ("POST", "/api/things/a/files/b", 100, [413]),
        ("POST", "/api/things/a%2Ffiles", 100, [413]),
        ("POST", "/", 100, [413]),
    ],
)
async def test_only_the_route_that_declared_it_takes_a_larger_body(
    method: str, path: str, size: int, statuses: list[int]
) -> None:
    exchange = Exchange(b"x" * size)
    exchange.scope |= {"method": method, "path": path}
    limited = BodyLimit(read_all, limit=10, larger=list(larger_bodies(app_with_upload())))
    await limited(exchange.scope, exchange.receive, exchange.send)
    assert exchange.statuses == statuses


async def test_no_nul_reaches_the_application_in_an_address() -> None:
    seen: Message = {}

    async def app(scope: Message, _receive: Any, _send: Any) -> None:
        seen.update(scope)

    exchange = Exchange()
    exchange.scope |= {"path": "/inboxes/we\0b", "query_string": b"q=%00a%2500&b=1\0"}
    await PlainAddress(app)(exchange.scope, exchange.receive, exchange.send)
    assert (seen["path"], seen["query_string"]) == ("/inboxes/web", b"q=a%2500&b=1")
