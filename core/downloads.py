"""Answers to who opens a kept file: its headers, and the whole of it or the part that was asked for."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


@dataclass(frozen=True)
class Download:
    """`etag` changes with the content. `inline`: may be shown where it stands; else it is saved. `more`: headers."""

    name: str
    media_type: str
    size: int
    etag: str
    inline: bool
    more: Mapping[str, str] = field(default_factory=dict)


class NoSuchRange(Exception):
    """The file has no byte of what was asked for."""


async def answer(
    request: Request, file: Download, open_at: Callable[[int], Awaitable[AsyncIterator[bytes]]]
) -> Response:
    """`open_at` gives the file's bytes from a place on; it is not called where no bytes are sent."""
    headers = {
        "content-disposition": disposition(file.name, inline=file.inline),
        # A file opened by itself gets no rights, whatever is in it.
        "content-security-policy": "default-src 'none'; sandbox",
        "x-content-type-options": "nosniff",
        # Not for shared caches: it is for some people only, and it may be withdrawn.
        "cache-control": "private, max-age=3600",
        "accept-ranges": "bytes",
        "etag": f'"{file.etag}"',
        **file.more,
    }
    if request.headers.get("if-none-match") == headers["etag"]:
        return Response(status_code=304, headers=headers)
    asked = request.headers.get("range")
    if request.headers.get("if-range", headers["etag"]) != headers["etag"]:
        asked = None  # RFC 9110, 13.1.5: the part is of another file
    try:
        start, end = wanted(asked, file.size)
    except NoSuchRange:
        return Response(
            status_code=416, headers={**headers, "content-range": f"bytes */{file.size}"}
        )
    status = 200
    if (start, end) != (0, file.size):
        status = 206
        headers["content-range"] = f"bytes {start}-{end - 1}/{file.size}"
    headers["content-length"] = str(end - start)
    if request.method == "HEAD":
        return Response(status_code=status, media_type=file.media_type, headers=headers)
    pieces = await open_at(start)
    return StreamingResponse(
        _up_to(pieces, end - start), status_code=status, media_type=file.media_type, headers=headers
    )


def wanted(asked: str | None, size: int) -> tuple[int, int]:
    """The first byte and the one after the last, by RFC 9110, 14.1.2. Raises NoSuchRange.

    A header that makes no sense, or asks for several parts, may be ignored: then it is the whole.
    """
    match = _RANGE.fullmatch(asked.strip()) if asked else None
    if match is None or not (match[1] or match[2]):
        return 0, size
    if not match[1]:
        last = int(match[2])
        if not last:
            raise NoSuchRange
        return max(0, size - last), size
    start = int(match[1])
    if match[2] and int(match[2]) < start:
        return 0, size
    if start >= size:
        raise NoSuchRange
    return start, min(int(match[2]) + 1, size) if match[2] else size


def disposition(name: str, *, inline: bool) -> str:
    """RFC 6266: the name in UTF-8, with one in ASCII for what does not know that."""
    ending = name.rpartition(".")[2]
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"file.{ending}\"; filename*=UTF-8''{quote(name, safe='')}"


async def _up_to(pieces: AsyncIterator[bytes], length: int) -> AsyncIterator[bytes]:
    async for piece in pieces:
        yield piece[:length]
        length -= len(piece)
        if length <= 0:
            return
