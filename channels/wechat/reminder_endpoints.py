"""Routes for an account's reminder: its settings, and a trial that really sends. No secret is needed to change it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, ConfigDict, Field

from channels.tencent.accounts.credentials import INBOX_ID, inbox_of
from channels.tencent.errors import ApiFailed
from channels.tencent.replies.reminder_config import ReminderConfig
from channels.wechat.accounts import CHANNEL, Accounts
from channels.wechat.reminders import Reminders
from core import audit
from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.unit_of_work import UnitOfWorkFactory

Admin = Annotated[Actor, Depends(require(Permission.ACCOUNT_MANAGE))]
InboxId = Annotated[str, Path(pattern=INBOX_ID)]


class ReminderRead(BaseModel):
    """`reminder` null: nothing is sent when the replies are used up."""

    reminder: ReminderConfig | None


class ReminderTrial(BaseModel):
    """Whom to send it to: the openid of somebody who follows the account."""

    model_config = ConfigDict(extra="forbid")

    openid: str = Field(pattern=r"^[A-Za-z0-9_\-]{6,64}$")


class TrialResult(BaseModel):
    """Whether WeChat took it; if not, `message` says what to do."""

    ok: bool
    errcode: int | None = None
    message: str = ""


def build_reminder_router(
    *, uows: UnitOfWorkFactory, accounts: Accounts, reminders: Reminders
) -> APIRouter:
    """Routes to be mounted under /api/v1."""
    router = APIRouter(prefix="/wechat/accounts/{inbox_id}/reminder", tags=["wechat"])

    @router.get("")
    async def read(inbox_id: InboxId, _actor: Admin) -> ReminderRead:
        async with uows.read() as session:
            account = await accounts.of_inbox_id(session, inbox_id)
        return ReminderRead(reminder=account.config.reminder)

    @router.put("")
    async def change(inbox_id: InboxId, body: ReminderRead, actor: Admin) -> ReminderRead:
        """Set it up, or with null switch it off."""
        async with uows.write() as uow:
            inbox = await inbox_of(uow.session, inbox_id, CHANNEL)
            await uow.session.refresh(inbox, with_for_update=True)
            reminder = body.reminder.model_dump(mode="json") if body.reminder else None
            inbox.config = {**inbox.config, "reminder": reminder}
            audit.record(
                uow, actor=actor.account_id, action="wechat.reminder_changed",
                subject=f"inbox:{inbox_id}", kind=body.reminder.kind if body.reminder else "off",
            )  # fmt: skip
        return body

    @router.post("/test")
    async def test(inbox_id: InboxId, body: ReminderTrial, _actor: Admin) -> TrialResult:
        """Send it now. What WeChat says to it is the answer."""
        async with uows.read() as session:
            account = await accounts.of_inbox_id(session, inbox_id)
        try:
            code, message = await reminders.test(account, body.openid)
        except ApiFailed as failed:
            return TrialResult(ok=False, errcode=failed.errcode, message=failed.message)
        return TrialResult(ok=code == 0, errcode=code or None, message=message)

    return router
