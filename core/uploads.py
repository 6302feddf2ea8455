"""Files that come in by HTTP: how large a route's body may be, and reading the one file of a form."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO, TypeVar

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from core.errors import InvalidInput

# Boundaries, part headers and a few small fields around the file itself.
FORM_OVERHEAD = 64 * 1024
# 20 MB over a bad mobile net (300 kbit/s).
UPLOAD_SECONDS = 600.0
BODY_LIMIT_ATTRIBUTE = "max_body_bytes"

Endpoint = TypeVar("Endpoint", bound=Callable[..., object])


class FileTooLarge(InvalidInput):
    """Details: `limit` in bytes."""

    code, status, default_message = "file_too_large", 413, "文件太大了。"


class UploadTooSlow(InvalidInput):
    """The sender took longer than any honest net; it would hold its place among the uploads for ever."""

    code, status, default_message = "upload_too_slow", 408, "上传太慢，没有完成。请换个网络再试。"


class FileEmpty(InvalidInput):
    code, default_message = "file_empty", "文件是空的。"


def form_with_file(**more: dict[str, str]) -> dict[str, Any]:
    """For `openapi_extra` of a route that reads its body itself; `more`: the schemas of further fields."""
    file = {"type": "string", "format": "binary"}
    schema = {"type": "object", "required": ["file"], "properties": {"file": file, **more}}
    return {
        "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}
    }


def takes_file(max_bytes: int) -> Callable[[Endpoint], Endpoint]:
    """Declare on a route's function that its body may hold a file of `max_bytes`, above the usual limit.

    `app.middleware.BodyLimit` reads it from the routes. Put it below the router's decorator.
    """

    def mark(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, BODY_LIMIT_ATTRIBUTE, max_bytes + FORM_OVERHEAD)
        return endpoint

    return mark


@dataclass(frozen=True)
class Upload:
    """A file as it was sent. `name` is the sender's and not to be trusted; it may be empty."""

    name: str
    data: bytes


@dataclass(frozen=True)
class StreamedUpload:
    """A file as it was sent, on the disk while its request lasts. Nothing the sender says of it is to be trusted."""

    name: str
    claimed: str
    size: int
    file: BinaryIO
    fields: dict[str, str]


@asynccontextmanager
async def stream_upload(
    request: Request, *, max_bytes: int, field: str = "file"
) -> AsyncIterator[StreamedUpload]:
    """As read_upload, without the file in memory: all but a small one is written to a temporary file as it comes."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise InvalidInput("没有收到文件。", field=field)
    parser = _ToDisk(request.headers, request.stream(), max_files=1, max_fields=8)
    try:
        async with asyncio.timeout(UPLOAD_SECONDS):
            form = await parser.parse()
    except MultiPartException:
        raise InvalidInput("没有收到文件。", field=field) from None
    except TimeoutError:
        raise UploadTooSlow() from None
    try:
        part = form.get(field)
        if not isinstance(part, UploadFile):
            raise InvalidInput("没有收到文件。", field=field)
        size = part.size or 0
        if not size:
            raise FileEmpty(field=field)
        if size > max_bytes:
            raise too_large(max_bytes, field)
        fields = {key: value for key, value in form.items() if isinstance(value, str)}
        # Mini-programs upload under the name of a temporary file, and say the file's own beside it.
        name = fields.get("name") or part.filename or ""
        yield StreamedUpload(name, part.content_type or "", size, part.file, fields)
    finally:
        await form.close()


class _ToDisk(MultiPartParser):
    """Goes over to a temporary file early: fifty uploads at once are not to stand in memory with a megabyte each."""

    spool_max_size = 64 * 1024


def too_large(max_bytes: int, field: str = "file") -> FileTooLarge:
    return FileTooLarge(f"文件超过 {max_bytes // 1024 // 1024} MB。", field=field, limit=max_bytes)


async def read_upload(request: Request, *, max_bytes: int, field: str = "file") -> Upload:
    """The file in `field` of a multipart form. Raises InvalidInput, FileEmpty, FileTooLarge.

    Called inside the route and not declared as a parameter: FastAPI would read the body before it asks
    who is calling.
    """
    async with request.form(max_files=1, max_fields=8) as form:
        part = form.get(field)
        if not isinstance(part, UploadFile):
            raise InvalidInput("没有收到文件。", field=field)
        data = await part.read()
        name = part.filename or ""
    if not data:
        raise FileEmpty(field=field)
    if len(data) > max_bytes:
        raise too_large(max_bytes, field)
    return Upload(name, data)
