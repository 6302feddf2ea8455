"""Socket.IO's Redis manager with a pool of connections, for several servers."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

import redis.asyncio
import socketio

from app.fan_out import FanOut

# Publishes under way at once; more wait for a free connection instead of opening one each.
MAX_CONNECTIONS = 20
WAIT_SECONDS = 5


class PooledRedisManager(socketio.AsyncRedisManager, FanOut):
    """As made by its library, a connection is opened for every concurrent publish, which costs nearly half the CPU.

    No socket time-out is set: the listening connection is silent for as long as nobody speaks.
    """

    def __init__(self, url: str) -> None:
        # Every reconnection makes a client; those it replaces are closed as well, as far as they still may be open.
        self._clients: deque[tuple[Any, Any]] = deque(maxlen=4)
        super().__init__(url)

    def _redis_connect(self) -> None:
        self._connect()
        self._clients.append((self.redis, self.pubsub))

    async def close(self) -> None:
        """Stop listening and give every connection back. Nothing is sent or heard afterwards."""
        if listening := getattr(self, "thread", None):
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
        for client, pubsub in self._clients:
            await pubsub.aclose()
            await client.aclose()
            await client.connection_pool.disconnect()
        self._clients.clear()

    def _connect(self) -> None:
        if "sentinel" in self.redis_url.partition("://")[0]:
            super()._redis_connect()
            return
        pool = redis.asyncio.BlockingConnectionPool.from_url(
            self.redis_url, max_connections=MAX_CONNECTIONS, timeout=WAIT_SECONDS
        )
        self.redis = redis.asyncio.Redis(connection_pool=pool)
        self.pubsub = self.redis.pubsub(ignore_subscribe_messages=True)
        self.connected = True
