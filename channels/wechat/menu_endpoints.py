"""Routes by which editors see whether the menus reached WeChat, and have one pushed again."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel

from channels.tencent.credentials import INBOX_ID
from channels.tencent.errors import InboxNotFound
from channels.wechat.menu_push import ask_for_push, with_menus
from channels.wechat.models import WeChatMenu
from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.conversation.models import Inbox
from core.unit_of_work import UnitOfWorkFactory

Editor = Annotated[Actor, Depends(require(Permission.KNOWLEDGE_EDIT))]
InboxId = Annotated[str, Path(pattern=INBOX_ID)]


class MenuRead(BaseModel):
    """The menu of one account. `buttons` as WeChat took them last; `error` is what it said to a later one, or ""."""

    inbox: str
    name: str
    buttons: list[dict[str, Any]]
    pushed_at: datetime | None
    failed_at: datetime | None
    errcode: int | None
    error: str


def build_menu_router(uows: UnitOfWorkFactory) -> APIRouter:
    """Routes to be mounted under /api/v1."""
    router = APIRouter(prefix="/wechat/menus", tags=["wechat"])

    @router.get("")
    async def list_menus(_actor: Editor) -> list[MenuRead]:
        """Of every account whose menu we look after."""
        async with uows.read() as session:
            found = []
            for inbox_id in await with_menus(session):
                inbox = await session.get_one(Inbox, inbox_id)
                found.append(_read(inbox, await session.get(WeChatMenu, inbox_id)))
            return found

    @router.post("/{inbox_id}/push")
    async def push(inbox_id: InboxId, _actor: Editor) -> dict[str, bool]:
        """Push the menu again, whether it changed or not; the list tells how it went."""
        async with uows.write() as uow:
            if inbox_id not in await with_menus(uow.session):
                raise InboxNotFound()
            ask_for_push(uow, inbox_id, force=True)
        return {"ok": True}

    return router


def _read(inbox: Inbox, row: WeChatMenu | None) -> MenuRead:
    return MenuRead(
        inbox=inbox.id, name=inbox.name, buttons=row.pushed.get("button", []) if row else [],
        pushed_at=row.pushed_at if row else None, failed_at=row.failed_at if row else None,
        errcode=row.errcode if row else None, error=row.error if row else "",
    )  # fmt: skip
