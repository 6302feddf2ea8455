"""Reads what WeChat answers when a medium is asked for: the file, or one of the other things it sends with HTTP 200.

Source: "获取临时素材" (media/get): the file itself; for a video {"video_url": ...}, to be fetched from there; errors as
{"errcode": 40007, ...} with HTTP 200 and often as text/plain.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO, cast
from urllib.parse import urlsplit

import httpx

from channels.tencent.errors import ApiFailed
from core.uploads import FileEmpty, too_large

# Smaller files stay in memory.
SPOOLED = 64 * 1024
# An error or an address is shorter; what is longer is a file.
_LONGEST_ANSWER = 8 * 1024
_SECONDS = httpx.Timeout(15.0, connect=5.0)
# Where WeChat's answers send us for a video: nowhere but to Tencent's own servers.
_HOSTS = (".qq.com", ".qpic.cn", ".weixinbridge.com")


@dataclass(frozen=True)
class Medium:
    """What came: the media type of the answer's header, and the body in pieces."""

    media_type: str
    pieces: AsyncIterator[bytes]


# Inbox, media id. Raises ApiFailed; `errcode` as WeChat gives it.
Download = Callable[[str, str], AbstractAsyncContextManager[Medium]]


class Videos:
    """Fetches a video from the address that WeChat names for it. `trusted`: one more host, the stand-in's."""

    def __init__(self, http: httpx.AsyncClient, *, trusted: str = "") -> None:
        self._http = http
        self._trusted = urlsplit(trusted).hostname

    @asynccontextmanager
    async def open(self, address: str) -> AsyncIterator[Medium]:
        """Raises ApiFailed."""
        try:
            parts = urlsplit(address)
            host = parts.hostname or ""
        except ValueError:
            raise ApiFailed("no address of a video") from None
        known = host == self._trusted or host.endswith(_HOSTS)
        if parts.scheme not in ("http", "https") or not known:
            raise ApiFailed("a video elsewhere")
        try:
            async with self._http.stream("GET", address, timeout=_SECONDS) as response:
                if response.status_code != 200:
                    raise ApiFailed(f"a video's address answered HTTP {response.status_code}")
                kind = response.headers.get("content-type", "")
                yield Medium(kind, response.aiter_bytes())
        except httpx.HTTPError as error:
            raise ApiFailed(f"no answer: {type(error).__name__}") from None


@asynccontextmanager
async def fetched(
    medium: AbstractAsyncContextManager[Medium], videos: Videos, *, max_bytes: int
) -> AsyncIterator[tuple[BinaryIO, int]]:
    """The file on the disk, and its size. Raises ApiFailed, FileEmpty, FileTooLarge, before more is read than that."""
    with tempfile.SpooledTemporaryFile(max_size=SPOOLED) as spooled:
        file = cast(BinaryIO, spooled)
        async with medium as found:
            size = await _copy(found, file, max_bytes)
        address = _video_in(file, size)
        if address is not None:
            file.seek(0)
            file.truncate()
            async with videos.open(address) as found:
                size = await _copy(found, file, max_bytes)
        if not size:
            raise FileEmpty(field="media_id")
        file.seek(0)
        yield file, size


async def _copy(medium: Medium, file: BinaryIO, max_bytes: int) -> int:
    if medium.media_type.partition(";")[0].strip().lower() in (
        "text/html",
        "application/xhtml+xml",
    ):
        # A gateway's page on the way, whatever its status.
        raise ApiFailed("HTML instead of a file")
    size = 0
    async for piece in medium.pieces:
        size += len(piece)
        if size > max_bytes:
            raise too_large(max_bytes, "media_id")
        file.write(piece)
    return size


def _video_in(file: BinaryIO, size: int) -> str | None:
    """The address that came instead of the file, None for a file. Raises ApiFailed for an error in its place."""
    file.seek(0)
    head = file.read(_LONGEST_ANSWER if size <= _LONGEST_ANSWER else 0).lstrip()
    if head[:1] == b"<":
        raise ApiFailed("HTML instead of a file")
    if head[:1] != b"{":
        return None
    try:
        answer: Any = json.loads(head)
    except (ValueError, RecursionError):
        return None
    if not isinstance(answer, dict):
        return None
    code = answer.get("errcode")
    if isinstance(code, int) and code:
        raise ApiFailed("refused", errcode=code)
    address = answer.get("video_url") or answer.get("down_url")
    if isinstance(address, str):
        return address
    raise ApiFailed("an answer without a file")
