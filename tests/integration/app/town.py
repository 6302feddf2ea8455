"""A town of citizens and agents connected to one server, and what the database holds of their talks."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks.wire import Wire
from core.conversation.models import Conversation, Message
from core.database import Database
from core.settings import Settings
from core.timers.models import Timer
from handoff.agents.models import PresenceLease
from handoff.queue.models import Assignment, QueueEntry
from handoff.sla.service import CLOCK_TIMER

CITIZENS, AGENTS = 200, 10
# Citizen n is an agent's, in the queue, or the bot's, by n % 10.
SERVED, WAITING = 6, 8
PATIENCE = 60.0


@dataclass
class Writer:
    """One side of a conversation: what it sent, in order, and the seqs of what was acknowledged."""

    wire: Wire
    sent: list[str] = field(default_factory=list)
    acknowledged: dict[str, int] = field(default_factory=dict)

    async def send(self, key: str, **where: str) -> dict[str, Any]:
        content = {"type": "text", "text": f"内容 {key}"}
        if key not in self.sent:
            self.sent.append(key)
        message = await self.wire.call("send_message", client_msg_id=key, content=content, **where)
        self.acknowledged[key] = message["seq"]
        stored: dict[str, Any] = message
        return stored


@dataclass
class Citizen:
    number: int
    token: str
    conversation_id: str
    writer: Writer


def unheard(_name: str, _data: dict[str, Any]) -> None:
    """Nobody looks at the screens here."""


class Town:
    """Everybody's connections to the server."""

    def __init__(self, settings: Settings, tokens: list[str]) -> None:
        self._address = settings.host, settings.port
        self._tokens = tokens
        self.desks: list[Wire] = []
        self.citizens: list[Citizen] = []

    async def connect(self, namespace: str, auth: dict[str, Any], hear: Any = unheard) -> Wire:
        wire = Wire(namespace, hear, ("session.ready",))
        await wire.open(*self._address, auth)
        return wire

    async def open_desks(self) -> None:
        self.desks = [await self.connect("/agent", {"token": token}) for token in self._tokens]
        for desk in self.desks:
            await desk.call("set_presence", status="online")

    async def move_in(self) -> None:
        await self.open_desks()
        slots = asyncio.Semaphore(10)

        async def arrive(number: int) -> Citizen:
            async with slots:
                return await self._arrive(number)

        self.citizens = list(await asyncio.gather(*(arrive(n) for n in range(CITIZENS))))

    async def _arrive(self, number: int) -> Citizen:
        ready: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        wire = await self.connect(
            "/visitor", {"inbox": "web"}, lambda _name, data: ready.set_result(data)
        )
        token = (await asyncio.wait_for(ready, PATIENCE))["token"]
        writer = Writer(wire)
        conversation_id = (await writer.send(f"c{number}-hello"))["conversation_id"]
        if number % 10 < SERVED:
            await self.desk_of(number).call("claim_conversation", conversation_id=conversation_id)
        elif number % 10 < WAITING:
            await wire.call("request_handoff")
        return Citizen(number, token, conversation_id, writer)

    def desk_of(self, number: int) -> Wire:
        return self.desks[number // 10 % AGENTS]

    async def come_back(self) -> None:
        """Every browser reconnects."""
        await self.open_desks()
        for citizen in self.citizens:
            auth = {"inbox": "web", "token": citizen.token}
            citizen.writer.wire = await self.connect("/visitor", auth)


@dataclass
class State:
    """What the database holds."""

    conversations: dict[str, Conversation]
    threads: dict[str, list[Message]]
    assignments: list[Assignment]
    waiting: list[QueueEntry]
    timers: dict[tuple[str, str], Timer]
    leases: int

    @classmethod
    async def read(cls, settings: Settings) -> State:
        database = Database(settings.resolved_database_url)
        try:
            async with AsyncSession(database.reader) as session:
                rows = (await session.scalars(select(Message).order_by(Message.seq))).all()
                threads: dict[str, list[Message]] = {}
                for row in rows:
                    threads.setdefault(row.conversation_id, []).append(row)
                running = select(Assignment).where(Assignment.ended_at.is_(None))
                waiting = select(QueueEntry).where(QueueEntry.state == "waiting")
                return cls(
                    {row.id: row for row in await session.scalars(select(Conversation))},
                    threads,
                    list((await session.scalars(running)).all()),
                    list((await session.scalars(waiting)).all()),
                    {(row.kind, row.subject): row for row in await session.scalars(select(Timer))},
                    len((await session.scalars(select(PresenceLease))).all()),
                )
        finally:
            await database.close()

    def check(self, town: Town, answers: dict[int, Writer]) -> None:
        """Everything that must hold at any time."""
        owners = {row.conversation_id: row.agent_id for row in self.assignments}
        assert len(owners) == len(self.assignments), "one service at a time"
        queued = {row.conversation_id for row in self.waiting}
        for citizen in town.citizens:
            row = self.conversations[citizen.conversation_id]
            thread = self.threads[row.id]
            assert [m.seq for m in thread] == list(range(1, row.last_seq + 1))
            sides = [citizen.writer, answers.get(citizen.number)]
            for writer in [side for side in sides if side is not None]:
                own = set(writer.sent)
                stored = {m.client_msg_id: m.seq for m in thread if m.client_msg_id in own}
                assert sum(m.client_msg_id in own for m in thread) == len(stored), "none twice"
                for key, seq in writer.acknowledged.items():
                    assert stored[key] == seq, "what was acknowledged is there, and where it was"
                # In the order in which they were written.
                assert list(stored) == [key for key in writer.sent if key in stored]
            assert (row.status == "assigned") == (row.owner_id is not None)
            assert owners.get(row.id) == row.owner_id
            assert (row.id in queued) == (row.status == "queued")
            timer = self.timers.get((CLOCK_TIMER, row.id))
            assert (timer.due_at if timer else None) == row.clock_at

    def told(self, conversation_id: str) -> Counter[str]:
        """The lines about the conversation's life, by kind."""
        return Counter(str(m.content.get("kind")) for m in self.threads[conversation_id])

    def talks(self, citizens: list[Citizen]) -> list[str]:
        return [self.conversations[one.conversation_id].status for one in citizens]
