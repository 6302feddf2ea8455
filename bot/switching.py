"""The Rasa of this server with another model, without an interruption: the line that every turn is sent over.

A new process starts beside the old one. When it has loaded, the open dialogues are copied while turns go on; then
new turns wait for the moment it takes to copy what has changed since, and go to the new process. A turn that is
still at the old one ends there, and takes its dialogue along. The engine sends the turns of one conversation one
after the other, so no turn can run ahead of its own dialogue.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import httpx

from bot.supervision import RasaProcess
from core.errors import Unavailable

log = logging.getLogger(__name__)

# How long new turns wait at most for those under way, and for the last copy. A citizen notices a second.
DRAIN_SECONDS, COPY_SECONDS = 0.4, 0.5
# The first copy holds nobody up.
FIRST_COPY_SECONDS = 60.0
# A turn takes at most as long as the engine waits for it (Settings.rasa_timeout_seconds), then it is given up.
LAST_TURN_SECONDS = 15.0
TRACKERS = "/webhooks/rest/trackers"


class NotCarried(Unavailable):
    """The open dialogues could not be taken along; the model before answers on."""

    code, default_message = "not_carried", "切换时没能带上进行中的对话，仍用原来的模型。"


class Line(Protocol):
    """Where Rasa is. A turn is sent within `open`."""

    def open(self, conversation_id: str | None) -> AbstractAsyncContextManager[str]:
        """The address, valid until the end of the block. None: the call belongs to no conversation."""
        ...

    def moved(self, address: str) -> bool:
        """Whether turns go to another address by now."""
        ...


class FixedLine:
    """A Rasa somebody else looks after."""

    def __init__(self, address: str) -> None:
        self._address = address.rstrip("/")

    @asynccontextmanager
    async def open(self, conversation_id: str | None) -> AsyncIterator[str]:
        yield self._address

    def moved(self, address: str) -> bool:
        return False


@dataclass
class _Place:
    """A process, and the conversations whose turns are at it now. `successor`: it is being replaced by that one."""

    process: RasaProcess
    successor: _Place | None = None
    watching: asyncio.Task[None] | None = None
    turns: Counter[str | None] = field(default_factory=Counter)
    idle: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.idle.set()

    def enter(self, conversation_id: str | None) -> None:
        self.turns[conversation_id] += 1
        self.idle.clear()

    def leave(self, conversation_id: str | None) -> None:
        self.turns[conversation_id] -= 1
        if not +self.turns:
            self.idle.set()


@dataclass(frozen=True)
class Switched:
    """What a switch did. `held_seconds`: how long new turns waited; `trackers`: dialogues carried over."""

    held_seconds: float
    trackers: int


class LocalRasa:
    """The Rasa of this server. `start` it, use it as a Line, `switch` its model, `stop` it.

    `make` builds the process for a model, on a port of its own.
    """

    def __init__(
        self,
        make: Callable[[Path], RasaProcess],
        token: str,
        http: httpx.AsyncClient | None = None,
    ) -> None:
        self._make = make
        self._token = token
        self._http = http or httpx.AsyncClient(trust_env=False)
        self._place: _Place | None = None
        self._ending: set[asyncio.Task[None]] = set()
        self._free = asyncio.Event()  # cleared while turns are held
        self._free.set()
        self._switching = asyncio.Lock()
        self.model: Path | None = None

    @property
    def process(self) -> RasaProcess | None:
        """The one that answers now."""
        return self._place.process if self._place is not None else None

    def launch(self, model: Path) -> None:
        """The first process, kept alive from now on; it loads while others prepare."""
        process = self._make(model)
        process.launch()
        self._place, self.model = self._keep(process), model

    async def wait_ready(self) -> None:
        """Raises Unavailable when the model cannot be loaded."""
        if self._place is None:
            raise Unavailable(part="rasa")
        await self._place.process.wait_ready()

    @asynccontextmanager
    async def open(self, conversation_id: str | None) -> AsyncIterator[str]:
        await self._free.wait()
        place = self._place
        if place is None:
            raise Unavailable(part="rasa")
        place.enter(conversation_id)
        try:
            yield place.process.url
        finally:
            try:
                if place.successor is not None and conversation_id is not None:
                    await self._carry(place, place.successor, conversation_id)
            finally:
                place.leave(conversation_id)

    def moved(self, address: str) -> bool:
        return self._place is not None and self._place.process.url != address

    async def switch(self, model: Path) -> Switched:
        """Answer with `model` from now on. Raises Unavailable when it cannot be loaded; then nothing has changed."""
        async with self._switching:
            process = self._make(model)
            try:
                await process.start()
                result = await self._hand_over(process)
            except BaseException:
                if self.process is not process:
                    await process.stop()
                raise
            self.model = model
            return result

    async def stop(self) -> None:
        """End every process."""
        if self._place is not None:
            await self._end(self._place)
        await asyncio.gather(*self._ending, return_exceptions=True)
        await self._http.aclose()

    # ---- the moment of the switch --------------------------------------------------------------------------------

    async def _hand_over(self, process: RasaProcess) -> Switched:
        """Turns go to `process` afterwards, or, when it raises, as before."""
        old, new = self._place, self._keep(process)
        try:
            result = await self._move(old, new)
        except BaseException:
            if new.watching is not None:
                new.watching.cancel()
            raise
        if old is not None:
            ending = asyncio.create_task(self._end_when_idle(old))
            self._ending.add(ending)
            ending.add_done_callback(self._ending.discard)
        return result

    async def _move(self, old: _Place | None, new: _Place) -> Switched:
        try:
            async with asyncio.timeout(FIRST_COPY_SECONDS):
                mark, count = await self._copy(old, new, 0) if old is not None else (0, 0)
        except httpx.ConnectError:
            # Dead, or still loading: there are no dialogues to take along.
            mark, count = 0, 0
            old = None
        except (httpx.HTTPError, TimeoutError) as error:
            raise NotCarried(part="rasa") from error
        started = time.monotonic()
        self._free.clear()
        try:
            if old is not None:
                count += await self._copy_rest(old, new, mark)
            self._place = new
        except (httpx.HTTPError, TimeoutError) as error:
            if old is not None:
                old.successor = None
            raise NotCarried(part="rasa") from error
        finally:
            self._free.set()
        return Switched(time.monotonic() - started, count)

    async def _copy_rest(self, old: _Place, new: _Place, mark: int) -> int:
        """While new turns are held: what has changed since the first copy."""
        try:
            await asyncio.wait_for(old.idle.wait(), DRAIN_SECONDS)
        except TimeoutError:
            log.info("turns are still under way at the old model; they end there")
        # From here on a turn that ends at the old one carries its own dialogue, so the copy must leave that alone.
        old.successor = new
        async with asyncio.timeout(COPY_SECONDS):
            _, count = await self._copy(old, new, mark, without=frozenset(+old.turns))
        return count

    async def _copy(
        self, old: _Place, new: _Place, mark: int, without: frozenset[str | None] = frozenset()
    ) -> tuple[int, int]:
        """Copy the dialogues saved after `mark`; returns the new mark and how many."""
        count = 0
        while True:
            page = await self._read(old, mark)
            trackers = {k: v for k, v in page["trackers"].items() if k not in without}
            if trackers:
                await self._give(new, trackers)
            mark, count = int(page["mark"]), count + len(trackers)
            if not page["more"]:
                return mark, count

    async def _carry(self, old: _Place, new: _Place, conversation_id: str) -> None:
        """After a turn that ended at the old process: its dialogue goes on at the new one."""
        try:
            trackers = (await self._read(old, 0, conversation_id))["trackers"]
            if trackers:
                await self._give(new, trackers)
        except httpx.HTTPError as error:
            log.warning("a dialogue could not be carried over: %s", type(error).__name__)

    async def _read(self, place: _Place, mark: int, sender: str = "") -> dict[str, Any]:
        params = {"token": self._token, "after": str(mark), "sender": sender}
        answer = await self._http.get(place.process.url + TRACKERS, params=params, timeout=20)
        answer.raise_for_status()
        page: dict[str, Any] = answer.json()
        return page

    async def _give(self, place: _Place, trackers: dict[str, str]) -> None:
        answer = await self._http.post(
            place.process.url + TRACKERS, params={"token": self._token},
            json={"trackers": trackers}, timeout=20,
        )  # fmt: skip
        answer.raise_for_status()

    # ---- processes -----------------------------------------------------------------------------------------------

    def _keep(self, process: RasaProcess) -> _Place:
        return _Place(process, watching=asyncio.create_task(process.watch(), name="Rasa"))

    async def _end_when_idle(self, place: _Place) -> None:
        try:
            await asyncio.wait_for(place.idle.wait(), LAST_TURN_SECONDS)
        except TimeoutError:
            log.warning("a turn at the old model does not end; it is given up")
        await self._end(place)

    async def _end(self, place: _Place) -> None:
        await place.process.stop()
        if place.watching is not None:
            place.watching.cancel()
            await asyncio.gather(place.watching, return_exceptions=True)
