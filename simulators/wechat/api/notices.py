"""Notices outside the windows: template/send, subscribe/bizsend (official accounts), subscribe/send (mini-programs).

Sources: documentation "发送模板消息", "发送订阅通知", "发送订阅消息", and of the events that follow them.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from simulators.tencent.envelope import Fields
from simulators.tencent.faults import Answer
from simulators.wechat.account import Account, Citizen
from simulators.wechat.api.calls import call, object_of
from simulators.wechat.errors import Refused, answer
from simulators.wechat.push import Pusher
from simulators.wechat.state import State
from simulators.wechat.templates import Template

# "对于同一个openid + client_msg_id, 只发送一条消息, 10分钟有效"
ONCE_SECONDS = 600.0


class Notices:
    def __init__(self, state: State) -> None:
        self._state = state
        self._pusher = Pusher(state)
        # (account, openid, client_msg_id) -> (when, msgid)
        self._sent: dict[tuple[str, str, str], tuple[float, int]] = {}

    def template(self, account: Account, body: dict[str, Any]) -> Answer:
        citizen, template = _addressed(account, body, "template")
        text = template.filled(body.get("data"))
        if not citizen.subscribed:
            raise Refused(43004)
        if citizen.consents.get(template.id, None) == 0:
            raise Refused(43101)
        key = (account.key, citizen.openid, str(body.get("client_msg_id", "")))
        before, old = self._sent.get(key, (0.0, 0))
        if key[2] and self._state.clock() - before < ONCE_SECONDS:
            # What is answered is not documented; that it is not sent again is.
            return {**answer(0), "msgid": old}
        msg_id = self._state.next_message_id()
        if key[2]:
            self._sent[key] = (self._state.clock(), msg_id)
        status = "failed:user block" if citizen.blocks else "success"
        if not citizen.blocks:
            _show(account, citizen, template, text, body)
        event: Fields = {"Event": "TEMPLATESENDJOBFINISH", "MsgID": msg_id, "Status": status}
        self._tell(account, citizen, event)
        return {**answer(0), "msgid": msg_id}

    def subscription(self, account: Account, body: dict[str, Any]) -> Answer:
        citizen, template = _addressed(account, body, "once", "long")
        text = template.filled(body.get("data"))
        left = citizen.consents.get(template.id, 0)
        if left == 0:
            raise Refused(43101)
        if left is not None:
            citizen.consents[template.id] = left - 1
        _show(account, citizen, template, text, body)
        item: Fields = {
            "TemplateId": template.id,
            "MsgID": self._state.next_message_id(),
            "ErrorCode": 0,
            "ErrorStatus": "success",
        }
        event: Fields = {"Event": "subscribe_msg_sent_event"}
        self._tell(account, citizen, event | listed(account, "SubscribeMsgSentEvent", [item]))
        return answer(0)

    def _tell(self, account: Account, citizen: Citizen, event: Fields) -> None:
        fields: Fields = {"MsgType": "event", **event}
        self._state.later(self._pusher.push(account, citizen, fields, quiet=True))


def listed(account: Account, name: str, items: list[Fields]) -> Fields:
    """The list of an event: in an element of its own in XML, bare in JSON."""
    if account.is_official or account.settings.format == "xml":
        return {name: {"List": items}}
    return {"List": items[0] if len(items) == 1 else items}


def build_router(state: State) -> APIRouter:
    router = APIRouter(prefix="/cgi-bin/message")
    notices = Notices(state)

    @router.post("/template/send")
    async def template(request: Request) -> Response:
        async def work(account: Account) -> Answer:
            if not account.is_official:
                raise Refused(48001)
            return notices.template(account, await object_of(request))

        return await call(state, request, "template", work)

    @router.post("/subscribe/bizsend")
    async def bizsend(request: Request) -> Response:
        async def work(account: Account) -> Answer:
            if not account.is_official:
                raise Refused(48001)
            return notices.subscription(account, await object_of(request))

        return await call(state, request, "subscribe", work)

    @router.post("/subscribe/send")
    async def send(request: Request) -> Response:
        async def work(account: Account) -> Answer:
            if account.is_official:
                raise Refused(48001)
            return notices.subscription(account, await object_of(request))

        return await call(state, request, "subscribe", work)

    return router


def _addressed(account: Account, body: dict[str, Any], *kinds: str) -> tuple[Citizen, Template]:
    citizen = account.citizens.get(str(body.get("touser", "")))
    if citizen is None:
        raise Refused(40003)
    template = account.templates.get(str(body.get("template_id", "")))
    if template is None or template.kind not in kinds:
        raise Refused(40037)
    page = body.get("page") or ""
    if not account.is_official and (not isinstance(page, str) or "://" in page):
        raise Refused(41030)
    return citizen, template


def _show(
    account: Account, citizen: Citizen, template: Template, text: str, body: dict[str, Any]
) -> None:
    mini = body.get("miniprogram")
    path = mini.get("pagepath", "") if isinstance(mini, dict) else ""
    target = body.get("url") or body.get("page") or ""
    data = {"title": template.title, "url": target if "://" in target else "", "path": path}
    account.show(citizen, "account", text, kind="notice", data=data)
