"""ASGI middleware: security headers on every answer, and what a request may carry, in its body and its address."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator, MutableMapping, Sequence
from typing import Any, NamedTuple

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.requests import ClientDisconnect
from starlette.routing import compile_path

from core.uploads import BODY_LIMIT_ATTRIBUTE

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

# Our own pages run under the policy we ask our customers' sites to be able to keep.
_POLICY = (
    "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data: blob: https:; "
    "media-src 'self' blob:; object-src 'none'; "
    "style-src 'self' 'unsafe-inline'; script-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors "
)


def page_policy(frame_ancestors: Sequence[str] = ("'self'",)) -> str:
    """The Content-Security-Policy of our pages. `frame_ancestors`: whose pages may show them in a frame."""
    return _POLICY + " ".join(frame_ancestors)


_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"content-security-policy", page_policy().encode()),
    (b"permissions-policy", b"interest-cohort=()"),
]


class SecurityHeaders:
    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message.get("headers", [])}
                extra = [(name, value) for name, value in _HEADERS if name not in present]
                message["headers"] = [*message.get("headers", []), *extra]
            await send(message)

        await self._app(scope, receive, send_with_headers)


class PlainAddress:
    """Takes NULs out of paths and queries: no text of ours holds one, and PostgreSQL ends such a query in an error."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope["path"] = scope["path"].replace("\0", "")
            scope["query_string"] = scope["query_string"].replace(b"%00", b"").replace(b"\0", b"")
        await self._app(scope, receive, send)


class LargerBody(NamedTuple):
    """A route that takes more than the usual limit: its method, its whole path, and the bytes it takes."""

    method: str
    path: re.Pattern[str]
    limit: int


def larger_bodies(app: FastAPI) -> Iterator[LargerBody]:
    """The routes of `app` that declared a limit of their own (core.uploads.takes_file)."""
    for route in iter_route_contexts(app.routes):
        limit = getattr(route.endpoint, BODY_LIMIT_ATTRIBUTE, None)
        if limit is not None:
            pattern, _, _ = compile_path(route.path or "")
            for method in route.methods or ():
                yield LargerBody(method, pattern, limit)


class BodyLimit:
    """Answers 413 as soon as a body is, or says it is, larger than `limit` bytes, or than its route's own limit."""

    def __init__(self, app: App, limit: int, larger: Sequence[LargerBody] = ()) -> None:
        self._app = app
        self._limit = limit
        self._larger = larger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._limit_of(scope)
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if not declared.isdigit() or int(declared) > limit:
            await self._refuse(send)
            return
        seen = 0
        refused = begun = False

        async def limited() -> Message:
            nonlocal seen, refused
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:
                # An answer that has begun can only be broken off.
                refused = not begun
                # The application is told that the client went away; it never sees the rest.
                return {"type": "http.disconnect"}
            return message

        async def guarded(message: Message) -> None:
            nonlocal begun
            if not refused:
                begun = True
                await send(message)

        try:
            await self._app(scope, limited, guarded)
        except ClientDisconnect:
            if not refused:
                raise
        if refused:
            await self._refuse(send)

    def _limit_of(self, scope: Scope) -> int:
        for route in self._larger:
            if scope["method"] == route.method and route.path.fullmatch(scope["path"]):
                return route.limit
        return self._limit

    async def _refuse(self, send: Send) -> None:
        body = '{"error":{"code":"body_too_large","message":"提交的内容太大了。","details":{}}}'.encode()
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
        ]
        await send({"type": "http.response.start", "status": 413, "headers": headers})
        await send({"type": "http.response.body", "body": body})
