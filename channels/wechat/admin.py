"""Routes by which an administrator connects official accounts. Secrets go in and never come out again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, ConfigDict, Field, SecretStr
from sqlalchemy import select

from channels.tencent.credentials import INBOX_ID, Credentials, Mode
from channels.tencent.errors import AccountInvalid, ApiFailed
from channels.wechat.accounts import CHANNEL, Accounts, WeChatConfig
from channels.wechat.api import WeChatApis
from channels.wechat.menu import MenuConfig
from channels.wechat.menu_push import ask_for_push
from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.conversation.models import Inbox
from core.unit_of_work import UnitOfWorkFactory

Admin = Annotated[Actor, Depends(require(Permission.ACCOUNT_MANAGE))]
InboxId = Annotated[str, Path(pattern=INBOX_ID)]


class AccountUpdate(BaseModel):
    """A whole account; what is secret is entered anew each time."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    name: str = Field(min_length=1, max_length=64)
    app_id: str
    mode: Mode = "encrypted"
    token: SecretStr
    app_secret: SecretStr
    encoding_aes_key: SecretStr | None = None
    welcome: str | None = None
    hot_questions: list[str] | None = None
    menus: bool = True
    menu: MenuConfig | None = None


class AccountRead(BaseModel):
    """An account as an administrator sees it. `callback_url` is what to enter at WeChat."""

    inbox: str
    name: str
    enabled: bool
    app_id: str
    mode: Mode
    menus: bool
    welcome: str
    hot_questions: list[str]
    menu: MenuConfig | None
    callback_url: str


class CheckResult(BaseModel):
    """Whether WeChat accepts the account; if not, `message` says what to do."""

    ok: bool
    errcode: int | None = None
    message: str = ""


def build_admin_router(
    *, uows: UnitOfWorkFactory, accounts: Accounts, apis: WeChatApis, public_url: str
) -> APIRouter:
    """Routes to be mounted under /api/v1."""
    router = APIRouter(prefix="/wechat/accounts", tags=["wechat"])

    def read(inbox: Inbox) -> AccountRead:
        config = WeChatConfig.model_validate(inbox.config)
        return AccountRead(
            inbox=inbox.id,
            name=inbox.name,
            enabled=inbox.enabled,
            callback_url=f"{public_url.rstrip('/')}/channels/wechat/{inbox.id}",
            **config.model_dump(exclude={"secrets"}),
        )

    @router.get("")
    async def list_accounts(_actor: Admin) -> dict[str, list[AccountRead] | None]:
        async with uows.read() as session:
            rows = await session.scalars(
                select(Inbox).where(Inbox.channel == CHANNEL).order_by(Inbox.id)
            )
            return {"items": [read(inbox) for inbox in rows], "next": None}

    @router.put("/{inbox_id}")
    async def connect(inbox_id: InboxId, body: AccountUpdate, actor: Admin) -> AccountRead:
        """Connect an official account, or change it."""
        async with uows.write() as uow:
            inbox = await accounts.connect(
                uow,
                inbox_id=inbox_id,
                name=body.name,
                app_id=body.app_id,
                mode=body.mode,
                credentials=_credentials(body),
                actor=actor.account_id,
                welcome=body.welcome,
                hot_questions=body.hot_questions,
                menus=body.menus,
                menu=body.menu,
            )
            ask_for_push(uow, inbox_id)
            return read(inbox)

    @router.post("/{inbox_id}/check")
    async def check(inbox_id: InboxId, _actor: Admin) -> CheckResult:
        """Ask WeChat for a token with the account's app id and secret."""
        async with uows.read() as session:
            account = await accounts.of_inbox_id(session, inbox_id)
        try:
            await apis.of(account).check()
        except ApiFailed as failed:
            return CheckResult(ok=False, errcode=failed.errcode, message=failed.message)
        return CheckResult(ok=True)

    return router


def _credentials(body: AccountUpdate) -> Credentials:
    key = body.encoding_aes_key
    try:
        return Credentials(
            token=body.token.get_secret_value(),
            app_secret=body.app_secret.get_secret_value(),
            encoding_aes_key=key.get_secret_value() if key is not None else None,
        )
    except ValueError:
        # Without the cause: it would quote the secret.
        raise AccountInvalid(
            "Token 应为 3-32 位字母数字，EncodingAESKey 应为 43 位字母数字。", field="secrets"
        ) from None
