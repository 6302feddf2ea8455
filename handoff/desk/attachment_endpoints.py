"""HTTP routes of conversations' files: agents upload them, and whoever may read the conversation opens them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from core.auth.actor import Actor
from core.auth.http import require, token_of
from core.auth.permissions import Permission
from core.auth.service import AuthService
from core.conversation.attachments import downloads
from core.conversation.attachments.links import FileLinks
from core.conversation.attachments.models import Attachment
from core.conversation.attachments.service import FORM, MAX_BYTES, Attachments
from core.conversation.content import CONTENT, Content, FileContent
from core.downloads import answer
from core.errors import BangbanError, NotFound
from core.ids import Id
from core.masked_numbers import covered
from core.uploads import stream_upload, takes_file
from handoff.desk.reading import DeskReader
from handoff.desk.recalling import Recalling

Serving = Annotated[Actor, Depends(require(Permission.CONVERSATION_SERVE))]
Supervising = Annotated[Actor, Depends(require(Permission.CONVERSATION_SUPERVISE))]

# As core/conversation/attachments/links.py writes them.
FILE = "/{conversation_id}/attachments/{attachment_id}/{name}"
THUMBNAIL = "/{conversation_id}/attachments/{attachment_id}/small/thumbnail.webp"
PUBLIC = [Depends(require(Permission.PUBLIC))]


class FileRecalled(BangbanError):
    code, status, default_message = "file_recalled", 410, "文件已被撤回。"


def build_router(
    attachments: Attachments, links: FileLinks, reader: DeskReader, recalling: Recalling
) -> APIRouter:
    router = APIRouter(prefix="/conversations", tags=["conversations"])

    @router.post("/{conversation_id}/attachments", status_code=201, openapi_extra=FORM)
    @takes_file(MAX_BYTES)
    async def upload(conversation_id: Id, request: Request, actor: Serving) -> FileContent:
        """Keep a file for a message; unless one shows it within a day, it is deleted."""
        await reader.get(conversation_id, actor)
        async with stream_upload(request, max_bytes=MAX_BYTES) as upload:
            return await attachments.keep(
                conversation_id, upload, uploader_kind="agent", uploader_id=actor.account_id
            )

    async def opened(
        request: Request, conversation_id: str, attachment_id: str, key: str | None
    ) -> tuple[Attachment, Actor | None]:
        """The file for who has the key a citizen was given, else for who is logged in and may read along."""
        actor = None
        if key is None:
            actor = await _login(request)
            await reader.get(conversation_id, actor)
        else:
            links.check(conversation_id, attachment_id, key)
        attachment = await attachments.find(conversation_id, attachment_id)
        if attachment.state == "recalled":
            if actor is None or not actor.may(Permission.CONVERSATION_SUPERVISE):
                raise FileRecalled()
            await recalling.note_file_seen(attachment_id, actor)
        return attachment, actor

    @router.head(FILE, dependencies=PUBLIC, include_in_schema=False)
    @router.get(FILE, dependencies=PUBLIC)
    async def read_attachment(
        conversation_id: Id, attachment_id: Id, name: str, request: Request, key: str | None = None
    ) -> Response:
        """The file itself. `name` is for people. Takes one range, as players of sound and video want."""
        attachment, actor = await opened(request, conversation_id, attachment_id, key)
        # As the thread shows it: a number in a file's name is the desk's to see only on request.
        shown = attachment.name if actor is None else covered(attachment.name)
        return await answer(
            request,
            downloads.whole(attachment, shown),
            lambda at: attachments.open(attachment, start=at),
        )

    @router.head(THUMBNAIL, dependencies=PUBLIC, include_in_schema=False)
    @router.get(THUMBNAIL, dependencies=PUBLIC)
    async def read_thumbnail(
        conversation_id: Id, attachment_id: Id, request: Request, key: str | None = None
    ) -> Response:
        """A picture as lists show it, to the same people."""
        attachment, _ = await opened(request, conversation_id, attachment_id, key)
        return await answer(
            request,
            downloads.small(attachment),
            lambda at: attachments.open_small(attachment, start=at),
        )

    @router.get("/{conversation_id}/messages/{message_id}/recalled")
    async def read_recalled(conversation_id: Id, message_id: Id, actor: Supervising) -> Response:
        """What a recalled message said. The look is audited."""
        content: Content = await recalling.look(conversation_id, message_id, actor)
        return Response(CONTENT.dump_json(content), media_type="application/json")

    return router


async def _login(request: Request) -> Actor:
    auth: AuthService = request.app.state.auth
    actor = await auth.authenticate(token_of(request))
    if not actor.may(Permission.CONVERSATION_READ):
        raise NotFound("没有这个文件。")
    return actor
