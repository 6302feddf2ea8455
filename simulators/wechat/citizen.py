"""The citizen's side: say something, follow the account, see the chat. And what tests need to control."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path
from pydantic import BaseModel, ConfigDict, Field

from simulators.wechat.push import Pushed, Pusher
from simulators.wechat.settings import Mode, WeChatSettings
from simulators.wechat.state import Fault, Shown, State

OpenId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_\-]{6,64}$")]
EVENT_WINDOWS = {"subscribe": "subscribe", "SCAN": "scan", "CLICK": "click"}


class Say(BaseModel):
    """`menu_id`: an item was tapped. `msg_id`: send an earlier push again."""

    model_config = ConfigDict(extra="forbid")

    openid: OpenId
    text: str = Field(min_length=1)
    menu_id: str = ""
    msg_id: str = ""


class Do(BaseModel):
    """An event: subscribe, unsubscribe, SCAN, CLICK, ..."""

    model_config = ConfigDict(extra="forbid")

    openid: OpenId
    event: str = Field(min_length=1)
    event_key: str = ""


class SetMode(BaseModel):
    mode: Mode


class Account(BaseModel):
    """What the account's owner would read in WeChat's console, to connect the product by hand."""

    callback_url: str
    app_id: str
    app_secret: str
    token: str
    aes_key: str
    mode: Mode


class Result(BaseModel):
    msg_id: str
    attempts: int
    accepted: bool


class Chat(BaseModel):
    """`left`: how many replies the account may still send. `menu`: the buttons below the chat."""

    account: str
    messages: list[Shown]
    typing: bool
    subscribed: bool
    left: int
    menu: list[dict[str, Any]]


def build_router(state: State, settings: WeChatSettings, pusher: Pusher) -> APIRouter:
    router = APIRouter()

    @router.post("/_citizen/send")
    async def send(body: Say) -> Result:
        citizen = state.citizen(body.openid)
        # Whoever writes to an account follows it.
        citizen.subscribed = True
        msg_id = body.msg_id or state.next_message_id()
        fields = {"MsgType": "text", "Content": body.text, "MsgId": msg_id}
        if body.menu_id:
            fields["bizmsgmenuid"] = body.menu_id
        if not body.msg_id:
            state.show(citizen, "citizen", body.text)
            citizen.last_message_at = state.now()
            citizen.quota.open("click" if body.menu_id else "message", state.now())
        return _result(await pusher.push(citizen, fields, msg_id))

    @router.post("/_citizen/event")
    async def event(body: Do) -> Result:
        citizen = state.citizen(body.openid)
        if body.event in ("subscribe", "unsubscribe"):
            citizen.subscribed = body.event == "subscribe"
        if body.event == "CLICK":
            # Only followers see the menu.
            citizen.subscribed = True
        if body.event in EVENT_WINDOWS:
            citizen.quota.open(EVENT_WINDOWS[body.event], state.now())
        fields = {"MsgType": "event", "Event": body.event, "EventKey": body.event_key}
        return _result(await pusher.push(citizen, fields, ""))

    @router.get("/_citizen/{openid}/messages")
    async def messages(openid: Annotated[OpenId, Path()], after: int = 0) -> Chat:
        citizen, now = state.citizen(openid), state.now()
        return Chat(
            account=settings.name,
            messages=[line for line in citizen.shown if line.id > after],
            typing=citizen.typing_until > now,
            subscribed=citizen.subscribed,
            left=citizen.quota.left(now),
            menu=state.menu["button"] if state.menu is not None else [],
        )

    @router.get("/_control/state")
    async def inspect() -> dict[str, Any]:
        return {
            "tokens_issued": state.tokens.issued,
            "calls": state.calls,
            "pushes": list(state.attempts),
            "faults": state.faults,
        }

    @router.get("/_control/account")
    async def account() -> Account:
        return Account(
            mode=state.mode, **settings.model_dump(include=set(Account.model_fields) - {"mode"})
        )

    @router.put("/_control/mode")
    async def set_mode(body: SetMode) -> SetMode:
        """How pushes are sent from now on."""
        state.mode = body.mode
        return body

    @router.post("/_control/faults")
    async def order_fault(fault: Fault) -> dict[str, int]:
        """The next `times` calls of `path` go wrong as said."""
        state.faults.append(fault)
        return {"ordered": len(state.faults)}

    @router.post("/_control/expire_tokens")
    async def expire_tokens() -> dict[str, bool]:
        """All tokens are void, as after a forced refresh elsewhere: calls answer 40001."""
        state.tokens.valid.clear()
        return {"ok": True}

    @router.post("/_control/verify")
    async def verify() -> dict[str, bool]:
        """Check the callback address, as WeChat does when it is saved."""
        if not await pusher.verify():
            raise HTTPException(502, "the callback address did not echo the text")
        return {"ok": True}

    return router


def _result(pushed: Pushed) -> Result:
    return Result(msg_id=pushed.msg_id, attempts=pushed.attempts, accepted=pushed.accepted)
