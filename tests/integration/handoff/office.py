"""A served desk for tests: the /agent namespace over real WebSockets, with agents' browsers at it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import socketio
import uvicorn
from fastapi import FastAPI

from app.bus import EventBus
from app.fan_out import FanOut, Json
from core.auth.actor import Actor
from core.auth.permissions import Role
from core.auth.service import AuthService, create_account
from handoff.desk.namespace import AgentNamespace
from tests.integration.handoff.conftest import World

PASSWORD = "correct horse battery staple"
SECONDS = 10


@dataclass
class Desk:
    """An agent's browser: a socket and what it has heard."""

    actor: Actor
    token: str
    client: socketio.AsyncClient
    heard: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def hear(self, event: str, data: dict[str, Any]) -> None:
        async with self.news:
            self.heard.append((event, data))
            self.news.notify_all()

    async def gone(self, *_reason: Any) -> None:
        await self.hear("disconnect", {})

    async def call(self, command: str, **payload: Any) -> dict[str, Any]:
        answer: dict[str, Any] = await self.client.call(
            command, payload, namespace="/agent", timeout=SECONDS
        )
        return answer

    async def data(self, command: str, **payload: Any) -> Any:
        answer = await self.call(command, **payload)
        assert answer["ok"], answer
        return answer["data"]

    def names(self, conversation_id: str) -> list[str]:
        return [name for name, data in self.heard if conversation_id in str(data)]

    async def until(self, name: str, **wanted: Any) -> dict[str, Any]:
        """The first event of that name with these fields, heard already or soon."""
        async with asyncio.timeout(SECONDS), self.news:
            while True:
                for heard, data in self.heard:
                    if heard == name and all(data.get(k) == v for k, v in wanted.items()):
                        return data
                await self.news.wait()

    async def until_text(self, text: str) -> None:
        """Somebody has said it, now or before."""
        async with asyncio.timeout(SECONDS), self.news:
            while not any(
                name == "message.created" and data["content"].get("text") == text
                for name, data in self.heard
            ):
                await self.news.wait()


@dataclass
class Office:
    world: World
    address: str
    auth: AuthService
    namespace: AgentNamespace
    bus: EventBus
    desks: list[Desk] = field(default_factory=list)

    async def open_desk(self, login: str, role: Role = Role.AGENT) -> Desk:
        async with self.world.uows.write() as uow:
            await create_account(
                uow,
                login=f"agent.{login}",
                name=login,
                role=role,
                password=PASSWORD,
                actor="system",
            )
        actor, token = await self.auth.login(f"agent.{login}", PASSWORD, "test")
        desk = Desk(actor, token, socketio.AsyncClient(reconnection=False))
        self.desks.append(desk)

        desk.client.on("*", desk.hear, namespace="/agent")
        desk.client.on("disconnect", desk.gone, namespace="/agent")
        await self.connect(desk.client, auth={"token": token})
        return desk

    async def connect(self, client: socketio.AsyncClient, **how: Any) -> None:
        await client.connect(
            self.address,
            namespaces=["/agent"],
            transports=["websocket"],
            wait_timeout=SECONDS,
            **how,
        )


@asynccontextmanager
async def opened(world: World) -> AsyncIterator[Office]:
    """The server, until everybody has gone home."""
    auth = AuthService(world.uows, session_hours=1)
    sio = socketio.AsyncServer(
        async_mode="asgi", transports=["websocket"], cors_allowed_origins="*",
        client_manager=FanOut(), json=Json,
    )  # fmt: skip
    bus = EventBus(sio)
    world.uows.publish = bus.publish
    namespace = world.people.namespace(auth)
    sio.register_namespace(namespace)
    bus.react("conversation.assigned", namespace.owner_changed)
    bus.react("message.created", namespace.left_people)
    bus.react("team.updated", namespace.team_changed)
    asgi = socketio.ASGIApp(sio, FastAPI())
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(asgi, log_level="warning", lifespan="off"))
    # Nothing waits for its start: early connections queue up at the listener.
    task = asyncio.create_task(server.serve(sockets=[listener]))
    port = listener.getsockname()[1]
    office = Office(world, f"http://127.0.0.1:{port}", auth, namespace, bus)
    yield office
    for desk in office.desks:
        await desk.client.disconnect()
    server.should_exit = True
    await task
