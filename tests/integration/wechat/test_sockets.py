"""Once over real sockets: product and simulators as two servers, pushes and answers between them."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from channels.wechat.api import WeChatApis
from core.outbox.worker import OutboxWorker
from simulators.__main__ import build_app
from tests.integration.wechat.conftest import World, handlers, tools_for


@contextlib.asynccontextmanager
async def serving(app: FastAPI, listener: socket.socket) -> AsyncIterator[None]:
    """The app behind a listening socket. Nothing waits for its start: early connections queue up."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield
    finally:
        server.should_exit = True
        await task


def listen() -> tuple[socket.socket, str]:
    listener = socket.create_server(("127.0.0.1", 0))
    return listener, f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    # Two servers in this one process answer when it is their turn.
    async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
        yield client


async def test_a_citizen_is_answered_over_real_sockets(
    world: World, http: httpx.AsyncClient
) -> None:
    (product, product_address), (simulators, simulators_address) = listen(), listen()
    world.settings.callback_url = f"{product_address}/channels/wechat/wx"
    await world.connect("encrypted")
    simulator_app = build_app(world.settings, http=http, now=lambda: world.clock.now().timestamp())
    async with serving(world.app, product), serving(simulator_app, simulators):
        base = f"{simulators_address}/wechat"
        apis = WeChatApis(tools=tools_for(world.uows, http), base_url=base)
        world.carrier._apis = apis
        world.outbox = OutboxWorker(world.uows, handlers(world.uows, world.courier))
        assert (await http.post(f"{base}/_control/verify")).status_code == 200
        await http.post(f"{base}/_control/faults", json={"kind": "html", "times": 1})
        pushed = await http.post(
            f"{base}/_citizen/send", json={"openid": "oSocket", "text": "在吗"}
        )
        assert pushed.json()["accepted"] is True
        await world.settle()
        await world.retry_soon()
        chat = (await http.get(f"{base}/_citizen/oSocket/messages")).json()
        calls = (await http.get(f"{base}/_control/state")).json()["calls"]
    assert calls["/cgi-bin/message/custom/send"] == 2
    assert [line["text"] for line in chat["messages"]] == ["在吗", "您说：在吗"]
