"""Routes by which an administrator connects 微信客服. Secrets go in and never come out again."""

from __future__ import annotations

from collections.abc import Callable

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
from channels.tencent.accounts.checks import AccountCheck, Probe
from channels.tencent.api.client import ApiClient
from channels.tencent.errors import ApiFailed
from channels.wecom.accounts import Account, Accounts, WecomConfig
from core.conversation.models import Inbox

# 全局错误码: the 客服账号 is not valid.
NO_SUCH_ACCOUNT = 95000
# As many 客服账号 as one call gives, and as many calls.
PAGE, PAGES = 100, 20
NOT_OURS = "这个客服账号不在应用的管理范围内：请核对客服账号 ID，并在企业微信管理后台“微信客服 → API”里授权。"


class WecomUpdate(SecretsChange):
    """A whole account. Secrets and texts that are left out stay as they are."""

    name: Name
    corp_id: str
    open_kfid: str
    welcome: str | None = None
    hot_questions: list[str] | None = None


class WecomRead(AccountBase):
    """An account as an administrator sees it."""

    corp_id: str
    open_kfid: str
    welcome: str
    hot_questions: list[str]


def build_admin_router(
    *, desk: AccountDesk, accounts: Accounts, client_of: Callable[[Account], ApiClient]
) -> APIRouter:
    """Routes to be mounted under /api/v1."""
    router = APIRouter(prefix="/wecom/accounts", tags=["wecom"])

    async def read(session: AsyncSession, inbox: Inbox) -> WecomRead:
        config, problem = readable(WecomConfig, inbox.config, corp_id="", open_kfid="")
        base = await desk.base(session, inbox)
        own = config.model_dump(include=set(WecomRead.model_fields))
        return WecomRead(**base.model_dump(exclude={"problem"}), **own, problem=problem)

    @router.get("")
    async def list_accounts(_actor: Admin) -> dict[str, list[WecomRead] | None]:
        await desk.flush()
        async with desk.uows.read() as session:
            items = [await read(session, inbox) for inbox in await desk.inboxes(session)]
            return {"items": items, "next": None}

    @router.put("/{inbox_id}")
    async def connect(
        inbox_id: InboxId, body: WecomUpdate, actor: Admin, new: bool = False
    ) -> WecomRead:
        """Connect a 客服账号, or change it. `new`: refuse if there is one of that id."""
        async with desk.uows.write() as uow:
            if new:
                await desk.expect_new(uow.session, inbox_id)
            inbox = await accounts.connect(
                uow,
                inbox_id=inbox_id,
                name=body.name,
                corp_id=body.corp_id.strip(),
                open_kfid=body.open_kfid.strip(),
                credentials=await desk.credentials(uow.session, inbox_id, body),
                actor=actor.account_id,
                welcome=body.welcome,
                hot_questions=body.hot_questions,
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
            account = await accounts.of_inbox_id(session, inbox_id)
        client = client_of(account)
        return await desk.check(inbox_id, client, probe_of(client, account.config.open_kfid))

    return router


def probe_of(client: ApiClient, open_kfid: str) -> Probe:
    """Whether the app looks after the 客服账号: 94661 (获取客服账号列表)."""

    async def probe() -> None:
        for page in range(PAGES):
            body = {"offset": page * PAGE, "limit": PAGE}
            answer = await client.call("/cgi-bin/kf/account/list", body)
            client.expect_success(answer)
            found = answer.get("account_list")
            rows = found if isinstance(found, list) else []
            if any(isinstance(row, dict) and row.get("open_kfid") == open_kfid for row in rows):
                return
            if len(rows) < PAGE:
                break
        raise ApiFailed("not ours", errcode=NO_SUCH_ACCOUNT, message=NOT_OURS)

    return probe
