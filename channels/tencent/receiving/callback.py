"""The callback address of an account that WeChat pushes to: the routes. Each service's inbound.py does the work."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol, TypeVar

from fastapi import APIRouter, Depends, Request
from fastapi.responses import PlainTextResponse
from starlette.requests import ClientDisconnect

from channels.tencent.api.health import Health
from channels.tencent.receiving.envelope import Query, body_of, query_of
from core.auth.http import require
from core.auth.permissions import Permission

# WeChat has no login with us: the signature of each push is what lets it in.
PUBLIC = [Depends(require(Permission.PUBLIC))]

AccountT = TypeVar("AccountT")


class Inbound(Protocol[AccountT]):
    """What a service does with what comes to its addresses. All raise what channels/tencent/errors.py names."""

    async def verify(self, inbox_id: str, query: Query) -> str:
        """What WeChat wants to hear when the callback address is saved."""
        ...

    async def authorise(self, inbox_id: str, query: Query) -> AccountT:
        """Check what can be checked without the body, so that strangers cannot make us read theirs."""
        ...

    def waited_for(self) -> AbstractContextManager[None]:
        """Around all that is done for a push: turns and deliveries begin in the gaps between pushes."""
        ...

    async def accept(self, account: AccountT, query: Query, body: bytes) -> None:
        """Store or act on a push, once. Returning means: tell WeChat that it arrived."""
        ...


def build_router(channel: str, *, inbound: Inbound[AccountT], health: Health) -> APIRouter:
    """`/channels/{channel}/{inbox}`: to be mounted at the root, not under /api: the address is entered at WeChat."""
    router = APIRouter(prefix=f"/channels/{channel}", tags=[channel])

    @router.get("/{inbox_id}", dependencies=PUBLIC)
    async def verify(inbox_id: str, request: Request) -> PlainTextResponse:
        """WeChat checks that the callback address is ours."""
        with health.push(f"{channel}/{inbox_id}"):
            return PlainTextResponse(await inbound.verify(inbox_id, query_of(request)))

    @router.post("/{inbox_id}", dependencies=PUBLIC)
    async def push(inbox_id: str, request: Request) -> PlainTextResponse:
        """WeChat pushes a message or event. `success` means that it is stored and needs no repeat."""
        with health.push(f"{channel}/{inbox_id}"):
            query = query_of(request)
            account = await inbound.authorise(inbox_id, query)
            try:
                body = await body_of(request)
            except ClientDisconnect:
                # WeChat gave up waiting and will repeat the push; nobody hears this answer.
                return PlainTextResponse("", status_code=400)
            # Not before: a stranger who sends a byte a second would hold up every answer to anybody.
            with inbound.waited_for():
                await inbound.accept(account, query, body)
        return PlainTextResponse("success")

    return router
