"""What tests and the page need to see and to order: faults, lost callbacks, failed deliveries, void tokens."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from simulators.tencent.faults import Fault
from simulators.tencent.pushing import PushOrder
from simulators.wecom.push import Pusher
from simulators.wecom.settings import WeComSettings
from simulators.wecom.state import State


class Account(BaseModel):
    """What an administrator would read in 企业微信's console, to connect the product by hand."""

    callback_url: str
    corp_id: str
    secret: str
    token: str
    aes_key: str
    open_kfids: str


class LoseCallbacks(BaseModel):
    """The next `times` callbacks never arrive."""

    model_config = ConfigDict(extra="forbid")

    times: int = Field(1, ge=0)


class Advance(BaseModel):
    model_config = ConfigDict(extra="forbid")

    seconds: float = Field(ge=0)


class FailDelivery(BaseModel):
    """The next message is taken and then not delivered. `fail_type`: of msg_send_fail (10: refused by the citizen)."""

    model_config = ConfigDict(extra="forbid")

    fail_type: int = 0


def build_router(state: State, settings: WeComSettings, pusher: Pusher) -> APIRouter:
    router = APIRouter(prefix="/_control")

    @router.get("/state")
    async def inspect() -> dict[str, Any]:
        return {
            "tokens_issued": state.tokens.issued,
            "calls": state.faults.calls,
            "pushes": list(pusher.post.log),
            "faults": state.faults.ordered,
            "items": {each: len(rows) for each, rows in state.items.items()},
        }

    @router.get("/account")
    async def account() -> Account:
        return Account(**settings.model_dump(include=set(Account.model_fields)))

    @router.post("/faults")
    async def order_fault(fault: Fault) -> dict[str, int]:
        state.faults.ordered.append(fault)
        return {"ordered": len(state.faults.ordered)}

    @router.post("/expire_tokens")
    async def expire_tokens() -> dict[str, bool]:
        """The access token is void: calls answer 40014."""
        state.tokens.void()
        return {"ok": True}

    @router.post("/forget_cursors")
    async def forget_cursors() -> dict[str, bool]:
        """No cursor given so far is known any more."""
        state.forget_cursors()
        return {"ok": True}

    @router.post("/forget_media")
    async def forget_media() -> dict[str, bool]:
        """No medium uploaded so far is known any more."""
        state.media.clear()
        return {"ok": True}

    @router.post("/lose_callbacks")
    async def lose_callbacks(body: LoseCallbacks) -> dict[str, int]:
        state.lose_callbacks = body.times
        return {"times": body.times}

    @router.post("/fail_delivery")
    async def fail_delivery(body: FailDelivery) -> dict[str, int]:
        state.fail_next.append(body.fail_type)
        return {"waiting": len(state.fail_next)}

    @router.put("/pushes")
    async def order_pushes(order: PushOrder) -> PushOrder:
        """The next callbacks arrive twice, or are held."""
        pusher.post.order = order
        return order

    @router.post("/release")
    async def release() -> dict[str, int]:
        """Callbacks that were held arrive now."""
        return {"released": len(await pusher.post.release())}

    @router.post("/advance")
    async def advance(body: Advance) -> dict[str, float]:
        """Move the stand-in's clock on."""
        return {"now": state.clock.advance(body.seconds)}

    @router.post("/push")
    async def push(open_kfid: str = "") -> dict[str, bool]:
        """A callback though there is nothing new, as they come in life."""
        return {"accepted": (await pusher.push(open_kfid or state.accounts[0])).accepted}

    @router.post("/verify")
    async def verify() -> dict[str, bool]:
        """Check the callback address, as 企业微信 does when it is saved."""
        if not await pusher.verify():
            raise HTTPException(502, "the callback address did not echo the text")
        return {"ok": True}

    return router
