"""A Socket.IO connection as lean as it gets, for the people's load generator.

python-socketio's own client needs several times the server's processor time for a message, so on two cores it would
be what is measured. This one speaks just enough of the protocol (Engine.IO 4 over WebSocket, one namespace, events
with acknowledgements) and is used against every target alike.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
from collections.abc import Callable
from typing import Any, cast

TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA
PATIENCE = 60.0

Data = dict[str, Any]


class Refused(Exception):
    """The server did not let the connection in, or said no to a command; the text is its answer."""


class Wire(asyncio.Protocol):
    """One connection to one namespace. `hear(event, data)` is called for every event named in `wanted`."""

    def __init__(
        self, namespace: str, hear: Callable[[str, Data], None], wanted: tuple[str, ...]
    ) -> None:
        self._head = namespace.encode() + b","
        self._hear = hear
        self._wanted = tuple(b'["%s",' % name.encode() for name in wanted)
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._upgraded = False
        self._auth = b"{}"
        self._ready: asyncio.Future[None] | None = None
        self._acks: dict[int, Callable[[Data], None]] = {}
        self._number = 0

    async def open(self, host: str, port: int, auth: Data) -> None:
        """Connect and enter the namespace. Raises Refused, TimeoutError."""
        loop = asyncio.get_running_loop()
        self._auth = json.dumps(auth).encode()
        self._ready = loop.create_future()
        await loop.create_connection(lambda: self, host, port)
        assert self._transport is not None
        key = base64.b64encode(os.urandom(16)).decode()
        self._transport.write(
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {host}:{port}\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {key}\r\n\r\n".encode()
        )
        await asyncio.wait_for(self._ready, PATIENCE)

    def send(self, command: str, payload: Data, acknowledged: Callable[[Data], None]) -> None:
        """Send a command; `acknowledged` gets the answer."""
        self._number += 1
        self._acks[self._number] = acknowledged
        body = json.dumps([command, payload], ensure_ascii=False).encode()
        self._write(TEXT, b"42" + self._head + b"%d" % self._number + body)

    async def call(self, command: str, **payload: Any) -> Any:
        """The data of a command that must succeed. Raises Refused."""
        answered: asyncio.Future[Data] = asyncio.get_running_loop().create_future()

        def settle(answer: Data) -> None:
            if not answered.done():  # the caller may have given up
                answered.set_result(answer)

        self.send(command, payload, settle)
        answer = await asyncio.wait_for(answered, PATIENCE)
        if not answer["ok"]:
            raise Refused(f"{command}: {answer['error']['code']}")
        return answer["data"]

    def close(self) -> None:
        if self._transport is not None:
            self._write(CLOSE, b"")
            self._transport.close()

    # ---- the connection --------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._ready is not None and not self._ready.done():
            self._ready.set_exception(Refused("the connection was closed"))

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._upgraded:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            if b" 101 " not in self._buffer[:20]:
                self._fail(bytes(self._buffer[:200]))
                return
            del self._buffer[: end + 4]
            self._upgraded = True
        self._read_frames()

    def _read_frames(self) -> None:
        """Servers send whole messages, unmasked."""
        buffer, at = self._buffer, 0
        while len(buffer) - at >= 2:
            length, begin = buffer[at + 1], at + 2
            if length >= 126:
                wide = 2 if length == 126 else 8
                if len(buffer) < begin + wide:
                    break
                length = int.from_bytes(buffer[begin : begin + wide], "big")
                begin += wide
            if len(buffer) < begin + length:
                break
            kind, body = buffer[at] & 0xF, bytes(buffer[begin : begin + length])
            at = begin + length
            if kind == TEXT:
                self._read(body)
            elif kind == PING:
                self._write(PONG, body)
        del buffer[:at]

    def _write(self, kind: int, body: bytes) -> None:
        # A client's frames are masked; with a key of zeros that is no work.
        size = len(body)
        if size < 126:
            head = bytes([0x80 | kind, 0x80 | size])
        elif size < 1 << 16:
            head = bytes([0x80 | kind, 0xFE]) + size.to_bytes(2, "big")
        else:
            head = bytes([0x80 | kind, 0xFF]) + size.to_bytes(8, "big")
        assert self._transport is not None
        self._transport.write(head + b"\0\0\0\0" + body)

    # ---- the protocol ----------------------------------------------------------------------------

    def _read(self, packet: bytes) -> None:
        kind = packet[:2]
        if kind == b"42":
            body = packet[2 + len(self._head) :]
            if body.startswith(self._wanted):
                name, data = json.loads(body)
                self._hear(name, data)
        elif kind == b"43":
            body = packet[2 + len(self._head) :]
            begin = body.index(b"[")
            acknowledged = self._acks.pop(int(body[:begin]))
            acknowledged(json.loads(body[begin:])[0])
        elif packet == b"2":
            self._write(TEXT, b"3")
        elif kind[:1] == b"0":
            self._write(TEXT, b"40" + self._head + self._auth)
        elif kind == b"40":
            assert self._ready is not None
            self._ready.set_result(None)
        elif kind == b"44":
            self._fail(packet)

    def _fail(self, why: bytes) -> None:
        if self._ready is not None and not self._ready.done():
            self._ready.set_exception(Refused(why.decode("utf-8", "replace")))
