"""Who somebody is, for a code: jscode2session of mini-programs, access_token and userinfo of web authorisation.

Sources: documentation "小程序登录", "网页授权". These answer with the content type text/plain, unlike the rest.
"""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter, Request, Response

from simulators.wechat.account import Account
from simulators.wechat.api.calls import open_call
from simulators.wechat.codes import Code
from simulators.wechat.errors import Refused, answer
from simulators.wechat.state import State

WEB_TOKEN_SECONDS = 7200


@dataclass
class WebTokens:
    """Tokens of one citizen for one account, which are not those of the API: token -> (code, end)."""

    given: dict[str, tuple[Code, float]] = field(default_factory=dict)


def build_router(state: State) -> APIRouter:
    router = APIRouter(prefix="/sns")
    web = WebTokens()

    @router.get("/jscode2session")
    async def login(request: Request) -> Response:
        def work() -> dict[str, Any]:
            account = _known(state, request, "miniprogram")
            code = _code(state, request, account, "js_code", login=True)
            citizen = account.citizen(code.openid)
            # No errcode when all is well, whatever the documentation shows.
            return {
                "session_key": base64.b64encode(secrets.token_bytes(16)).decode(),
                "openid": citizen.openid,
                **account.union_id(citizen),
            }

        return await _told(state, request, work)

    @router.get("/oauth2/access_token")
    async def access_token(request: Request) -> Response:
        def work() -> dict[str, Any]:
            account = _known(state, request, "official")
            code = _code(state, request, account, "code", login=False)
            citizen = account.citizen(code.openid)
            token = secrets.token_urlsafe(80)
            web.given[token] = (code, state.clock() + WEB_TOKEN_SECONDS)
            # "unionid ... 只有当scope为snsapi_userinfo时返回"
            union = account.union_id(citizen) if code.scope == "snsapi_userinfo" else {}
            return {
                "access_token": token,
                "expires_in": WEB_TOKEN_SECONDS,
                "refresh_token": secrets.token_urlsafe(80),
                "openid": citizen.openid,
                "scope": code.scope,
                **union,
            }

        return await _told(state, request, work)

    @router.get("/userinfo")
    async def userinfo(request: Request) -> Response:
        def work() -> dict[str, Any]:
            query = request.query_params
            code, end = web.given.get(query.get("access_token", ""), (None, 0.0))
            if code is None:
                raise Refused(40001)
            if end <= state.clock():
                raise Refused(42001)
            if code.scope != "snsapi_userinfo":
                raise Refused(48001)
            account = state.by_app_id(code.app_id)
            if account is None or query.get("openid") != code.openid:
                raise Refused(40003)
            citizen = account.citizen(code.openid)
            return {
                "openid": citizen.openid,
                "nickname": account.person(citizen).name,
                "sex": 0,
                "language": "",
                "city": "",
                "province": "",
                "country": "",
                "headimgurl": "",
                "privilege": [],
                **account.union_id(citizen),
            }

        return await _told(state, request, work)

    return router


async def _told(state: State, request: Request, work: Any) -> Response:
    async def as_text() -> Response:
        try:
            told = work()
        except Refused as refused:
            told = answer(refused.code, refused.detail)
        return Response(json.dumps(told, ensure_ascii=False), media_type="text/plain")

    return await open_call(state, request, as_text)


def _known(state: State, request: Request, kind: str) -> Account:
    query = request.query_params
    if query.get("grant_type") != "authorization_code":
        raise Refused(40002)
    if not query.get("appid"):
        raise Refused(41002)
    account = state.by_app_id(query["appid"])
    if account is None or account.settings.kind != kind:
        raise Refused(40013)
    if not query.get("secret"):
        raise Refused(41004)
    if query["secret"] != account.settings.app_secret:
        raise Refused(40125)
    return account


def _code(state: State, request: Request, account: Account, name: str, *, login: bool) -> Code:
    given = request.query_params.get(name, "")
    if not given:
        raise Refused(41008)
    found = state.codes.take(given, account.settings.app_id, state.clock(), login=login)
    if isinstance(found, int):
        raise Refused(found)
    return found
