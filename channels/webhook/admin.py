"""Routes by which an administrator connects portals and sees how deliveries go. A secret is shown once."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, ConfigDict, StringConstraints
from sqlalchemy import select

from channels.webhook.accounts import CHANNEL, INBOX_ID, PortalConfig, Portals
from channels.webhook.deliveries import Deliveries, Standing, State
from channels.webhook.outbound import envelope, utc
from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.conversation.models import Inbox
from core.ids import Id
from core.unit_of_work import UnitOfWorkFactory
from core.webhooks.keys import Rotation, ValidSecret
from core.webhooks.trial import CallTrial, Trial

Admin = Annotated[Actor, Depends(require(Permission.ACCOUNT_MANAGE))]
InboxId = Annotated[str, Path(pattern=INBOX_ID)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]
CallbackUrl = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]


class PortalCreate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: Annotated[str, StringConstraints(pattern=INBOX_ID)]
    name: Name
    callback_url: CallbackUrl = ""


class PortalUpdate(BaseModel):
    """What is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    callback_url: CallbackUrl | None = None
    enabled: bool | None = None


class PortalRead(BaseModel):
    """`address` is where the portal sends its events. `waiting`, `failed`: notices to the portal."""

    id: str
    name: str
    enabled: bool
    address: str
    callback_url: str
    secrets: list[ValidSecret]
    waiting: int
    failed: int


class PortalShown(BaseModel):
    """`secret` is never shown again."""

    inbox: PortalRead
    secret: str


class PortalDelivery(BaseModel):
    """A notice to the portal. `id` is its webhook-id."""

    id: str
    type: str
    state: Literal["delivered", "retrying", "failed"]
    attempts: int
    status: int | None
    error: str
    seconds: float
    conversation_id: str | None
    created_at: datetime
    updated_at: datetime


class PortalDeliveryPage(BaseModel):
    items: list[PortalDelivery]
    next: str | None


class Retried(BaseModel):
    count: int


def build_admin_router(
    *,
    uows: UnitOfWorkFactory,
    portals: Portals,
    deliveries: Deliveries,
    trial: Trial,
    public_url: str,
) -> APIRouter:
    """Routes to be mounted under /api/v1."""
    router = APIRouter(prefix="/webhook/inboxes", tags=["webhook"])

    def read(inbox: Inbox, standing: Standing | None = None) -> PortalRead:
        config = PortalConfig.model_validate(inbox.config)
        now, counts = uows.clock.now(), standing or Standing()
        return PortalRead(
            id=inbox.id, name=inbox.name, enabled=inbox.enabled,
            address=f"{public_url.rstrip('/')}/channels/webhook/{inbox.id}",
            callback_url=config.callback_url,
            secrets=ValidSecret.those(config.secrets, now),
            waiting=counts.waiting, failed=counts.failed,
        )  # fmt: skip

    @router.get("")
    async def list_portals(_actor: Admin) -> list[PortalRead]:
        standing = await deliveries.standing()
        async with uows.read() as session:
            query = select(Inbox).where(Inbox.channel == CHANNEL).order_by(Inbox.name, Inbox.id)
            return [read(inbox, standing.get(inbox.id)) for inbox in await session.scalars(query)]

    @router.post("", status_code=201)
    async def create_portal(body: PortalCreate, actor: Admin) -> PortalShown:
        async with uows.write() as uow:
            inbox, secret = await portals.create(
                uow, inbox_id=body.id, name=body.name, callback_url=body.callback_url,
                actor=actor.account_id,
            )  # fmt: skip
            return PortalShown(inbox=read(inbox), secret=secret)

    @router.patch("/{inbox_id}")
    async def update_portal(inbox_id: InboxId, body: PortalUpdate, actor: Admin) -> PortalRead:
        async with uows.write() as uow:
            inbox = await portals.update(
                uow, inbox_id, name=body.name, callback_url=body.callback_url,
                enabled=body.enabled, actor=actor.account_id,
            )  # fmt: skip
            return read(inbox)

    @router.post("/{inbox_id}/secret")
    async def rotate_secret(inbox_id: InboxId, body: Rotation, actor: Admin) -> PortalShown:
        """A new secret; the present one stays valid for a while, so that the portal can change without a gap."""
        async with uows.write() as uow:
            inbox, secret = await portals.rotate(
                uow, inbox_id, keep_hours=body.keep_hours, actor=actor.account_id
            )
            return PortalShown(inbox=read(inbox), secret=secret)

    @router.delete("/{inbox_id}/secret")
    async def withdraw_secret(inbox_id: InboxId, actor: Admin) -> PortalRead:
        """The former secret is no longer valid from now on: the portal has changed, or the secret is known."""
        async with uows.write() as uow:
            return read(await portals.withdraw(uow, inbox_id, actor=actor.account_id))

    @router.post("/{inbox_id}/test")
    async def try_portal(inbox_id: InboxId, _actor: Admin) -> CallTrial:
        """Send a ping and say what is wrong."""
        async with uows.read() as session:
            portal = await portals.of_inbox_id(session, inbox_id, uows.clock.now())
        if not portal.callback_url:
            text = "没有填写回调地址：门户需要自己来取消息。"
            return CallTrial(ok=False, status=None, seconds=0, checks_signature=None, message=text)

        def ping(event_id: str) -> dict[str, Any]:
            return envelope(event_id, "ping", utc(uows.clock.now()), inbox_id, None, {})

        return await trial.run(portal.callback_url, portal.secrets, ping)

    @router.get("/{inbox_id}/deliveries")
    async def list_deliveries(
        inbox_id: InboxId,
        _actor: Admin,
        state: State | None = None,
        after: Id | None = None,
        limit: Annotated[int, Query(ge=1, le=100)] = 50,
    ) -> PortalDeliveryPage:
        """The notices of the last seven days, newest first."""
        rows, following = await deliveries.page(inbox_id, state=state, after=after, limit=limit)
        items = [PortalDelivery.model_validate(row, from_attributes=True) for row in rows]
        return PortalDeliveryPage(items=items, next=following)

    @router.post("/{inbox_id}/deliveries/retry")
    async def retry_all(inbox_id: InboxId, _actor: Admin) -> Retried:
        """Send again whatever has failed."""
        return Retried(count=await deliveries.retry(inbox_id, None))

    @router.post("/{inbox_id}/deliveries/{event_id}/retry")
    async def retry_one(inbox_id: InboxId, event_id: Id, _actor: Admin) -> Retried:
        """Send one again. Raises NotFailed."""
        return Retried(count=await deliveries.retry(inbox_id, event_id))

    return router
