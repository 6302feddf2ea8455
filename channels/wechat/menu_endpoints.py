"""Routes for the menus of official accounts: what WeChat shows, what we would have it show, and pushing it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, ConfigDict
from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.tencent.accounts.credentials import INBOX_ID
from channels.tencent.errors import InboxNotFound
from channels.wechat.accounts import CHANNEL, Accounts
from channels.wechat.menu import MenuConfig, build_menu, hot_items
from channels.wechat.menu_push import MENU_TOPIC, ask_for_push, menu_key, with_menus
from channels.wechat.models import WeChatMenu
from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.conversation.models import Inbox
from core.conversation.ports import HotQuestions
from core.outbox.models import OutboxRow
from core.unit_of_work import UnitOfWorkFactory

Editor = Annotated[Actor, Depends(require(Permission.KNOWLEDGE_EDIT))]
Admin = Annotated[Actor, Depends(require(Permission.ACCOUNT_MANAGE))]
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


class MenuEdited(MenuRead):
    """With what administrators have set (`config`; null: WeChat's menu is not ours) and what that comes to now.

    `hot`: the names below a button of the hot questions. `waiting`: a push is under way, or waits for its next try.
    """

    config: MenuConfig | None
    draft: list[dict[str, Any]]
    hot: list[str]
    waiting: bool


class MenuChange(BaseModel):
    """`menu` null: the menu WeChat shows stays, and we leave it alone from now on."""

    model_config = ConfigDict(extra="forbid")

    menu: MenuConfig | None


def build_menu_router(
    uows: UnitOfWorkFactory, *, accounts: Accounts, hot: HotQuestions
) -> APIRouter:
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

    @router.get("/{inbox_id}")
    async def read_menu(inbox_id: InboxId, _actor: Editor) -> MenuEdited:
        async with uows.read() as session:
            inbox = await session.get(Inbox, inbox_id)
            if inbox is None or inbox.channel != CHANNEL:
                raise InboxNotFound()
            config = accounts.config_of(inbox).menu
            read = _read(inbox, await session.get(WeChatMenu, inbox_id))
            waiting = await _is_waiting(session, inbox_id)
        questions = await hot.of_inbox(inbox_id)
        return MenuEdited(
            **read.model_dump(), config=config, waiting=waiting,
            draft=build_menu(config, questions)["button"] if config else [],
            hot=[item["name"] for item in hot_items(questions)],
        )  # fmt: skip

    @router.put("/{inbox_id}")
    async def change_menu(inbox_id: InboxId, body: MenuChange, actor: Admin) -> dict[str, bool]:
        """Keep a changed menu and have it pushed; reading tells how that went."""
        async with uows.write() as uow:
            await accounts.set_menu(uow, inbox_id, body.menu, actor=actor.account_id)
            ask_for_push(uow, inbox_id)
        return {"ok": True}

    @router.post("/{inbox_id}/push")
    async def push(inbox_id: InboxId, _actor: Editor) -> dict[str, bool]:
        """Push the menu again, whether it changed or not; the list tells how it went."""
        async with uows.write() as uow:
            if inbox_id not in await with_menus(uow.session):
                raise InboxNotFound()
            ask_for_push(uow, inbox_id, force=True)
        return {"ok": True}

    return router


async def _is_waiting(session: AsyncSession, inbox_id: str) -> bool:
    query = select(
        exists().where(
            OutboxRow.topic == MENU_TOPIC,
            OutboxRow.key == menu_key(inbox_id),
            OutboxRow.state == "pending",
        )
    )
    return bool(await session.scalar(query))


def _read(inbox: Inbox, row: WeChatMenu | None) -> MenuRead:
    return MenuRead(
        inbox=inbox.id, name=inbox.name, buttons=row.pushed.get("button", []) if row else [],
        pushed_at=row.pushed_at if row else None, failed_at=row.failed_at if row else None,
        errcode=row.errcode if row else None, error=row.error if row else "",
    )  # fmt: skip
