"""The exchange over real sockets with a server that misbehaves: what is certain, what is unsure, what it may cost."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx
import pytest

from channels.tencent.api import exchange as module
from channels.tencent.api.exchange import Request, exchange
from channels.tencent.errors import ApiFailed, ApiUnsure

Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False) as client:
        yield client


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time-outs of a tenth of a second, of half a second for the whole."""
    monkeypatch.setattr(module, "TIMEOUT", httpx.Timeout(0.1))
    monkeypatch.setattr(module, "WHOLE_SECONDS", 0.5)


@asynccontextmanager
async def serving(behave: Behaviour) -> AsyncIterator[str]:
    under_way: set[asyncio.Task[None]] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        under_way.add(task)
        try:
            await behave(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        async with server:
            yield f"http://127.0.0.1:{port}"
    finally:
        # A connection left open would be found, and complained of, in the middle of some later test.
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)


async def request_of(reader: asyncio.StreamReader) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    await reader.readexactly(length)


async def ask(http: httpx.AsyncClient, base: str) -> dict[str, object]:
    request = Request("POST", base + "/cgi-bin/x", {"access_token": "t"}, {"text": "您好"})
    return (await exchange(http, request, expect="errcode")).answer


async def failure_of(http: httpx.AsyncClient, behave: Behaviour) -> ApiFailed:
    async with serving(behave) as base:
        with pytest.raises(ApiFailed) as failed:
            await ask(http, base)
    return failed.value


def answering(raw: bytes) -> Behaviour:
    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        writer.write(raw)
        await writer.drain()

    return behave


async def test_a_right_answer_is_understood(http: httpx.AsyncClient) -> None:
    good = b'HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n{"errcode":0}'
    async with serving(answering(good)) as base:
        assert await ask(http, base) == {"errcode": 0}


async def test_nobody_listens(http: httpx.AsyncClient) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(ApiFailed) as failed:
        await ask(http, f"http://127.0.0.1:{port}")
    assert type(failed.value) is ApiFailed


async def test_no_such_host(http: httpx.AsyncClient) -> None:
    with pytest.raises(ApiFailed) as failed:
        await ask(http, "http://nowhere.invalid")
    assert type(failed.value) is ApiFailed


@pytest.mark.usefixtures("hurry")
async def test_no_answer_after_the_request_was_read(http: httpx.AsyncClient) -> None:
    async def behave(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        await reader.read()

    assert type(await failure_of(http, behave)) is ApiUnsure


@pytest.mark.usefixtures("hurry")
async def test_an_answer_that_drips_ends_with_the_whole_time(http: httpx.AsyncClient) -> None:
    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while True:
            writer.write(b" ")
            await writer.drain()
            # Faster than the time-out of one read.
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(reader.read(1), 0.05)

    failure = await failure_of(http, behave)
    assert type(failure) is ApiUnsure
    assert "TimeoutError" in failure.reason


async def test_the_connection_breaks_before_any_answer(http: httpx.AsyncClient) -> None:
    assert type(await failure_of(http, answering(b""))) is ApiUnsure


async def test_the_connection_breaks_within_the_answer(http: httpx.AsyncClient) -> None:
    half = b'HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n{"errc'
    assert type(await failure_of(http, answering(half))) is ApiUnsure


async def test_the_answer_is_not_http(http: httpx.AsyncClient) -> None:
    assert type(await failure_of(http, answering(b"SSH-2.0-x\r\n\r\n"))) is ApiUnsure


async def test_an_answer_that_does_not_unpack(http: httpx.AsyncClient) -> None:
    broken = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd"
    assert type(await failure_of(http, answering(broken))) is ApiUnsure


async def test_a_page_with_200_comes_from_somebody_else(http: httpx.AsyncClient) -> None:
    page = b"HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n<html></html>"
    assert type(await failure_of(http, answering(page))) is ApiFailed


async def test_a_redirect_is_not_followed(http: httpx.AsyncClient) -> None:
    asked = []

    async def elsewhere(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readline())

    async with serving(elsewhere) as other:
        moved = f"HTTP/1.1 307 T\r\nLocation: {other}/\r\nContent-Length: 0\r\n\r\n".encode()
        assert type(await failure_of(http, answering(moved))) is ApiFailed
    assert asked == []


async def test_a_giant_answer_is_not_read_to_its_end(http: httpx.AsyncClient) -> None:
    written = 0

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal written
        await request_of(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
        while written < 200_000_000:
            writer.write(b" " * 65536)
            await writer.drain()
            written += 65536

    failure = await failure_of(http, behave)
    assert "too long" in failure.reason
    assert written < 2 * module.MAX_ANSWER_BYTES + 8_000_000  # and what sockets hold


async def test_a_packed_bomb_is_not_unpacked_whole(http: httpx.AsyncClient) -> None:
    bomb = gzip.compress(b" " * 50_000_000)
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(bomb)}\r\n\r\n"
    assert "too long" in (await failure_of(http, answering(head.encode() + bomb))).reason


async def test_a_reused_connection_that_was_closed_is_not_tried_twice(
    http: httpx.AsyncClient,
) -> None:
    requests = 0

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal requests
        await request_of(reader)
        requests += 1
        writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n{"errcode":0}')
        await writer.drain()
        await request_of(reader)
        requests += 1  # and closed without a word

    async with serving(behave) as base:
        await ask(http, base)
        with pytest.raises(ApiUnsure):
            await ask(http, base)
    assert requests == 2
