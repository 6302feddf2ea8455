"""The menu below the chat: menu/create, menu/get, menu/delete."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from simulators.tencent.faults import Answer
from simulators.wechat import menu as menus
from simulators.wechat.account import Account
from simulators.wechat.api.calls import call, object_of
from simulators.wechat.errors import Refused, answer
from simulators.wechat.state import State


def build_router(state: State) -> APIRouter:
    router = APIRouter(prefix="/cgi-bin/menu")

    @router.post("/create")
    async def create(request: Request) -> Response:
        async def work(account: Account) -> Answer:
            body = await object_of(request)
            code = menus.check(body)
            if not code:
                account.menu = {"button": body["button"]}
            return answer(code)

        return await call(state, request, "menu", work)

    @router.get("/get")
    async def get(request: Request) -> Response:
        async def work(account: Account) -> Answer:
            if account.menu is None:
                raise Refused(46003)
            return {"menu": account.menu}

        return await call(state, request, "menu", work)

    @router.get("/delete")
    async def delete(request: Request) -> Response:
        async def work(account: Account) -> Answer:
            account.menu = None
            return answer(0)

        return await call(state, request, "menu", work)

    return router
