"""HTTP routes of conversations' files: agents upload them, and whoever may read the conversation opens them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import StreamingResponse

from core.auth.actor import Actor
from core.auth.http import require, token_of
from core.auth.permissions import Permission
from core.auth.service import AuthService
from core.conversation.attachments.links import FileLinks
from core.conversation.attachments.models import Attachment
from core.conversation.attachments.service import FORM, MAX_BYTES, Attachments
from core.conversation.content import CONTENT, Content, FileContent
from core.errors import BangbanError, NotFound
from core.ids import Id
from core.masked_numbers import covered
from core.uploads import stream_upload, takes_file
from handoff.desk.reading import DeskReader
from handoff.desk.recalling import Recalling

Serving = Annotated[Actor, Depends(require(Permission.CONVERSATION_SERVE))]
Supervising = Annotated[Actor, Depends(require(Permission.CONVERSATION_SUPERVISE))]
_RANGE = re.compile(r"bytes=(\d{1,12})-(\d{0,12})")


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

    @router.get(
        "/{conversation_id}/attachments/{attachment_id}/{name}",
        dependencies=[Depends(require(Permission.PUBLIC))],
    )
    async def read_attachment(
        conversation_id: Id, attachment_id: Id, name: str, request: Request, key: str | None = None
    ) -> Response:
        """The file itself: with the key a citizen was given, else for who is logged in and may read along.

        `name` is for people. Takes one range, as players of sound and video want.
        """
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
        # As the thread shows it: a number in a file's name is the desk's to see only on request.
        name = attachment.name if actor is None else covered(attachment.name)
        return await _answer(request, attachments, attachment, name)

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


async def _answer(
    request: Request, attachments: Attachments, attachment: Attachment, name: str
) -> Response:
    headers = {
        "content-disposition": _disposition(attachment, name),
        # A file opened by itself gets no rights, whatever is in it.
        "content-security-policy": "default-src 'none'; sandbox",
        "x-content-type-options": "nosniff",
        # The address holds the key; it is not to travel on.
        "referrer-policy": "no-referrer",
        "cross-origin-resource-policy": "cross-origin",
        "cache-control": "private, max-age=3600",
        "accept-ranges": "bytes",
        "etag": f'"{attachment.sha256}"',
    }
    if request.headers.get("if-none-match") == headers["etag"]:
        return Response(status_code=304, headers=headers)
    start, end = _wanted(request.headers.get("range"), attachment.size)
    status = 200
    if (start, end) != (0, attachment.size):
        status = 206
        headers["content-range"] = f"bytes {start}-{end - 1}/{attachment.size}"
    headers["content-length"] = str(end - start)
    pieces = await attachments.open(attachment, start=start)
    return StreamingResponse(
        _up_to(pieces, end - start), status_code=status, media_type=attachment.media_type,
        headers=headers,
    )  # fmt: skip


def _wanted(asked: str | None, size: int) -> tuple[int, int]:
    """The first byte and the one after the last. RFC 9110: a range that makes no sense may be ignored."""
    match = _RANGE.fullmatch(asked.strip()) if asked else None
    if match is None:
        return 0, size
    start = int(match[1])
    end = min(int(match[2]) + 1, size) if match[2] else size
    return (start, end) if start < end else (0, size)


async def _up_to(pieces: AsyncIterator[bytes], length: int) -> AsyncIterator[bytes]:
    async for piece in pieces:
        yield piece[:length]
        length -= len(piece)
        if length <= 0:
            return


def _disposition(attachment: Attachment, called: str) -> str:
    """RFC 6266: the name in UTF-8, with one in ASCII for what does not know that. Documents are never shown."""
    shown = attachment.kind != "file"
    ending = attachment.name.rpartition(".")[2]
    kind = "inline" if shown else "attachment"
    name = quote(called, safe="")
    return f"{kind}; filename=\"file.{ending}\"; filename*=UTF-8''{name}"
