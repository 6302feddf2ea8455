"""HTTP routes of tickets' files: the office uploads them, and whoever may read the ticket opens them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from core.auth.actor import Actor
from core.auth.http import require, token_of
from core.auth.permissions import Permission
from core.auth.service import AuthService
from core.conversation.attachments import downloads
from core.conversation.attachments.links import FileLinks
from core.conversation.attachments.models import Attachment
from core.conversation.attachments.service import FORM, MAX_BYTES, Attachments
from core.conversation.content import FileContent
from core.downloads import answer
from core.errors import NotFound
from core.ids import Id
from core.masked_numbers import covered
from core.unit_of_work import UnitOfWorkFactory
from core.uploads import stream_upload, takes_file
from handoff.tickets import files
from handoff.tickets.models import Ticket

Handler = Annotated[Actor, Depends(require(Permission.TICKET_HANDLE))]
PUBLIC = [Depends(require(Permission.PUBLIC))]

# As files.py writes them.
DRAFT, DRAFT_SMALL = "/files/{attachment_id}/{name}", "/files/{attachment_id}/small/thumbnail.webp"
FILE = "/{ticket_id}/files/{attachment_id}/{name}"
THUMBNAIL = "/{ticket_id}/files/{attachment_id}/small/thumbnail.webp"

MayRead = Callable[[AsyncSession, Ticket, Actor], Awaitable[bool]]


def build_router(
    *, uows: UnitOfWorkFactory, attachments: Attachments, links: FileLinks, may_read: MayRead
) -> APIRouter:
    """`may_read`: whether somebody sees a ticket (access.py)."""
    router = APIRouter(prefix="/tickets", tags=["tickets"])

    @router.post("/files", status_code=201, openapi_extra=FORM)
    @takes_file(MAX_BYTES)
    async def upload_file(request: Request, actor: Handler) -> FileContent:
        """Keep a file for a ticket; unless filing one or a step on one names it within a day, it is deleted."""
        async with stream_upload(request, max_bytes=MAX_BYTES) as upload:
            kept = await attachments.keep_apart(upload, uploader_id=actor.account_id)
        return files.draft_content(kept)

    async def draft(attachment_id: str, actor: Actor) -> Attachment:
        async with uows.read() as session:
            return await files.find_draft(session, attachment_id, actor.account_id)

    @router.get(DRAFT_SMALL)
    async def read_draft_thumbnail(attachment_id: Id, request: Request, actor: Handler) -> Response:
        kept = await draft(attachment_id, actor)
        return await answer(
            request, downloads.small(kept), lambda at: attachments.open_small(kept, start=at)
        )

    @router.get(DRAFT)
    async def read_draft(
        attachment_id: Id, name: str, request: Request, actor: Handler
    ) -> Response:
        """What one has just uploaded oneself. `name` is for people."""
        kept = await draft(attachment_id, actor)
        return await answer(
            request,
            downloads.whole(kept, kept.name),
            lambda at: attachments.open(kept, start=at),
        )

    async def opened(
        request: Request, ticket_id: str, attachment_id: str, key: str | None
    ) -> tuple[Attachment, Actor | None]:
        """The file for who has the key a citizen was given, else for who is logged in and may read the ticket."""
        actor = None
        if key is not None:
            links.check(ticket_id, attachment_id, key)
        else:
            auth: AuthService = request.app.state.auth
            actor = await auth.authenticate(token_of(request))
        async with uows.read() as session:
            if actor is not None:
                ticket = await session.get(Ticket, ticket_id)
                allowed = actor.may(Permission.TICKET_READ)
                if ticket is None or not allowed or not await may_read(session, ticket, actor):
                    raise NotFound("没有这个文件。")
            return await files.find(session, ticket_id, attachment_id), actor

    @router.head(THUMBNAIL, dependencies=PUBLIC, include_in_schema=False)
    @router.get(THUMBNAIL, dependencies=PUBLIC)
    async def read_ticket_thumbnail(
        ticket_id: Id, attachment_id: Id, request: Request, key: str | None = None
    ) -> Response:
        """A picture as lists show it, to the same people."""
        kept, _ = await opened(request, ticket_id, attachment_id, key)
        return await answer(
            request, downloads.small(kept), lambda at: attachments.open_small(kept, start=at)
        )

    @router.head(FILE, dependencies=PUBLIC, include_in_schema=False)
    @router.get(FILE, dependencies=PUBLIC)
    async def read_ticket_file(
        ticket_id: Id, attachment_id: Id, name: str, request: Request, key: str | None = None
    ) -> Response:
        """The file itself. `name` is for people. Takes one range, as players of sound and video want."""
        kept, actor = await opened(request, ticket_id, attachment_id, key)
        shown = kept.name if actor is None else covered(kept.name)
        return await answer(
            request, downloads.whole(kept, shown), lambda at: attachments.open(kept, start=at)
        )

    return router
