"""What happens after a commit: the events go to the sockets, and reactions start."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

import socketio
from pydantic import BaseModel

from core.conversation.schemas import MessageRead
from core.events import Event

log = logging.getLogger(__name__)

Reaction = Callable[[Event], Awaitable[None]]
Condition = Callable[[Event], bool]


def of_life(event: Event) -> bool:
    """Whether it is a line about the conversation's life, as every change of owner writes one."""
    return isinstance(event.payload, MessageRead) and event.payload.author.kind == "system"


class EventBus:
    """Called by the unit of work with the events of each commit.

    A lost emit is no loss: the database is the truth and clients fetch the gap. So an emit that fails is
    logged and never undoes what was committed.
    """

    def __init__(self, sio: socketio.AsyncServer) -> None:
        self._sio = sio
        self._reactions: dict[str, list[tuple[Reaction, Condition]]] = {}
        self._running: set[asyncio.Task[None]] = set()
        # How citizens get an event's payload; `app` sets it.
        self.for_citizen: Callable[[BaseModel], BaseModel] = lambda payload: payload

    def react(self, name: str, reaction: Reaction, *, when: Condition = lambda _: True) -> None:
        """Run `reaction` in the background for every committed event called `name`.

        `when` is asked first, at once: most messages concern nobody.
        """
        self._reactions.setdefault(name, []).append((reaction, when))

    async def publish(self, events: list[Event]) -> None:
        for event in events:
            await self._emit(event)
            for reaction, concerns in self._reactions.get(event.name, ()):
                if not concerns(event):
                    continue
                task = asyncio.create_task(self._guard(reaction, event))
                self._running.add(task)
                task.add_done_callback(self._running.discard)

    async def idle(self) -> None:
        """Wait for running reactions: shutdown and tests."""
        while self._running:
            await asyncio.gather(*self._running, return_exceptions=True)

    async def _emit(self, event: Event) -> None:
        audience = event.audience
        for namespace, rooms in (
            ("/agent", audience.agent_rooms),
            ("/visitor", audience.visitor_rooms),
        ):
            if not rooms:
                continue
            payload = event.payload if namespace == "/agent" else self.for_citizen(event.payload)
            try:
                # A list of rooms reaches a socket that is in several of them once.
                await self._sio.emit(event.name, payload, room=sorted(rooms), namespace=namespace)
            except Exception as error:
                log.warning("%s could not be emitted: %s", event.name, type(error).__name__)

    async def _guard(self, reaction: Reaction, event: Event) -> None:
        try:
            await reaction(event)
        except Exception:
            log.exception("a reaction to %s failed", event.name)
