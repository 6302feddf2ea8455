"""The two ways a citizen of the load generator can talk: Rasa's REST channel, and the product's visitor socket."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import socketio

# What the engine tells Rasa with every message: where the citizen writes.
METADATA = {"region": "example", "inbox": "web", "channel": "web", "inbox_name": "网站"}
# Longer than any turn should take even with 32 clients waiting; past it the run is worth nothing.
TURN_SECONDS = 60.0
NAMESPACE = "/visitor"


class TurnFailed(Exception):
    """The target did not answer as a bot: an error, no reply, or a conversation that left the bot."""


def _connections() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))


def text_of(content: dict[str, Any]) -> str:
    """What a citizen would read first, to compare both targets' answers."""
    return str(content.get("text") or content.get("text_md") or "")


class RestCitizen:
    """POST /webhooks/rest/webhook; the reply is the response."""

    def __init__(self, session: aiohttp.ClientSession, url: str, token: str) -> None:
        self._session = session
        self._address = f"{url}/webhooks/rest/webhook" + (f"?token={token}" if token else "")
        self._sender = uuid.uuid4().hex

    @classmethod
    @asynccontextmanager
    async def sharing(cls, url: str, token: str) -> AsyncIterator[Callable[[], RestCitizen]]:
        """A maker of citizens over one pool of kept connections."""
        async with _connections() as session:
            yield lambda: cls(session, url, token)

    async def open(self) -> None:
        """Nothing to do: a new sender is a new conversation."""

    async def turn(self, text: str) -> tuple[float, str]:
        """Seconds from the request to its whole answer, and the first reply's text."""
        started = time.perf_counter()
        body = {"sender": self._sender, "message": text, "metadata": METADATA}
        timeout = aiohttp.ClientTimeout(total=TURN_SECONDS)
        try:
            async with self._session.post(self._address, json=body, timeout=timeout) as response:
                replies = await response.json()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise TurnFailed(type(error).__name__) from error
        seconds = time.perf_counter() - started
        if response.status != 200 or not replies:
            raise TurnFailed(f"status {response.status}, {len(replies)} replies")
        custom = replies[0].get("custom") or {}
        return seconds, text_of(custom.get("content") or replies[0])

    async def close(self) -> None:
        """Nothing was kept."""


class SocketCitizen:
    """Namespace /visitor: `send_message`, then the bot's `message.created`."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._url = url
        self._socket = socketio.AsyncClient(reconnection=False, http_session=session)
        self._socket.on("message.created", self._on_message, namespace=NAMESPACE)
        self._socket.on("conversation.updated", self._on_conversation, namespace=NAMESPACE)
        self._count = 0
        self._sent_seq: int | None = None
        self._answers: list[tuple[int, float, str]] = []
        self._done: asyncio.Future[tuple[float, str]] | None = None

    @classmethod
    @asynccontextmanager
    async def sharing(cls, url: str) -> AsyncIterator[Callable[[], SocketCitizen]]:
        """A maker of citizens, each with a connection of its own."""
        async with _connections() as session:
            yield lambda: cls(session, url)

    async def open(self) -> None:
        await self._socket.connect(
            self._url, namespaces=[NAMESPACE], auth={"inbox": "web"}, transports=["websocket"]
        )

    async def turn(self, text: str) -> tuple[float, str]:
        """Seconds from sending to the arrival of the bot's first message for it, and that message's text."""
        self._count += 1
        self._sent_seq, self._answers = None, []
        self._done = asyncio.get_running_loop().create_future()
        payload = {
            "client_msg_id": f"m{self._count}",
            "content": {"type": "text", "text": text},
        }
        started = time.perf_counter()
        await self._socket.emit(
            "send_message", payload, namespace=NAMESPACE, callback=self._on_stored
        )
        try:
            arrived, reply = await asyncio.wait_for(self._done, TURN_SECONDS)
        except TimeoutError as error:
            raise TurnFailed("no reply") from error
        return arrived - started, reply

    async def close(self) -> None:
        await self._socket.disconnect()

    def _on_stored(self, ack: dict[str, Any]) -> None:
        if not ack["ok"]:
            self._fail(ack["error"]["code"])
            return
        self._sent_seq = ack["data"]["seq"]
        self._settle()

    async def _on_message(self, message: dict[str, Any]) -> None:
        if message["author"]["kind"] == "bot":
            self._answers.append((message["seq"], time.perf_counter(), text_of(message["content"])))
            self._settle()

    async def _on_conversation(self, conversation: dict[str, Any]) -> None:
        if conversation["status"] != "bot":
            self._fail(f"the conversation left the bot: {conversation['status']}")

    def _settle(self) -> None:
        """A further bubble of the last turn has a lower seq than the message: only a higher one answers it."""
        if self._sent_seq is None or self._done is None or self._done.done():
            return
        for seq, arrived, reply in self._answers:
            if seq > self._sent_seq:
                self._done.set_result((arrived, reply))
                return

    def _fail(self, why: str) -> None:
        if self._done is not None and not self._done.done():
            self._done.set_exception(TurnFailed(why))
