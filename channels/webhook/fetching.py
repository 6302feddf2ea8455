"""Fetches the files that portals name by their address, within limits and only from the open internet."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import PurePosixPath
from typing import BinaryIO
from urllib.parse import unquote, urljoin, urlsplit

import httpx

from channels.webhook.errors import FetchFailed
from core.uploads import FileEmpty, StreamedUpload, too_large
from core.webhooks.addresses import Target, file_target, is_public
from core.webhooks.calling import Outside, Permitted
from core.webhooks.errors import AddressRefused

# The portal waits for its answer meanwhile, for its turn among others as well.
TOTAL_SECONDS = 20.0
MOST_REDIRECTS = 3
# Each may take megabytes for half a minute.
MOST_AT_ONCE = 4
# Smaller files stay in memory.
SPOOLED = 1024 * 1024
# A packed answer could hold a thousand times what is counted on the way.
_PLAIN = {"accept-encoding": "identity"}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Fetcher:
    """`permitted`: which addresses may be called; another one only in tests."""

    def __init__(self, outside: Outside, *, permitted: Permitted = is_public) -> None:
        self._outside = outside
        self._permitted = permitted
        self._at_once = asyncio.Semaphore(MOST_AT_ONCE)

    @asynccontextmanager
    async def fetch(self, url: str, *, name: str, max_bytes: int) -> AsyncIterator[StreamedUpload]:
        """The file as if it had been uploaded. Raises AddressRefused, FetchFailed, FileEmpty, FileTooLarge."""
        with tempfile.SpooledTemporaryFile(max_size=SPOOLED) as file:
            try:
                async with asyncio.timeout(TOTAL_SECONDS), self._at_once:
                    claimed, found = await self._follow(url, file, max_bytes)  # type: ignore[arg-type]
            except TimeoutError:
                raise FetchFailed("取文件超时。", reason="timeout") from None
            except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
                raise FetchFailed(reason=type(error).__name__) from None
            size = file.tell()
            if not size:
                raise FileEmpty(field="url")
            file.seek(0)
            yield StreamedUpload(name or found, claimed, size, file, {})  # type: ignore[arg-type]

    async def _follow(self, url: str, file: BinaryIO, max_bytes: int) -> tuple[str, str]:
        """Media type and name; every address on the way is checked like the first."""
        target = file_target(url)
        for _ in range(MOST_REDIRECTS + 1):
            async with self._outside.stream(
                "GET", target, self._permitted, headers=_PLAIN
            ) as response:
                if response.status_code in _REDIRECTS:
                    target = _turned(target, response.headers.get("location", ""))
                    continue
                if response.status_code != 200:
                    raise FetchFailed(reason="status", status=response.status_code)
                await _copy(response, file, max_bytes)
                return response.headers.get("content-type", ""), _name(target)
        raise FetchFailed("文件地址转向次数太多。", reason="redirects")


async def _copy(response: httpx.Response, file: BinaryIO, max_bytes: int) -> None:
    declared = response.headers.get("content-length", "0")
    if declared.isdigit() and int(declared) > max_bytes:
        raise too_large(max_bytes, "url")
    size = 0
    async for piece in response.aiter_raw():
        size += len(piece)
        if size > max_bytes:
            raise too_large(max_bytes, "url")
        file.write(piece)


def _turned(target: Target, location: str) -> Target:
    """Where a redirect leads. Raises AddressRefused."""
    try:
        return file_target(urljoin(target.url, location))
    except ValueError:
        raise AddressRefused("文件地址转向了不完整的地址。", reason="malformed") from None


def _name(target: Target) -> str:
    return PurePosixPath(unquote(urlsplit(target.url).path)).name
