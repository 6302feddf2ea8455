"""What the people's benchmark is compared with: `python -m benchmarks.relay PORT`.

A bare python-socketio server that hands every message to the other side and acknowledges it. It stores nothing,
checks nothing and knows nobody. Served by uvicorn with the product's own options.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from itertools import count
from typing import Any

import socketio
import uvicorn
import uvloop

from app.server import WS_MAX_BYTES
from core.ids import new_id

Data = dict[str, Any]


def build() -> socketio.ASGIApp:
    """A conversation is named `citizen:agent`; a citizen's token is that name, an agent's their own."""
    sio = socketio.AsyncServer(
        async_mode="asgi", namespaces=["/visitor", "/agent"], transports=["websocket"],
        cors_allowed_origins="*",
    )  # fmt: skip
    tokens: dict[str, str] = {}
    numbers = count(1)

    def message(kind: str, conversation: str, payload: Data) -> Data:
        """As large as the product's."""
        return {
            "id": new_id(), "conversation_id": conversation, "seq": next(numbers),
            "author": {"kind": kind, "id": new_id(), "name": None}, "content": payload["content"],
            "client_msg_id": payload["client_msg_id"], "private": False,
            "created_at": datetime.now(UTC).isoformat(), "citations": None, "helpful": None,
        }  # fmt: skip

    @sio.on("connect", namespace="/visitor")  # type: ignore[untyped-decorator]
    async def citizen(sid: str, _environ: Data, auth: Data) -> None:
        tokens[sid] = auth["token"]
        await sio.enter_room(sid, auth["token"].split(":")[0], namespace="/visitor")

    @sio.on("connect", namespace="/agent")  # type: ignore[untyped-decorator]
    async def agent(sid: str, _environ: Data, auth: Data) -> None:
        await sio.enter_room(sid, auth["token"], namespace="/agent")

    @sio.on("send_message", namespace="/visitor")  # type: ignore[untyped-decorator]
    async def from_citizen(sid: str, payload: Data) -> Data:
        conversation = tokens[sid]
        said = message("visitor", conversation, payload)
        room = conversation.split(":")[1]
        await sio.emit("message.created", said, room=room, namespace="/agent")
        return {"ok": True, "data": said}

    @sio.on("send_message", namespace="/agent")  # type: ignore[untyped-decorator]
    async def from_agent(_sid: str, payload: Data) -> Data:
        conversation = payload["conversation_id"]
        said = message("agent", conversation, payload)
        room = conversation.split(":")[0]
        await sio.emit("message.created", said, room=room, namespace="/visitor")
        return {"ok": True, "data": said}

    async def lobby(_scope: Data, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})

    return socketio.ASGIApp(sio, lobby)


def main() -> None:
    config = uvicorn.Config(
        build(), host="127.0.0.1", port=int(sys.argv[1]), log_config=None, access_log=False,
        ws_max_size=WS_MAX_BYTES, ws_per_message_deflate=False, lifespan="off",
    )  # fmt: skip
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    uvicorn.Server(config).run()


if __name__ == "__main__":
    main()
