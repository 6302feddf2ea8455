"""The API of 微信客服 as far as the product calls it: token, sync_msg, sending, session states, customers."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from starlette.background import BackgroundTask

from simulators.tencent.faults import respond
from simulators.wecom import media, sending
from simulators.wecom.push import Pusher
from simulators.wecom.rules import BOT, ENDED, MESSAGES, NEW, WINDOW_SECONDS
from simulators.wecom.settings import WeComSettings
from simulators.wecom.state import Citizen, State

Work = Callable[[dict[str, Any]], dict[str, Any] | Response]


def answer(code: int) -> dict[str, Any]:
    return {"errcode": code, "errmsg": MESSAGES.get(code, "error")}


def build_router(state: State, settings: WeComSettings, pusher: Pusher) -> APIRouter:
    router = APIRouter()
    router.include_router(media.build_router(state, answer))

    def call(path: str, work: Work) -> None:
        """A POST with a token and an object."""

        async def handle(request: Request, access_token: str = "") -> Response:
            async def checked() -> dict[str, Any] | Response:
                code = state.tokens.check(access_token, state.now())
                if code:
                    return answer(code)
                body = _object(await request.body())
                return answer(47001) if body is None else work(body)

            return await respond(state.faults, request, checked, answer)

        router.add_api_route(f"/cgi-bin/kf/{path}", handle, methods=["POST"])

    @router.get("/cgi-bin/gettoken")
    async def gettoken(request: Request, corpid: str = "", corpsecret: str = "") -> Response:
        async def work() -> dict[str, Any]:
            if corpid != settings.corp_id:
                return answer(40013)
            if not secrets.compare_digest(corpsecret.encode(), settings.secret.encode()):
                return answer(40001)
            token, seconds = state.tokens.get(state.now())
            return answer(0) | {"access_token": token, "expires_in": seconds}

        return await respond(state.faults, request, work, answer)

    call("account/list", lambda body: accounts(state, settings, body))
    call("sync_msg", lambda body: sync_msg(state, settings, body))
    call("send_msg", lambda body: send_msg(state, pusher, body))
    call("send_msg_on_event", lambda body: send_on_event(state, body))
    call("service_state/get", lambda body: get_state(state, body))
    call("service_state/trans", lambda body: trans_state(state, body))
    call("customer/batchget", lambda body: customers(state, body))
    return router


def accounts(state: State, settings: WeComSettings, body: dict[str, Any]) -> dict[str, Any]:
    """The 客服账号 the app looks after: 94661 (获取客服账号列表)."""
    offset, limit = body.get("offset", 0), body.get("limit", 100)
    if not isinstance(offset, int) or not isinstance(limit, int) or not 1 <= limit <= 100:
        return answer(40058)
    page = state.accounts[offset : offset + limit]
    rows = [{"open_kfid": each, "name": settings.name, "avatar": ""} for each in page]
    return answer(0) | {"account_list": rows}


def sync_msg(state: State, settings: WeComSettings, body: dict[str, Any]) -> dict[str, Any]:
    open_kfid, cursor = body.get("open_kfid"), body.get("cursor") or ""
    limit, token = body.get("limit", 1000), body.get("token") or ""
    if open_kfid not in state.accounts:
        return answer(95000)
    if not isinstance(limit, int) or not 0 < limit <= 1000 or not isinstance(cursor, str):
        return answer(40058)
    if token:
        if state.callback_tokens.get(token, 0.0) <= state.now():
            return answer(95007)
    elif _too_often(state, settings):
        return answer(45009)
    # The documentation names no code for a cursor it does not know; a wrong parameter is 40058 everywhere.
    number = state.number_of(open_kfid, cursor) if cursor else 0
    if number is None or len(cursor) > 64:
        return answer(40058)
    items, last, more = state.page(open_kfid, number, limit)
    next_cursor = state.cursor_of(open_kfid, last)
    return answer(0) | {"next_cursor": next_cursor, "has_more": int(more), "msg_list": items}


def send_msg(state: State, pusher: Pusher, body: dict[str, Any]) -> dict[str, Any] | Response:
    open_kfid, citizen = body.get("open_kfid"), _citizen(state, body, "touser")
    if open_kfid not in state.accounts:
        return answer(95000)
    if citizen is None:
        return answer(40003)
    code = sending.check_id(body)
    shown: dict[str, Any] = {}
    if not code:
        code, shown = sending.parse(state, body)
    code = code or citizen.session.may_send(state.now())
    if code:
        return answer(code)
    citizen.session.left -= 1
    msgid = body.get("msgid") or secrets.token_hex(16)
    done = answer(0) | {"msgid": msgid}
    if not state.fail_next:
        sending.deliver(state, citizen, shown, msgid)
        return done
    # Taken, and then not delivered: what errcode 0 does not promise.
    event = {"fail_msgid": msgid, "fail_type": state.fail_next.popleft()}
    pusher.record_event(open_kfid, citizen, "msg_send_fail", event)
    return JSONResponse(done, background=BackgroundTask(pusher.push, open_kfid))


def send_on_event(state: State, body: dict[str, Any]) -> dict[str, Any]:
    code = sending.check_id(body)
    if code:
        return answer(code)
    code, shown = sending.parse(state, body, kinds=frozenset({"text", "msgmenu"}))
    if code:
        return answer(code)
    # Used up by whoever comes first, also when it is too late.
    grant = state.codes.pop(str(body.get("code", "")), None)
    if grant is None or grant.ends <= state.now():
        return answer(40058)
    citizen = state.citizen(grant.citizen)
    if grant.state is not None and citizen.session.state != grant.state:
        return answer(95018)
    msgid = body.get("msgid") or secrets.token_hex(16)
    if grant.state is None:
        citizen.session.welcomed_at = state.now()
    sending.deliver(state, citizen, shown, msgid)
    return answer(0) | {"msgid": msgid}


def get_state(state: State, body: dict[str, Any]) -> dict[str, Any]:
    citizen = _citizen(state, body, "external_userid")
    if body.get("open_kfid") not in state.accounts or citizen is None:
        return answer(95000 if citizen is not None else 40003)
    session = citizen.session
    over = session.last_message_at is None or (
        state.now() - session.last_message_at >= WINDOW_SECONDS
    )
    return answer(0) | {
        "service_state": ENDED if over else session.state,
        "servicer_userid": session.servicer,
    }


def trans_state(state: State, body: dict[str, Any]) -> dict[str, Any]:
    citizen = _citizen(state, body, "external_userid")
    if body.get("open_kfid") not in state.accounts or citizen is None:
        return answer(95000 if citizen is not None else 40003)
    wanted = body.get("service_state")
    if not isinstance(wanted, int) or wanted not in range(NEW, ENDED + 1):
        return answer(40058)
    code = citizen.session.trans(wanted, str(body.get("servicer_userid") or ""), state.now())
    if code:
        return answer(code)
    given = answer(0)
    if wanted != BOT:
        key = (str(body["open_kfid"]), citizen.external_userid)
        given["msg_code"] = state.new_code(key, state=wanted)
    return given


def customers(state: State, body: dict[str, Any]) -> dict[str, Any]:
    wanted = body.get("external_userid_list")
    if not isinstance(wanted, list) or not 1 <= len(wanted) <= 100:
        return answer(40058)
    found, unknown = [], []
    for each in wanted:
        known = next((c for c in state.citizens.values() if c.external_userid == each), None)
        if known is None:
            unknown.append(each)
            continue
        row = {"external_userid": each, "nickname": known.nickname, "avatar": "", "gender": 0}
        # Only corps that have bound an official account or a mini-program get it.
        found.append(row | ({"unionid": known.unionid} if state.known_unionids else {}))
    return answer(0) | {"customer_list": found, "invalid_external_userid": unknown}


def _citizen(state: State, body: dict[str, Any], name: str) -> Citizen | None:
    return state.citizens.get((str(body.get("open_kfid", "")), str(body.get(name, ""))))


def _too_often(state: State, settings: WeComSettings) -> bool:
    now = state.now()
    while state.untokened and state.untokened[0] <= now - 60:
        state.untokened.popleft()
    if len(state.untokened) >= settings.untokened_per_minute:
        return True
    state.untokened.append(now)
    return False


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(body)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
