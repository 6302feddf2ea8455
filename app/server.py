"""Runs the ASGI application with uvicorn until SIGTERM or Ctrl-C."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Iterator

import uvicorn

from app.container import Container
from app.main import build_app
from core.errors import Conflict

# A browser's WebSocket frame; sockets refuse what is larger than MAX_FRAME_BYTES themselves.
WS_MAX_BYTES = 2_000_000


class PortInUse(Conflict):
    code, default_message = "port_in_use", "端口已被占用，请换一个端口，例如 PORT=8001 make run。"


def listen(host: str, port: int) -> socket.socket:
    """A bound socket; raises PortInUse before anything else has been started."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise PortInUse(host=host, port=port, reason=error.strerror) from None
    return listener


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, up: asyncio.Event) -> None:
        super().__init__(config)
        self._up = up

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._up.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are `serve`'s: uvicorn would raise them again and so end us before our children are stopped."""
        yield


async def serve(
    container: Container, listener: socket.socket, *, started: asyncio.Event, stop: asyncio.Event
) -> None:
    """Serve on `listener` until a signal or `stop`. `started` is set when requests are answered."""
    config = uvicorn.Config(
        build_app(container), log_config=None, access_log=False, ws_max_size=WS_MAX_BYTES,
        # Frames of a kilobyte gain little; the compressors cost 50 KB a socket and a fifth of a command's time.
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=5, server_header=False, lifespan="on",
    )  # fmt: skip
    server = _Server(config, started)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    server.should_exit = True
    await serving
