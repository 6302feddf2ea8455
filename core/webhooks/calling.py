"""Calls addresses that others gave us: the name is looked up once, the address checked, and that one is called.

Between the check and the call a name cannot turn to another address. Redirects are never followed here.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

import certifi
import httpx

from core.webhooks.addresses import Target, is_public
from core.webhooks.errors import AddressRefused

Resolve = Callable[[str, int], Awaitable[list[str]]]
Permitted = Callable[[str], bool]
CONNECT_SECONDS = 5.0
# No answer to an event is longer, and nothing of it is needed.
MOST_READ = 64 * 1024


async def resolve(host: str, port: int) -> list[str]:
    """All addresses of a name. Raises OSError."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=0, proto=6)
    except UnicodeError:
        # A part of it is empty or longer than names may be.
        raise OSError("this is no name of a host") from None
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def trusted() -> ssl.SSLContext:
    """The machine's own authorities, an office's included, and those everybody knows."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


class Outside:
    """The way out. `proxy`: for what is public; the own network is reached without it."""

    def __init__(
        self, *, proxy: str = "", verify: ssl.SSLContext | None = None, find: Resolve = resolve
    ) -> None:
        self._find = find
        verify = verify or trusted()
        timeout = httpx.Timeout(15.0, connect=CONNECT_SECONDS)
        direct = httpx.AsyncClient(trust_env=False, verify=verify, timeout=timeout)
        self._direct = direct
        self._proxied = (
            httpx.AsyncClient(trust_env=False, verify=verify, timeout=timeout, proxy=proxy)
            if proxy
            else direct
        )

    async def close(self) -> None:
        await self._direct.aclose()
        await self._proxied.aclose()

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
        """The answer, its body still to be read. Raises AddressRefused, OSError or httpx.HTTPError.

        A name with one address that is not permitted is refused as a whole.
        """
        addresses = await self._find(target.host, target.port)
        if not addresses or not all(permitted(each) for each in addresses):
            raise AddressRefused("这个域名指向不允许访问的网络地址。", reason="private_address")
        client = self._proxied if all(is_public(each) for each in addresses) else self._direct
        url = httpx.URL(target.url)
        request = client.build_request(
            method,
            url.copy_with(host=addresses[0]),
            headers={**(headers or {}), "host": url.netloc.decode("ascii")},
            content=content,
            # The certificate is that of the name.
            extensions={"sni_hostname": url.raw_host.decode("ascii")},
        )
        response = await client.send(request, stream=True, follow_redirects=False)
        try:
            yield response
        finally:
            await response.aclose()


async def read_some(response: httpx.Response, most: int = MOST_READ) -> bytes:
    """The beginning of the body; the rest is not fetched."""
    body = bytearray()
    async for piece in response.aiter_raw():
        body += piece
        if len(body) >= most:
            break
    return bytes(body[:most])
