"""Temporary media of the stand-in: media/upload with its limits, media/get while they live.

Sources: developer.work.weixin.qq.com 90253 (上传临时素材), 90254 (获取临时素材), 90313 (错误码).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.datastructures import UploadFile

from simulators.tencent.faults import respond
from simulators.wecom.rules import MEDIA_SECONDS
from simulators.wecom.state import State

MB = 1024 * 1024
LIMITS = {"image": 10 * MB, "voice": 2 * MB, "video": 10 * MB, "file": 20 * MB}
LEAST_BYTES = 6
# What a file of the kind begins with, at which place; a plain file may be anything.
MAGIC: dict[str, tuple[tuple[int, bytes], ...]] = {
    "image": ((0, b"\xff\xd8\xff"), (0, b"\x89PNG\r\n\x1a\n")),
    "voice": ((0, b"#!AMR"),),
    "video": ((4, b"ftyp"),),
}
Answer = Callable[[int], dict[str, Any]]


def build_router(state: State, answer: Answer) -> APIRouter:
    router = APIRouter(prefix="/cgi-bin/media")

    @router.post("/upload")
    async def upload(request: Request, access_token: str = "", type: str = "") -> Response:
        async def work() -> dict[str, Any]:
            code = state.tokens.check(access_token, state.now())
            if code:
                return answer(code)
            async with request.form() as form:
                file = form.get("media")
                if not isinstance(file, UploadFile):
                    return answer(41005)
                data = await file.read()
                name, media_type = file.filename or "", file.content_type or ""
            code = check_file(type, data)
            if code:
                return answer(code)
            media_id = state.put_media(data, name, media_type)
            return answer(0) | {
                "type": type,
                "media_id": media_id,
                "created_at": str(int(state.now())),
            }

        return await respond(state.faults, request, work, answer)

    @router.get("/get")
    async def get(request: Request, access_token: str = "", media_id: str = "") -> Response:
        async def work() -> dict[str, Any] | Response:
            code = state.tokens.check(access_token, state.now())
            if code:
                return answer(code)
            media = state.media.get(media_id)
            if media is None or state.now() - media.at >= MEDIA_SECONDS:
                return answer(40007)
            # As it is in life: the name in quotes, and a type that need not be right.
            headers = {"content-disposition": f'attachment; filename="{media.name}"'}
            headers = {key: value.encode().decode("latin-1") for key, value in headers.items()}
            return Response(media.data, media_type=media.media_type, headers=headers)

        return await respond(state.faults, request, work, answer)

    return router


def check_file(kind: str, data: bytes) -> int:
    """The error code for a file to be uploaded as `kind`."""
    if kind not in LIMITS:
        return 40005
    if not LEAST_BYTES <= len(data) <= LIMITS[kind]:
        return 40006
    beginnings = MAGIC.get(kind)
    if beginnings is None or any(data[at:].startswith(magic) for at, magic in beginnings):
        return 0
    return 301017 if kind == "voice" else 40004
