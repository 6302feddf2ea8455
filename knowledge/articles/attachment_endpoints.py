"""HTTP side of attachments: editors upload them, and citizens read those of what is published."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from core.auth.actor import Actor
from core.auth.http import require, token_of
from core.auth.permissions import Permission
from core.auth.service import AuthService
from core.clock import today
from core.downloads import Download, answer
from core.errors import NotAuthenticated
from core.filetypes import MAX_FILE_BYTES
from core.ids import Id
from core.unit_of_work import UnitOfWorkFactory
from core.uploads import form_with_file, read_upload, takes_file
from knowledge.articles.attachments import AttachmentService, url_of
from knowledge.articles.reads import AttachmentRead

Editor = Annotated[Actor, Depends(require(Permission.KNOWLEDGE_EDIT))]

PUBLIC = [Depends(require(Permission.PUBLIC))]


def build_router(units: UnitOfWorkFactory, attachments: AttachmentService) -> APIRouter:
    router = APIRouter(prefix="/knowledge/attachments", tags=["knowledge"])

    @router.post("", status_code=201, openapi_extra=form_with_file())
    @takes_file(MAX_FILE_BYTES)
    async def upload(request: Request, actor: Editor) -> AttachmentRead:
        """Keep a picture or document; a draft that shows it must be saved within a day."""
        upload = await read_upload(request, max_bytes=MAX_FILE_BYTES)
        kept = await attachments.keep(upload.name, upload.data, actor=actor.account_id)
        return AttachmentRead.of(kept, url_of(kept))

    @router.head("/{attachment_id}/{name}", dependencies=PUBLIC, include_in_schema=False)
    @router.get("/{attachment_id}/{name}", dependencies=PUBLIC)
    async def read_attachment(attachment_id: Id, name: str, request: Request) -> Response:
        """The file itself. Without a login only what a public text in force shows; `name` is for people."""
        public_on = None if await _is_staff(request) else today(units.clock)
        attachment = await attachments.find(attachment_id, public_on=public_on)
        shown = attachment.media_type.startswith("image/")
        file = Download(
            name=attachment.name, media_type=attachment.media_type, size=attachment.size,
            etag=attachment.sha256, inline=shown,
        )  # fmt: skip
        return await answer(request, file, lambda start: attachments.open(attachment, start=start))

    return router


async def _is_staff(request: Request) -> bool:
    auth: AuthService = request.app.state.auth
    try:
        actor = await auth.authenticate(token_of(request))
    except NotAuthenticated:
        return False
    return actor.may(Permission.KNOWLEDGE_READ)
