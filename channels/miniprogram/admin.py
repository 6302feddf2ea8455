"""Routes by which an administrator connects mini-programs. Secrets go in and never come out again."""

from __future__ import annotations

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession

from channels.miniprogram.accounts import Form, MiniProgramConfig, MiniPrograms, SubscribeConfig
from channels.miniprogram.api import TYPING, MiniProgramApis
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
from core.conversation.models import Inbox


class MiniProgramUpdate(SecretsChange):
    """A whole account. What is left out of secrets, texts, page and reminder stays; a reminder of null is none."""

    name: Name
    app_id: str
    mode: Mode = "encrypted"
    format: Form = "json"
    welcome: str | None = None
    hot_questions: list[str] | None = None
    page_inbox: str | None = None
    reminder: SubscribeConfig | None = None


class MiniProgramRead(AccountBase):
    """An account as an administrator sees it."""

    app_id: str
    mode: Mode
    format: Form
    welcome: str
    hot_questions: list[str]
    page_inbox: str
    reminder: SubscribeConfig | None


def build_admin_router(
    *, desk: AccountDesk, accounts: MiniPrograms, apis: MiniProgramApis
) -> APIRouter:
    """Routes to be mounted under /api/v1."""
    router = APIRouter(prefix="/miniprogram/accounts", tags=["miniprogram"])

    async def read(session: AsyncSession, inbox: Inbox) -> MiniProgramRead:
        config, problem = readable(MiniProgramConfig, inbox.config, app_id="")
        base = await desk.base(session, inbox)
        own = config.model_dump(include=set(MiniProgramRead.model_fields))
        return MiniProgramRead(**base.model_dump(exclude={"problem"}), **own, problem=problem)

    @router.get("")
    async def list_accounts(_actor: Admin) -> dict[str, list[MiniProgramRead] | None]:
        await desk.flush()
        async with desk.uows.read() as session:
            items = [await read(session, inbox) for inbox in await desk.inboxes(session)]
            return {"items": items, "next": None}

    @router.put("/{inbox_id}")
    async def connect(
        inbox_id: InboxId, body: MiniProgramUpdate, actor: Admin, new: bool = False
    ) -> MiniProgramRead:
        """Connect a mini-program, or change it. `new`: refuse if there is one of that id."""
        async with desk.uows.write() as uow:
            if new:
                await desk.expect_new(uow.session, inbox_id)
            inbox = await accounts.connect(
                uow,
                inbox_id=inbox_id,
                name=body.name,
                app_id=body.app_id.strip(),
                mode=body.mode,
                form=body.format,
                credentials=await desk.credentials(uow.session, inbox_id, body),
                actor=actor.account_id,
                welcome=body.welcome,
                hot_questions=body.hot_questions,
                page_inbox=body.page_inbox,
                reminder=body.reminder,
                without_reminder=body.reminder is None and "reminder" in body.model_fields_set,
            )
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
            client = apis.of(await accounts.of_inbox_id(session, inbox_id))
        return await desk.check(inbox_id, client, typing_probe(client, TYPING))

    return router
