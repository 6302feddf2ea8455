"""WeChat's own API, as far as the product calls it: stable_token, custom/send, custom/typing, menu."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from simulators.wechat import menu as menus
from simulators.wechat.settings import WeChatSettings
from simulators.wechat.state import Citizen, State

MAX_TEXT_BYTES = 2048
TYPING_SECONDS = 15.0
# Typing may be shown within 30 s of the citizen's last message: documentation of custom/typing.
TYPING_AFTER_MESSAGE_SECONDS = 30.0

MESSAGES = {
    0: "ok",
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest",
    40002: "invalid grant_type",
    40003: "invalid openid",
    40008: "invalid message type",
    40013: "invalid appid",
    40016: "invalid button size",
    40017: "invalid button type",
    40018: "invalid button name size",
    40019: "invalid button key size",
    40020: "invalid button url size",
    40022: "invalid sub button level",
    40023: "invalid sub button size",
    40024: "invalid sub button type",
    40025: "invalid sub button name size",
    40026: "invalid sub button key size",
    40027: "invalid sub button url size",
    40125: "invalid appsecret",
    40200: "invalid account type",
    41001: "access_token missing",
    42001: "access_token expired",
    43004: "require subscribe",
    44004: "empty content",
    45002: "content size out of limit",
    45009: "reach max api daily quota limit",
    45015: "response out of time limit or subscription is canceled",
    45047: "out of response count limit",
    45072: "invalid command",
    46003: "menu no exist",
    45080: "command only valid within 30 seconds of a message",
    45081: "already in typing",
    47001: "data format error",
}


def build_router(state: State, settings: WeChatSettings) -> APIRouter:
    router = APIRouter(prefix="/cgi-bin")

    @router.post("/stable_token")
    async def stable_token(request: Request) -> Response:
        async def work() -> dict[str, Any]:
            body = _object(await request.body())
            if body is None:
                return _answer(47001)
            if body.get("grant_type") != "client_credential":
                return _answer(40002)
            if body.get("appid") != settings.app_id:
                return _answer(40013)
            if body.get("secret") != settings.app_secret:
                return _answer(40125)
            granted = state.tokens.stable(state.now(), force=body.get("force_refresh") is True)
            if granted is None:
                return _answer(45009)
            return {"access_token": granted[0], "expires_in": granted[1]}

        return await _respond(state, request, work)

    @router.post("/message/custom/send")
    async def send(request: Request, access_token: str = "") -> Response:
        async def work() -> dict[str, Any]:
            code = state.tokens.check(access_token, state.now())
            if code:
                return _answer(code)
            body = _object(await request.body())
            return _answer(47001 if body is None else deliver(state, settings, body))

        return await _respond(state, request, work)

    @router.post("/message/custom/typing")
    async def typing(request: Request, access_token: str = "") -> Response:
        async def work() -> dict[str, Any]:
            code = state.tokens.check(access_token, state.now())
            if code:
                return _answer(code)
            body = _object(await request.body())
            return _answer(47001 if body is None else _type(state, body))

        return await _respond(state, request, work)

    @router.post("/menu/create")
    async def create_menu(request: Request, access_token: str = "") -> Response:
        async def work() -> dict[str, Any]:
            code = state.tokens.check(access_token, state.now())
            if code:
                return _answer(code)
            body = _object(await request.body())
            code = 47001 if body is None else menus.check(body)
            if body is not None and not code:
                state.menu = {"button": body["button"]}
            return _answer(code)

        return await _respond(state, request, work)

    @router.get("/menu/get")
    async def get_menu(request: Request, access_token: str = "") -> Response:
        async def work() -> dict[str, Any]:
            code = state.tokens.check(access_token, state.now())
            if code:
                return _answer(code)
            return _answer(46003) if state.menu is None else {"menu": state.menu}

        return await _respond(state, request, work)

    @router.get("/menu/delete")
    async def delete_menu(request: Request, access_token: str = "") -> Response:
        async def work() -> dict[str, Any]:
            code = state.tokens.check(access_token, state.now())
            if not code:
                state.menu = None
            return _answer(code)

        return await _respond(state, request, work)

    return router


async def _respond(state: State, request: Request, work: Any) -> Response:
    """Do the work unless a fault was ordered. A slow answer is slow after the deed, as it is in life."""
    path = request.url.path.removeprefix(request.scope.get("root_path", ""))
    fault = state.take_fault(path)
    if fault is not None and fault.kind == "html":
        return HTMLResponse("<html><body>502 Bad Gateway</body></html>", status_code=502)
    if fault is not None and fault.kind == "errcode":
        return JSONResponse(_answer(fault.errcode))
    answer = await work()
    if fault is not None:
        await asyncio.sleep(fault.seconds)
    return JSONResponse(answer)


def deliver(state: State, settings: WeChatSettings, body: dict[str, Any]) -> int:
    """Put a message into the citizen's chat; the error code."""
    citizen = state.citizens.get(str(body.get("touser", "")))
    if citizen is None:
        return 40003
    match body.get("msgtype"):
        case "text":
            code, text, menu, tail = _text(body)
        case "msgmenu" if not settings.menus:
            return 40200
        case "msgmenu":
            code, text, menu, tail = _menu(body)
        case _:
            return 40008
    if code:
        return code
    if not citizen.subscribed:
        return 43004
    code = citizen.quota.spend(state.now())
    if code:
        return code
    citizen.typing_until = 0.0
    state.show(citizen, "account", text, menu=menu, tail=tail)
    return 0


Parsed = tuple[int, str, list[tuple[str, str]], str]


def _text(body: dict[str, Any]) -> Parsed:
    part = body.get("text")
    content = part.get("content") if isinstance(part, dict) else None
    if not isinstance(content, str):
        return 47001, "", [], ""
    if not content:
        return 44004, "", [], ""
    return (45002 if len(content.encode()) > MAX_TEXT_BYTES else 0), content, [], ""


def _menu(body: dict[str, Any]) -> Parsed:
    part = body.get("msgmenu")
    items = part.get("list") if isinstance(part, dict) else None
    if not isinstance(part, dict) or not isinstance(items, list) or not items:
        return 47001, "", [], ""
    menu: list[tuple[str, str]] = []
    for item in items:
        if not isinstance(item, dict) or not item.get("id") or not item.get("content"):
            return 47001, "", [], ""
        menu.append((str(item["id"]), str(item["content"])))
    head, tail = str(part.get("head_content", "")), str(part.get("tail_content", ""))
    size = len("".join([head, tail, *(label for _, label in menu)]).encode())
    return (45002 if size > MAX_TEXT_BYTES else 0), head, menu, tail


def _type(state: State, body: dict[str, Any]) -> int:
    citizen: Citizen | None = state.citizens.get(str(body.get("touser", "")))
    now = state.now()
    if citizen is None:
        return 40003
    match body.get("command"):
        case "Typing" if citizen.typing_until > now:
            return 45081
        case "Typing" if now - citizen.last_message_at > TYPING_AFTER_MESSAGE_SECONDS:
            return 45080
        case "Typing":
            citizen.typing_until = now + TYPING_SECONDS
        case "CancelTyping":
            citizen.typing_until = 0.0
        case _:
            return 45072
    return 0


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(body)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _answer(code: int) -> dict[str, Any]:
    return {"errcode": code, "errmsg": MESSAGES.get(code, "error")}
