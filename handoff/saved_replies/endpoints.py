"""HTTP routes of saved replies."""

from __future__ import annotations

import asyncio
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response

from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.ids import Id
from core.uploads import form_with_file, read_upload, takes_file
from handoff.saved_replies import sheets
from handoff.saved_replies.schemas import (
    RepliesImported,
    SavedReplyList,
    SavedReplyRead,
    SavedReplyWrite,
    Scope,
)
from handoff.saved_replies.service import SavedReplies

Serving = Annotated[Actor, Depends(require(Permission.CONVERSATION_SERVE))]


def build_router(replies: SavedReplies) -> APIRouter:
    router = APIRouter(prefix="/saved-replies", tags=["saved replies"])

    @router.get("")
    async def list_replies(actor: Serving) -> SavedReplyList:
        """All the caller may use: everybody's, the groups', the caller's own."""
        return await replies.of(actor)

    @router.post("", status_code=201)
    async def create_reply(body: SavedReplyWrite, actor: Serving) -> SavedReplyRead:
        """One's own; everybody's and a group's with the permission to share."""
        return await replies.create(body, actor)

    @router.put("/{reply_id}")
    async def change_reply(reply_id: Id, body: SavedReplyWrite, actor: Serving) -> SavedReplyRead:
        return await replies.change(reply_id, body, actor)

    @router.delete("/{reply_id}", status_code=204)
    async def delete_reply(reply_id: Id, actor: Serving) -> None:
        await replies.remove(reply_id, actor)

    @router.post("/{reply_id}/used", status_code=204)
    async def count_use(reply_id: Id, actor: Serving) -> None:
        """It was put into a message; what is used most is offered first."""
        await replies.used(reply_id, actor)

    @router.get("/files/{scope}", response_class=Response)
    async def export_replies(
        scope: Scope, actor: Serving, group_id: Id | None = None, form: sheets.Form = "xlsx"
    ) -> Response:
        """One shelf as a spreadsheet that can be imported again."""
        rows = await replies.shelf(scope, group_id, actor)
        data = await asyncio.to_thread(sheets.write, rows, form)
        name = quote(f"快捷回复.{form}")
        disposition = f"attachment; filename=\"replies.{form}\"; filename*=UTF-8''{name}"
        return Response(
            data, media_type=sheets.MEDIA_TYPES[form],
            headers={"content-disposition": disposition},
        )  # fmt: skip

    @router.post("/files/{scope}", openapi_extra=form_with_file())
    @takes_file(sheets.MAX_BYTES)
    async def import_replies(
        scope: Scope, request: Request, actor: Serving, group_id: Id | None = None
    ) -> RepliesImported:
        """A CSV or xlsx with the columns 快捷码, 标题, 内容 and 分类; what is refused is said row by row."""
        upload = await read_upload(request, max_bytes=sheets.MAX_BYTES)
        rows = await asyncio.to_thread(sheets.read, upload.data)
        return await replies.take_in(rows, scope, group_id, actor)

    return router
