"""A medium of WeChat's on our own disk, as if it had been uploaded. The API client has opened it (download.py)."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import BinaryIO, cast

from channels.tencent.errors import ApiFailed
from core.uploads import FileEmpty, too_large

# Smaller files stay in memory.
SPOOLED = 64 * 1024
# How a page begins that stands in the place of a file: a gateway's, a proxy's that wants a login.
_PAGES = (b"<!doctype", b"<html", b"<head", b"<?xml")


@dataclass(frozen=True)
class Medium:
    """An open file: the media type its sender names, which nobody goes by, and its bytes."""

    media_type: str
    pieces: AsyncIterator[bytes]


# Inbox, media id. Raises ApiFailed; `errcode` as WeChat gives it.
Open = Callable[[str, str], AbstractAsyncContextManager[Medium]]


@asynccontextmanager
async def fetched(
    opening: AbstractAsyncContextManager[Medium], *, max_bytes: int
) -> AsyncIterator[tuple[BinaryIO, int]]:
    """The file and its size. Raises ApiFailed, FileEmpty, FileTooLarge; no more is read than may be kept."""
    with tempfile.SpooledTemporaryFile(max_size=SPOOLED) as spooled:
        file = cast(BinaryIO, spooled)
        size = 0
        async with opening as medium:
            # What is too large is refused for good here, not tried again.
            async for piece in medium.pieces:
                size += len(piece)
                if size > max_bytes:
                    raise too_large(max_bytes, "media_id")
                file.write(piece)
        if not size:
            raise FileEmpty(field="media_id")
        file.seek(0)
        if file.read(64).lstrip().lower().startswith(_PAGES):
            raise ApiFailed("a page instead of a file")
        file.seek(0)
        yield file, size
