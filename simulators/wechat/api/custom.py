"""Customer-service messages and the sign that somebody is typing.

Sources: documentation "发送客服消息" and "客服输入状态".
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from simulators.tencent.faults import Answer
from simulators.wechat import messages
from simulators.wechat.account import Account, Citizen
from simulators.wechat.api.calls import call, object_of
from simulators.wechat.errors import Refused, answer
from simulators.wechat.state import State

TYPING_SECONDS = 15.0
# Whoever sent the last message, it may be no older.
TYPING_AFTER_MESSAGE_SECONDS = 30.0


def build_router(state: State) -> APIRouter:
    router = APIRouter(prefix="/cgi-bin/message/custom")

    async def send(request: Request) -> Response:
        async def work(account: Account) -> Answer:
            return answer(deliver(account, await object_of(request)))

        return await call(state, request, "custom", work)

    async def typing(request: Request) -> Response:
        async def work(account: Account) -> Answer:
            return answer(_type(account, await object_of(request)))

        return await call(state, request, "custom", work)

    router.add_api_route("/send", send, methods=["POST"], response_model=None)
    router.add_api_route("/typing", typing, methods=["POST"], response_model=None)
    # What the documentation of mini-programs calls them since 2023.
    router.add_api_route("/business/send", send, methods=["POST"], response_model=None)
    router.add_api_route("/business/typing", typing, methods=["POST"], response_model=None)
    return router


def deliver(account: Account, body: dict[str, Any]) -> int:
    """Put a message into the citizen's chat; the error code."""
    try:
        citizen = _receiver(account, body)
        bubble = messages.read(account, body)
    except Refused as refused:
        return refused.code
    code = _closed(account, citizen) or citizen.quota.spend(account.clock())
    if code:
        return code
    citizen.typing_until = 0.0
    account.show(
        citizen, "account", bubble.text,
        menu=bubble.menu, tail=bubble.tail, kind=bubble.kind, data=bubble.data,
    )  # fmt: skip
    return 0


def _receiver(account: Account, body: dict[str, Any]) -> Citizen:
    citizen = account.citizens.get(str(body.get("touser", "")))
    if citizen is None:
        raise Refused(40003)
    return citizen


def _closed(account: Account, citizen: Citizen) -> int:
    """45015 says it itself: "… or subscription is canceled". A mini-program is not followed."""
    return 45015 if account.is_official and not citizen.subscribed else 0


def _type(account: Account, body: dict[str, Any]) -> int:
    citizen, now = _receiver(account, body), account.clock()
    command = body.get("command")
    if command not in ("Typing", "CancelTyping"):
        return 45072
    # "如果不满足发送客服消息的触发条件，则无法下发输入状态": with which code is not said; that of a message is taken.
    code = _closed(account, citizen) or citizen.quota.check(now)
    if code:
        return code
    if command == "CancelTyping":
        citizen.typing_until = 0.0
        return 0
    if citizen.typing_until > now:
        return 45081
    if now - citizen.last_exchange_at > TYPING_AFTER_MESSAGE_SECONDS:
        return 45080
    citizen.typing_until = now + TYPING_SECONDS
    return 0
