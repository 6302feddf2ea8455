"""One turn as a citizen: over the visitor socket of the running server, or of one started for the purpose."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import socketio

from app.foreground import Foreground
from app.home import locked
from app.migrate import upgrade
from core.errors import Unavailable
from core.ids import new_id
from core.processes import free_port
from core.settings import Settings

NAMESPACE = "/visitor"
ANSWER_SECONDS = 30.0


@dataclass(frozen=True)
class Turn:
    """What came back: contents in order, the conversation's status, the token to go on with."""

    replies: list[dict[str, Any]]
    status: str
    token: str


async def converse(settings: Settings, text: str, *, token: str | None) -> Turn:
    """Say `text`; raises Unavailable when no answer comes."""
    async with _server(settings) as base:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await _say(base, text, token)
        except (TimeoutError, socketio.exceptions.SocketIOError) as error:
            raise Unavailable(
                "没有等到回答。", part="server", reason=type(error).__name__
            ) from None


@contextlib.asynccontextmanager
async def _server(settings: Settings) -> AsyncIterator[str]:
    """The address of the running server, else of a temporary one on a free port."""
    base = f"http://{settings.host}:{settings.port}"
    if await _is_ours(base):
        yield base
        return
    settings = settings.model_copy(update={"port": free_port(), "simulators": False})
    with locked(settings.home):
        await asyncio.to_thread(upgrade, settings.resolved_database_url)
        foreground = Foreground(settings, 0.0, quiet=True)
        running = asyncio.create_task(foreground.run(everything=True))
        ready = asyncio.create_task(foreground.ready.wait())
        try:
            await asyncio.wait({running, ready}, return_when=asyncio.FIRST_COMPLETED)
            if running.done():
                running.result()
            yield f"http://{settings.host}:{settings.port}"
        finally:
            ready.cancel()
            foreground.stop()
            await running


async def _is_ours(base: str) -> bool:
    async with httpx.AsyncClient(trust_env=False, timeout=2) as client:
        try:
            answer = await client.get(f"{base}/healthz")
        except httpx.HTTPError:
            return False
    return answer.status_code == httpx.codes.OK and "uptime_seconds" in answer.text


async def _say(base: str, text: str, token: str | None) -> Turn:
    client = socketio.AsyncClient(reconnection=False)
    session: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
    answered = asyncio.Event()

    def on_ready(data: dict[str, Any]) -> None:
        if not session.done():
            session.set_result(data)

    def on_message(data: dict[str, Any]) -> None:
        if data["author"]["kind"] != "visitor":
            answered.set()

    client.on("session.ready", on_ready, namespace=NAMESPACE)
    client.on("message.created", on_message, namespace=NAMESPACE)
    auth = {"inbox": "web"} | ({"token": token} if token else {})
    await client.connect(base, namespaces=[NAMESPACE], auth=auth, transports=["websocket"])
    try:
        opened = await session
        message = {"client_msg_id": new_id(), "content": {"type": "text", "text": text}}
        stored = _data(await client.call("send_message", message, namespace=NAMESPACE))
        if await _owner(client, stored["seq"]) == "bot":
            await answered.wait()
        # A turn is stored as a whole, so with its first message all of it can be fetched.
        page = _data(
            await client.call("list_messages", {"after_seq": stored["seq"]}, namespace=NAMESPACE)
        )
    finally:
        await client.disconnect()
    replies = [row["content"] for row in page["messages"] if row["author"]["kind"] != "visitor"]
    return Turn(replies, page["conversation"]["status"], opened["token"])


async def _owner(client: socketio.AsyncClient, seq: int) -> str:
    """The conversation's status: in the queue or with an agent, nobody may answer for long."""
    page = _data(await client.call("list_messages", {"after_seq": seq}, namespace=NAMESPACE))
    status: str = page["conversation"]["status"]
    return status


def _data(answer: dict[str, Any]) -> dict[str, Any]:
    if not answer["ok"]:
        error = answer["error"]
        raise Unavailable(error["message"], reason=error["code"])
    data: dict[str, Any] = answer["data"]
    return data
