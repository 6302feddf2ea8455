"""How events get to the sockets of this server: encoded once, handed to one socket after the other.

python-socketio starts a task for every socket that hears an event, to wait for queues that are never full. It encodes
with the json module, so that every model has to be turned into dictionaries before.
"""

from __future__ import annotations

import json
from typing import Any

import socketio
from engineio.exceptions import EngineIOError
from engineio.packet import MESSAGE
from engineio.packet import Packet as Frame
from pydantic_core import PydanticSerializationError, to_json
from socketio.packet import EVENT


class Json:
    """For socketio.AsyncServer(json=...): takes models as they are."""

    loads = staticmethod(json.loads)

    @staticmethod
    def dumps(value: Any, **_: Any) -> str:
        try:
            return to_json(value).decode()
        except PydanticSerializationError:
            # Half a character, which a client made up and which is shown to it in a refusal.
            return json.dumps(value)


class FanOut(socketio.AsyncManager):
    """In the place of socketio.AsyncManager, also below a manager for several servers."""

    async def emit(
        self, event: str, data: Any, namespace: str, room: Any = None, skip_sid: Any = None,
        callback: Any = None, to: Any = None, **more: Any,
    ) -> None:  # fmt: skip
        """Nobody waits for an answer to our events; whatever else there may be is left to the library."""
        if callback is not None or skip_sid is not None or isinstance(data, tuple | bytes):
            await super().emit(
                event, data, namespace, room=room, skip_sid=skip_sid, callback=callback, to=to, **more
            )  # fmt: skip
            return
        if namespace not in self.rooms:
            return
        hearers = [eio_sid for _, eio_sid in self.get_participants(namespace, to or room)]
        if not hearers:
            return
        packet = self.server.packet_class(EVENT, namespace=namespace, data=[event, data])
        frame = Frame(MESSAGE, packet.encode())
        for eio_sid in hearers:
            try:
                await self.server.eio.send_packet(eio_sid, frame)
            except EngineIOError:
                continue  # it has just been closed; the others are to hear
