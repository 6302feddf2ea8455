"""Somebody else's website with the widget on it, and a proxy that puts the product into a folder of its host."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

# What themes, resets and other people's widgets do to a page's elements, and worse.
HOSTILE = """
* { all: unset !important; display: block !important; font-size: 40px !important; color: lime !important;
    direction: rtl !important; letter-spacing: 9px !important; }
div { display: none !important; }
button, svg, section, header { visibility: hidden !important; opacity: 0 !important; width: 3px !important; }
body { filter: grayscale(1) !important; transform: translateX(0) !important; }
.lid { display: block !important; position: fixed !important; inset: 0 !important; z-index: 2147483647 !important; }
head, script, style { display: none !important; }
"""


def page(head: str = "", body: str = "", *, title: str = "政务门户") -> str:
    """A website's HTML."""
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
        f"{head}</head><body><h1>{title}</h1>{body}</body></html>"
    )


@asynccontextmanager
async def portal(html: str, policy: str = "") -> AsyncIterator[str]:
    """A website that answers every address with `html` under its own Content-Security-Policy; yields its address."""
    data = html.encode()
    rule = f"content-security-policy: {policy}\r\n" if policy else ""
    head = (
        "HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\n"
        f"{rule}content-length: {len(data)}\r\nconnection: close\r\n\r\n"
    )

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(head.encode() + data)
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the browser opened a line it did not need
        finally:
            writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"


@asynccontextmanager
async def proxied(url: str, folder: str) -> AsyncIterator[str]:
    """The product at `url` behind a proxy that knows it as `/folder` of its host; yields that address."""
    target = urlsplit(url)

    async def pass_on(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            while data := await source.read(65536):
                sink.write(data)
                await sink.drain()
        except ConnectionError:
            pass  # one side hung up
        finally:
            sink.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()
            return
        # One request a line, so that each first line is seen. A socket's line goes on for as long as it likes.
        if b"upgrade: websocket" not in head.lower():
            head = head.replace(b"Connection: keep-alive", b"Connection: close")
        inside, out = await asyncio.open_connection(target.hostname, target.port)
        out.write(head.replace(f" /{folder}/".encode(), b" /", 1))
        await asyncio.gather(pass_on(reader, out), pass_on(inside, writer))

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/{folder}/"
