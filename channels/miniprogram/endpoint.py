"""The callback address of a mini-program: `/channels/miniprogram/{inbox}`. Thin; inbound.py does the work."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import PlainTextResponse
from starlette.requests import ClientDisconnect

from channels.miniprogram.accounts import CHANNEL
from channels.miniprogram.inbound import MiniProgramInbound
from channels.tencent.api.health import Health
from channels.tencent.receiving.envelope import body_of, query_of
from core.auth.http import require
from core.auth.permissions import Permission

# WeChat has no login with us: the signature of each push is what lets it in.
PUBLIC = [Depends(require(Permission.PUBLIC))]


def build_router(*, inbound: MiniProgramInbound, health: Health) -> APIRouter:
    """Routes to be mounted at the root, not under /api: the address is entered at WeChat."""
    router = APIRouter(prefix=f"/channels/{CHANNEL}", tags=["miniprogram"])

    @router.get("/{inbox_id}", dependencies=PUBLIC)
    async def verify(inbox_id: str, request: Request) -> PlainTextResponse:
        """WeChat checks that the callback address is ours."""
        with health.push(f"{CHANNEL}/{inbox_id}"):
            return PlainTextResponse(await inbound.verify(inbox_id, query_of(request)))

    @router.post("/{inbox_id}", dependencies=PUBLIC)
    async def push(inbox_id: str, request: Request) -> PlainTextResponse:
        """WeChat pushes a message or event. `success` means that it is stored and needs no repeat."""
        with health.push(f"{CHANNEL}/{inbox_id}"):
            query = query_of(request)
            account = await inbound.authorise(inbox_id, query)
            try:
                body = await body_of(request)
            except ClientDisconnect:
                # WeChat gave up waiting and will repeat the push; nobody hears this answer.
                return PlainTextResponse("", status_code=400)
            # Not before: whoever sends a byte a second would hold up every answer to anybody.
            with inbound.waited_for():
                await inbound.accept(account, query, body)
        return PlainTextResponse("success")

    return router
