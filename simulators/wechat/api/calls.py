"""What happens to every call before its own rules: ordered faults, the token, permissions, daily limits."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import Request, Response

from simulators.tencent.faults import Answer, respond
from simulators.wechat.account import Account
from simulators.wechat.errors import Refused, answer
from simulators.wechat.state import State

Work = Callable[[Account], Awaitable[Answer]]


async def open_call(
    state: State, request: Request, work: Callable[[], Awaitable[Answer]]
) -> Response:
    """A call that carries no token, such as the one that asks for it."""

    async def guarded() -> Answer:
        try:
            return await work()
        except Refused as refused:
            return answer(refused.code, refused.detail)

    return await respond(state.faults, request, guarded, answer)


async def call(state: State, request: Request, permission: str, work: Work) -> Response:
    """A call with an access token, which says whose it is."""

    async def with_account() -> Answer:
        account = account_of(state, request.query_params.get("access_token", ""))
        if permission in account.switched_off:
            raise Refused(48001)
        if not account.count(path_of(request)):
            raise Refused(45009)
        return await work(account)

    return await open_call(state, request, with_account)


def path_of(request: Request) -> str:
    return request.url.path.removeprefix(request.scope.get("root_path", ""))


def account_of(state: State, token: str) -> Account:
    account = state.by_token(token)
    if account is None:
        # Malformed or unknown: any account says the same.
        raise Refused(next(iter(state.accounts.values())).tokens.check(token, state.clock()))
    code = account.tokens.check(token, state.clock())
    if code:
        raise Refused(code)
    return account


async def object_of(request: Request) -> dict[str, Any]:
    """The JSON object of the body; raises Refused 44002 or 47001."""
    body = await request.body()
    if not body:
        raise Refused(44002)
    try:
        value = json.loads(body)
    except ValueError:
        raise Refused(47001) from None
    if not isinstance(value, dict):
        raise Refused(47001)
    return value
