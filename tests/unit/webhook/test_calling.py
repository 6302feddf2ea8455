"""Names and redirects that make no sense are refused like any other address that cannot be called."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, cast

import httpx
import pytest

from channels.webhook import fetching
from channels.webhook.errors import FetchFailed
from channels.webhook.fetching import Fetcher
from core.webhooks.addresses import Target
from core.webhooks.calling import Outside, Permitted, resolve
from core.webhooks.errors import AddressRefused


@pytest.mark.parametrize("host", ["a" * 64 + ".example", "a..example", ".example", "é" * 70])
async def test_a_name_that_cannot_be_one_is_not_found(host: str) -> None:
    with pytest.raises(OSError, match="name"):
        await resolve(host, 443)


class Sending:
    """Answers every request with a redirect."""

    def __init__(self, location: str) -> None:
        self._location = location

    @asynccontextmanager
    async def stream(
        self,
        method: str,
        target: Target,
        permitted: Permitted,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> AsyncIterator[httpx.Response]:
        yield httpx.Response(302, headers=cast(Any, {b"location": self._location.encode()}))


@pytest.mark.parametrize(
    "location", ["https://[", "//[::1", "https://a:b/", "javascript:alert(1)", "//10.0.0.1/"]
)
async def test_a_redirect_to_nowhere_is_refused(location: str) -> None:
    fetcher = Fetcher(cast(Outside, Sending(location)))
    with pytest.raises(AddressRefused):
        async with fetcher.fetch("https://files.example/a.pdf", name="", max_bytes=10):
            pytest.fail("there is no file")


class Silent:
    """Takes requests and never answers."""

    def __init__(self) -> None:
        self.taken = asyncio.Semaphore(0)

    @asynccontextmanager
    async def stream(
        self, method: str, target: Target, permitted: Permitted, **_: Any
    ) -> AsyncIterator[httpx.Response]:
        self.taken.release()
        await asyncio.Event().wait()
        yield httpx.Response(200)


async def test_waiting_for_a_turn_counts_as_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    silent = Silent()
    fetcher = Fetcher(cast(Outside, silent))

    async def fetch() -> None:
        async with fetcher.fetch("https://files.example/a.pdf", name="", max_bytes=10):
            pytest.fail("there is no file")

    busy = [asyncio.create_task(fetch()) for _ in range(fetching.MOST_AT_ONCE)]
    for _ in busy:
        await silent.taken.acquire()
    monkeypatch.setattr(fetching, "TOTAL_SECONDS", 0)
    async with asyncio.timeout(10):
        with pytest.raises(FetchFailed):
            await fetch()
    for task in busy:
        task.cancel()
    await asyncio.gather(*busy, return_exceptions=True)
