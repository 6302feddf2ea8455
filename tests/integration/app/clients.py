"""Socket clients as a browser would be one: they keep what they hear and wait for what is expected."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Self

import pytest
import socketio
from socketio.exceptions import ConnectionError as NotConnected

from core.ids import new_id

# On a busy machine; nothing waits this long when it works.
PATIENCE = 15.0

Data = dict[str, Any]


class Refused(Exception):
    """The server said no to a connection; `error` is what it gave as the reason."""

    def __init__(self, error: Any) -> None:
        super().__init__(str(error))
        self.error = error


class SocketClient:
    """One connection to one namespace, over WebSocket only."""

    def __init__(
        self, url: str, namespace: str, auth: Any = None, headers: dict[str, str] | None = None
    ) -> None:
        self._url = url
        self._namespace = namespace
        self._auth = auth
        self._headers = headers or {}
        self._heard: list[tuple[str, Any]] = []
        self._news = asyncio.Condition()
        self._refusal: Any = None
        self.gone = asyncio.Event()
        self.sio = socketio.AsyncClient(reconnection=False, handle_sigint=False)
        self.sio.on("*", self._hear, namespace=namespace)
        self.sio.on("connect_error", self._refused, namespace=namespace)
        self.sio.on("disconnect", self._disconnected, namespace=namespace)

    async def __aenter__(self) -> Self:
        await self.connect()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.sio.disconnect()

    async def connect(self) -> None:
        """Raises Refused with the server's reason."""
        self.gone.clear()
        try:
            await self.sio.connect(
                self._url, headers=self._headers, auth=self._auth, transports=["websocket"],
                namespaces=[self._namespace], wait_timeout=PATIENCE,
            )  # fmt: skip
        except NotConnected:
            raise Refused(self._refusal) from None

    async def _hear(self, event: str, data: Any) -> None:
        async with self._news:
            self._heard.append((event, data))
            self._news.notify_all()

    async def _refused(self, data: Any) -> None:
        self._refusal = data

    async def _disconnected(self, *_: Any) -> None:
        self.gone.set()

    # ---- asking ----------------------------------------------------------------------------------

    async def ack(self, command: str, payload: Any = None) -> Data:
        """The whole acknowledgement."""
        answer: Data = await self.sio.call(
            command, {} if payload is None else payload, self._namespace, timeout=PATIENCE
        )
        return answer

    async def call(self, command: str, **payload: Any) -> Any:
        """The data of a command that must succeed."""
        answer = await self.ack(command, payload)
        assert answer["ok"] is True, answer
        return answer["data"]

    async def refusal(self, command: str, payload: Any = None) -> str:
        """The error code of a command that must fail, after a look at the envelope."""
        answer = await self.ack(command, payload)
        assert answer["ok"] is False, answer
        assert set(answer) == {"ok", "error"}
        assert answer["error"]["message"]
        assert "Traceback" not in str(answer)
        code: str = answer["error"]["code"]
        return code

    # ---- hearing ---------------------------------------------------------------------------------

    def heard(self, event: str) -> list[Data]:
        """The payloads of all events of this name so far, in order."""
        return [data for name, data in self._heard if name == event]

    async def hear(self, event: str, where: Callable[[Data], bool] = lambda _: True) -> Data:
        """The first such event, past or to come."""
        async with asyncio.timeout(PATIENCE), self._news:
            while True:
                for data in self.heard(event):
                    if where(data):
                        return data
                await self._news.wait()

    async def hear_text(self, text: str) -> Data:
        """The message that holds `text`."""
        return await self.hear("message.created", lambda message: text in text_of(message))

    def forget(self) -> None:
        """Start listening afresh."""
        self._heard.clear()


def text_of(message: Data) -> str:
    content: Data = message["content"]
    form: Data = content.get("data") or {}
    return str(content.get("text") or content.get("text_md") or form.get("text") or "")


class VisitorClient(SocketClient):
    """A citizen's browser tab. `token` is what the server gave it last."""

    def __init__(self, url: str, token: str | None = None, inbox: str = "web") -> None:
        auth = {"inbox": inbox} | ({"token": token} if token else {})
        super().__init__(url, "/visitor", auth)
        self.token = token or ""
        self.session: Data = {}

    async def connect(self) -> None:
        await super().connect()
        self.session = await self.hear("session.ready")
        self.token = self.session["token"]

    async def say(self, text: str, client_msg_id: str | None = None) -> Data:
        """Send a text; the stored message."""
        message: Data = await self.call(
            "send_message",
            client_msg_id=client_msg_id or new_id(),
            content={"type": "text", "text": text},
        )
        return message

    async def thread(self, **query: Any) -> list[Data]:
        """Every message of the conversation the citizen may see."""
        messages: list[Data] = []
        while True:
            after = messages[-1]["seq"] if messages else query.get("after_seq", 0)
            page = (
                await self.call("list_messages", **{**query, "after_seq": after, "limit": 100})
            )["messages"]
            messages += page
            if len(page) < 100:
                return messages


class AgentClient(SocketClient):
    """An agent's desk, opened with the token of their login."""

    def __init__(self, url: str, token: str) -> None:
        super().__init__(url, "/agent", {"token": token})

    async def say(
        self, conversation_id: str, text: str, client_msg_id: str | None = None, **more: Any
    ) -> Data:
        message: Data = await self.call(
            "send_message", conversation_id=conversation_id, client_msg_id=client_msg_id or new_id(),
            content={"type": "text", "text": text}, **more,
        )  # fmt: skip
        return message


async def refusal_of(client: SocketClient) -> dict[str, Any]:
    """The error object with which the server refuses the connection."""
    with pytest.raises(Refused) as caught:
        await client.connect()
    await client.sio.disconnect()
    refusal = caught.value.error
    assert refusal["message"] == refusal["data"]["message"]
    error: dict[str, Any] = refusal["data"]
    return error
