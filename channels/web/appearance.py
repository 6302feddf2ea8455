"""HTTP routes of the widget's settings: what its button asks for, the console's document, logos, identity secrets."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Request, Response
from pydantic import BaseModel

from channels.web import logos
from channels.web.identity import SignedIdentities
from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.config_endpoints import add_document
from core.configs import get_config
from core.conversation import repository
from core.conversation.inboxes import check_inboxes
from core.conversation.models import Inbox
from core.conversation.widget import CONFIG_NAME, InboxWidget, WidgetSettings
from core.errors import InvalidInput, NotFound
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from core.uploads import form_with_file, read_upload, takes_file

PUBLIC = [Depends(require(Permission.PUBLIC))]
Editor = Annotated[Actor, Depends(require(Permission.DESK_SETTINGS))]
# Whoever has the secret can speak as any citizen of the website.
Admin = Annotated[Actor, Depends(require(Permission.ACCOUNT_MANAGE))]
InboxId = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
LogoName = Annotated[str, Path(pattern=r"^[0-9a-f]{64}\.(png|jpg)$")]
# Every page view asks; a change of colour may take a minute to arrive.
_SHORT = "public, max-age=60, stale-while-revalidate=600"
_FOR_EVER = "public, max-age=31536000, immutable"
# Widgets are on other people's pages. What is told here is the same for everybody.
_ANYWHERE = {"access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin"}


class InboxUnknown(NotFound):
    code, default_message = "inbox_not_found", "这个接入点不存在或已停用。"


class LogoRead(BaseModel):
    """`address`: what to put into the settings' `logo`."""

    address: str


class IdentitySecret(BaseModel):
    """`secret` is told once, when it is made."""

    since: datetime | None
    secret: str | None = None


async def web_inbox(uows: UnitOfWorkFactory, inbox_id: str) -> tuple[Inbox, InboxWidget]:
    """A website's inbox in use and its widget; raises InboxUnknown."""
    async with uows.read() as session:
        inbox = await repository.enabled_inbox(session, inbox_id)
        if inbox is None or inbox.channel != "web":
            raise InboxUnknown()
        settings = await get_config(session, CONFIG_NAME, WidgetSettings)
        return inbox, settings.of(inbox_id)


def build_router(uows: UnitOfWorkFactory, identities: SignedIdentities) -> APIRouter:
    router = APIRouter(tags=["widget"])
    _add_public(router, uows)
    add_document(
        router, "/desk/settings/widget", name=CONFIG_NAME, model=WidgetSettings, uows=uows,
        check=lambda uow, body: check_inboxes(uow.session, body.inboxes, "inboxes"),
    )  # fmt: skip
    _add_logos(router, uows)
    _add_identity(router, uows, identities)
    return router


def _add_public(router: APIRouter, uows: UnitOfWorkFactory) -> None:
    @router.get("/widget/{inbox_id}", dependencies=PUBLIC)
    async def widget(
        inbox_id: InboxId, if_none_match: Annotated[str | None, Header()] = None
    ) -> InboxWidget:
        """What the button of an inbox needs. For pages of any origin."""
        _, look = await web_inbox(uows, inbox_id)
        body = look.model_dump_json()
        tag = f'"{hashlib.sha256(body.encode()).hexdigest()[:20]}"'
        headers = {**_ANYWHERE, "etag": tag, "cache-control": _SHORT}
        known = {each.strip().removeprefix("W/") for each in (if_none_match or "").split(",")}
        if tag in known:
            return Response(status_code=304, headers=headers)  # type: ignore[return-value]
        return Response(body, media_type="application/json", headers=headers)  # type: ignore[return-value]


def _add_logos(router: APIRouter, uows: UnitOfWorkFactory) -> None:
    @router.get("/widget-logos/{name}", dependencies=PUBLIC)
    async def logo(name: LogoName) -> Response:
        async with uows.read() as session:
            row = await logos.load(session, name)
        headers = {**_ANYWHERE, "cache-control": _FOR_EVER}
        return Response(row.data, media_type=row.media_type, headers=headers)

    @router.post("/widget-logos", status_code=201, openapi_extra=form_with_file())
    @takes_file(logos.MAX_UPLOAD)
    async def upload(request: Request, _actor: Editor) -> LogoRead:
        """A picture for the header; it is made small and written anew."""
        sent = await read_upload(request, max_bytes=logos.MAX_UPLOAD)
        data, media_type = await logos.shrink(sent.name, sent.data)
        async with uows.write() as uow:
            return LogoRead(address=await logos.keep(uow, data, media_type))


def _add_identity(router: APIRouter, uows: UnitOfWorkFactory, identities: SignedIdentities) -> None:
    path = "/inboxes/{inbox_id}/identity-secret"

    @router.get(path)
    async def about_secret(inbox_id: InboxId, _actor: Editor) -> IdentitySecret:
        """Whether there is one and since when; never the secret."""
        async with uows.read() as session:
            return IdentitySecret(since=await identities.since(session, inbox_id))

    @router.post(path, status_code=201)
    async def renew_secret(inbox_id: InboxId, actor: Admin) -> IdentitySecret:
        """A new secret with which the website signs who is logged in. The old one is of no use any more."""
        async with uows.write() as uow:
            await _check_web(uow, inbox_id)
            secret = await identities.renew(uow, inbox_id, actor.account_id)
            return IdentitySecret(since=uow.clock.now(), secret=secret)

    @router.delete(path, status_code=204)
    async def drop_secret(inbox_id: InboxId, actor: Admin) -> None:
        async with uows.write() as uow:
            await identities.drop(uow, inbox_id, actor.account_id)


async def _check_web(uow: UnitOfWork, inbox_id: str) -> None:
    inbox = await uow.session.get(Inbox, inbox_id)
    if inbox is None:
        raise InboxUnknown()
    if inbox.channel != "web":
        raise InvalidInput("只有网站接入点需要身份密钥。", field="inbox")
