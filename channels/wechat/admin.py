"""Routes by which an administrator connects official accounts. Secrets go in and never come out again."""

from __future__ import annotations

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession

from channels.tencent.accounts.admin import (
    AccountBase,
    AccountDesk,
    AccountSwitch,
    Admin,
    InboxId,
    Name,
    SecretsChange,
    readable,
)
from channels.tencent.accounts.checks import AccountCheck, typing_probe
from channels.tencent.accounts.credentials import Mode
from channels.tencent.pages.full_page import page_url
from channels.wechat.accounts import Accounts, WeChatConfig
from channels.wechat.api import WeChatApis
from channels.wechat.menu import MenuConfig
from channels.wechat.menu_push import ask_for_push
from core.conversation.models import Inbox

TYPING = "/cgi-bin/message/custom/typing"


class OfficialUpdate(SecretsChange):
    """A whole account. Secrets, texts and the menu that are left out stay as they are.

    A `menu` of null is no menu of ours: the one WeChat has is from then on looked after in WeChat's console.
    """

    name: Name
    app_id: str
    mode: Mode = "encrypted"
    welcome: str | None = None
    hot_questions: list[str] | None = None
    menus: bool = True
    menu: MenuConfig | None = None
    page_inbox: str | None = None
    page_login: bool | None = None


class OfficialRead(AccountBase):
    """An account as an administrator sees it."""

    app_id: str
    mode: Mode
    menus: bool
    welcome: str
    hot_questions: list[str]
    menu: MenuConfig | None
    page_inbox: str
    page_login: bool
    # What to put into menus and texts: the full page, opened from WeChat.
    page_url: str = ""


def build_admin_router(*, desk: AccountDesk, accounts: Accounts, apis: WeChatApis) -> APIRouter:
    """Routes to be mounted under /api/v1."""
    router = APIRouter(prefix="/wechat/accounts", tags=["wechat"])

    async def read(session: AsyncSession, inbox: Inbox) -> OfficialRead:
        config, problem = readable(WeChatConfig, inbox.config, app_id="")
        base = await desk.base(session, inbox)
        own = config.model_dump(include=set(OfficialRead.model_fields))
        own["page_url"] = page_url(desk.public_url, inbox.id)
        return OfficialRead(**base.model_dump(exclude={"problem"}), **own, problem=problem)

    @router.get("")
    async def list_accounts(_actor: Admin) -> dict[str, list[OfficialRead] | None]:
        await desk.flush()
        async with desk.uows.read() as session:
            items = [await read(session, inbox) for inbox in await desk.inboxes(session)]
            return {"items": items, "next": None}

    @router.put("/{inbox_id}")
    async def connect(
        inbox_id: InboxId, body: OfficialUpdate, actor: Admin, new: bool = False
    ) -> OfficialRead:
        """Connect an official account, or change it. `new`: refuse if there is one of that id."""
        async with desk.uows.write() as uow:
            if new:
                await desk.expect_new(uow.session, inbox_id)
            inbox = await accounts.connect(
                uow,
                inbox_id=inbox_id,
                name=body.name,
                app_id=body.app_id.strip(),
                mode=body.mode,
                credentials=await desk.credentials(uow.session, inbox_id, body),
                actor=actor.account_id,
                welcome=body.welcome,
                hot_questions=body.hot_questions,
                menus=body.menus,
                menu=body.menu,
                without_menu=body.menu is None and "menu" in body.model_fields_set,
                page_inbox=body.page_inbox,
                page_login=body.page_login,
            )
            ask_for_push(uow, inbox_id)
            return await read(uow.session, inbox)

    @router.patch("/{inbox_id}")
    async def switch(inbox_id: InboxId, body: AccountSwitch, actor: Admin) -> dict[str, bool]:
        """Take an account into use or out of it; its pushes are refused meanwhile."""
        await desk.switch(inbox_id, body.enabled, actor.account_id)
        return {"ok": True}

    @router.post("/{inbox_id}/check")
    async def check_account(inbox_id: InboxId, _actor: Admin) -> AccountCheck:
        """Try the account step by step."""
        async with desk.uows.read() as session:
            client = apis.of(await accounts.of_inbox_id(session, inbox_id)).client
        return await desk.check(inbox_id, client, typing_probe(client, TYPING))

    return router
