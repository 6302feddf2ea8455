"""Temporary media: upload and download. Errors are JSON with status 200, as everywhere at WeChat."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from starlette.datastructures import UploadFile

from simulators.tencent.faults import Answer
from simulators.wechat import media
from simulators.wechat.account import Account
from simulators.wechat.api.calls import call
from simulators.wechat.errors import Refused
from simulators.wechat.state import State

# Documentation of mini-programs: "媒体文件类型，目前仅支持图片".
MINI_PROGRAM_KINDS = frozenset({"image"})
OFFICIAL_KINDS = frozenset(media.KINDS)


def build_router(state: State) -> APIRouter:
    router = APIRouter()

    @router.post("/cgi-bin/media/upload")
    async def upload(request: Request) -> Response:
        async def work(account: Account) -> Answer:
            kind = request.query_params.get("type", "")
            kinds = OFFICIAL_KINDS if account.is_official else MINI_PROGRAM_KINDS
            if kind not in kinds:
                raise Refused(40004)
            name, data = await _file(request)
            code = media.check(kind, data, kinds=kinds)
            if code:
                raise Refused(code)
            kept = account.media.add(kind, data, state.clock(), name)
            # Not as documented, but as it is: a thumb's id has a name of its own.
            field = "thumb_media_id" if kind == "thumb" else "media_id"
            return {"type": kind, field: kept.id, "created_at": int(kept.created)}

        return await call(state, request, "media", work)

    @router.get("/cgi-bin/media/get")
    async def get(request: Request) -> Response:
        async def work(account: Account) -> Answer:
            media_id = request.query_params.get("media_id", "")
            if not media_id:
                raise Refused(41006)
            kept = account.media.get(media_id, state.clock())
            if kept is None:
                raise Refused(40007)
            if kept.kind == "video":
                # A video is not handed out here; its address needs no token.
                base = str(request.base_url).rstrip("/")
                return {"video_url": f"{base}/_media/{kept.id}"}
            return _download(kept)

        return await call(state, request, "media", work)

    @router.get("/_media/{media_id}")
    async def plain(media_id: str) -> Response:
        """What PicUrl and video_url point to, and what the page shows."""
        for account in state.accounts.values():
            kept = account.media.get(media_id, state.clock())
            if kept is not None:
                return _download(kept)
        return Response(status_code=404)

    return router


def _download(kept: media.Media) -> Response:
    disposition = f'attachment; filename="{kept.id}.{kept.format}"'
    return Response(
        kept.data, media_type=kept.content_type, headers={"Content-disposition": disposition}
    )


async def _file(request: Request) -> tuple[str, bytes]:
    """Name and bytes of the part `media`, which must have a file name."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise Refused(41005)
    async with request.form(max_files=1, max_part_size=1024) as form:
        part = form.get("media")
        if not isinstance(part, UploadFile):
            raise Refused(41005)
        return part.filename or "", await part.read()
