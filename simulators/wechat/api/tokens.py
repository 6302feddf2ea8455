"""Access tokens: stable_token, and the old cgi-bin/token, which do not touch each other."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from simulators.wechat.account import Account
from simulators.wechat.api.calls import object_of, open_call, path_of
from simulators.wechat.errors import Refused
from simulators.wechat.state import State


def build_router(state: State) -> APIRouter:
    router = APIRouter(prefix="/cgi-bin")

    @router.post("/stable_token")
    async def stable_token(request: Request) -> Response:
        async def work() -> dict[str, Any]:
            body = await object_of(request)
            account = _known(state, request, body)
            granted = account.tokens.stable(state.clock(), force=body.get("force_refresh") is True)
            if granted is None:
                raise Refused(45009)
            return {"access_token": granted[0], "expires_in": granted[1]}

        return await open_call(state, request, work)

    @router.api_route("/token", methods=["GET", "POST"])
    async def token(request: Request) -> Response:
        async def work() -> dict[str, Any]:
            account = _known(state, request, dict(request.query_params))
            granted = account.tokens.old(state.clock())
            return {"access_token": granted[0], "expires_in": granted[1]}

        return await open_call(state, request, work)

    return router


def _known(state: State, request: Request, asked: dict[str, Any]) -> Account:
    if asked.get("grant_type") != "client_credential":
        raise Refused(40002)
    if not asked.get("appid"):
        raise Refused(41002)
    account = state.by_app_id(asked["appid"])
    if account is None:
        raise Refused(40013)
    if not asked.get("secret"):
        raise Refused(41004)
    allowed, caller = account.settings.ip_allow_list, request.client.host if request.client else ""
    if allowed and caller not in allowed:
        raise Refused(40164, caller)
    if asked["secret"] != account.settings.app_secret:
        raise Refused(40125)
    if not account.count(path_of(request)):
        raise Refused(45009)
    return account
