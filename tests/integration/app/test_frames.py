"""Raw frames on the WebSocket: broken, enormous, deep, made up. Whatever comes, others are served on."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from app.container import MAX_FRAME_BYTES
from app.server import WS_MAX_BYTES
from tests.integration.app.clients import PATIENCE
from tests.integration.app.site import Site

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

Socket = aiohttp.ClientWebSocketResponse


async def _until(socket: Socket, start: str) -> str:
    """The next frame that begins so; what comes before it is passed over, pings are answered."""
    async with asyncio.timeout(PATIENCE):
        while True:
            frame = await socket.receive()
            if frame.type is not aiohttp.WSMsgType.TEXT:
                raise ConnectionError(frame)
            if frame.data == "2":
                await socket.send_str("3")
            elif frame.data.startswith(start):
                text: str = frame.data
                return text


@asynccontextmanager
async def _raw(site: Site) -> AsyncIterator[Socket]:
    """A visitor's open connection, without a client library in between."""
    address = site.url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
    async with aiohttp.ClientSession() as session, session.ws_connect(address) as socket:
        await _until(socket, "0")
        await socket.send_str('40/visitor,{"inbox":"web"}')
        await _until(socket, "40/visitor,")
        yield socket


async def _ends(socket: Socket) -> None:
    """Wait until the server has hung up."""
    with pytest.raises(ConnectionError):
        await _until(socket, "never")


async def _still_serves(site: Site) -> None:
    async with site.visitor() as citizen:
        await citizen.say("还在吗")
        await citizen.hear_text("您说：还在吗")


BROKEN = [
    "", "x", "9", "4", "42", "44", "49/visitor,", "42/visitor,", "42/visitor,1", "42/visitor,1not json",
    "42/visitor,1[", "42/visitor,1{}", "42/visitor,1[]", "42/visitor,99999999999999999999[\"mark_read\",{\"seq\":1}]",
    "451-/visitor,1[\"send_message\",{\"_placeholder\":true,\"num\":0}]", "4999", "43/visitor,1[]", "41/agent,",
    "42/agent,1[\"claim_next\",{}]", "42/nowhere,1[\"claim_next\",{}]", "40/visitor,{}", "40/visitor,not json",
    "42/visitor,1" + "[" * 50_000,
    "\x00\x01\x02", "42/visitor,1[\"send_message\",{\"client_msg_id\":\"a\",\"content\":" + "{\"a\":" * 20_000,
]  # fmt: skip


async def test_broken_frames_harm_nobody_else(site: Site) -> None:
    for frame in BROKEN:
        async with _raw(site) as socket:
            await socket.send_str(frame)
            await socket.send_bytes(b"\x00\xff" * 8)
    await _still_serves(site)


@pytest.mark.parametrize("size", [MAX_FRAME_BYTES + 1000, WS_MAX_BYTES + 1000])
async def test_a_huge_frame_ends_the_connection_that_sent_it(site: Site, size: int) -> None:
    async with site.visitor() as citizen, _raw(site) as socket:
        await socket.send_str('42/visitor,1["send_message",{"text":"' + "a" * size + '"}]')
        await _ends(socket)
        await citizen.say("你好")
        await citizen.hear_text("您说：你好")


async def _ack(socket: Socket, data: Any) -> dict[str, Any]:
    await socket.send_str("42/visitor,7" + json.dumps(data))
    frame = await _until(socket, "43/visitor,7")
    [answer] = json.loads(frame.removeprefix("43/visitor,7"))
    found: dict[str, Any] = answer
    return found


async def test_names_that_are_no_commands_are_answered(site: Site) -> None:
    async with _raw(site) as socket:
        names: list[Any] = [
            "connect", "disconnect", "message", "", None, 5, {"a": 1}, ["send_message"], "x" * 5000,
            "message.created", "session.ready", "emit", "_execute",
        ]  # fmt: skip
        for name in names:
            answer = await _ack(socket, [name, {"inbox": "web"}, {"inbox": "web"}])
            assert answer["error"]["code"] == "invalid_input", name
            assert len(str(answer)) < 500
        # The connection still is who it was, also after it has tried to send its own end.
        assert (await _ack(socket, ["mark_read", {"seq": 0}]))["ok"] is True


async def test_numbers_no_language_agrees_on_are_refused(site: Site) -> None:
    async with _raw(site) as socket:
        for number in (
            "NaN",
            "Infinity",
            "-Infinity",
            "1e999",
            "-0.5",
            "9" * 5000,
            "9" * 400 + ".5",
        ):
            await socket.send_str(f'42/visitor,7["mark_read",{{"seq":{number}}}]')
            if number == "9" * 5000:
                continue  # Python does not even read it; there is nothing to answer to
            frame = await _until(socket, "43/visitor,7")
            assert '"ok":false' in frame, number
    await _still_serves(site)


async def test_polling_is_not_offered(site: Site) -> None:
    answer = await site.http.get("/socket.io/", params={"EIO": "4", "transport": "polling"})
    assert answer.status_code == 400
    assert "Traceback" not in answer.text
