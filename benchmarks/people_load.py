"""The people's load generator: `python -m benchmarks.people_load`, a process of its own.

Reads one JSON order a line from standard input and answers each with one line. It keeps its connections between
orders, those of several targets side by side.
{"op": "prepare", "target", "url", "agents": [token...], "each": n} -> {"conversations": [[token, id, agent]...]}
{"op": "open", "target", "url", "agents": [...], "conversations": [...]} -> {"sockets"}
{"op": "talk", "target", "rate" or "in_flight", "seconds" or "each"} -> a round, see `Talk._result`
{"op": "close", "target"} -> {}
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any
from urllib.parse import urlsplit

import uvloop

from benchmarks.people_talk import HEARD, Line, Talk
from benchmarks.wire import Data, Wire

# Connections made at once: a server is not to be measured by how it stands a storm here.
AT_ONCE = 20


class Crowd:
    """The open connections to one target."""

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        self._host, self._port = str(address.hostname), int(address.port or 80)
        self.agents: list[Wire] = []
        self.lines: list[Line] = []
        self.talk: Talk | None = None

    def _from_citizen(self, name: str, data: Data) -> None:
        """On an agent's screen."""
        if self.talk is not None and name == HEARD:
            self.talk.heard(data, by="agent")

    def _from_agent(self, name: str, data: Data) -> None:
        """On a citizen's screen."""
        if self.talk is not None and name == HEARD:
            self.talk.heard(data, by="visitor")

    async def agent(self, token: str) -> Wire:
        wire = Wire("/agent", self._from_citizen, (HEARD,))
        await wire.open(self._host, self._port, {"token": token})
        return wire

    async def citizen(self, token: str) -> Wire:
        wire = Wire("/visitor", self._from_agent, (HEARD,))
        await wire.open(self._host, self._port, {"inbox": "web", "token": token})
        return wire

    async def prepare(self, agents: list[str], each: int) -> list[tuple[str, str, int]]:
        """Conversations that agents have taken over from the bot: the citizen's token, the id, whose it is."""
        desks = [await self.agent(token) for token in agents]
        slots = asyncio.Semaphore(AT_ONCE)

        async def taken_over(number: int) -> tuple[str, str, int]:
            async with slots:
                token = await self._newcomer(number)
                conversation_id = token[1]
                await desks[number].call("claim_conversation", conversation_id=conversation_id)
                return token[0], conversation_id, number

        made = await asyncio.gather(
            *(taken_over(number) for number in range(len(desks)) for _ in range(each))
        )
        for desk in desks:
            desk.close()
        return list(made)

    async def _newcomer(self, number: int) -> tuple[str, str]:
        """A citizen who has said hello: their token and their conversation."""
        ready: asyncio.Future[Data] = asyncio.get_running_loop().create_future()

        def hear(_name: str, data: Data) -> None:
            if not ready.done():
                ready.set_result(data)

        wire = Wire("/visitor", hear, ("session.ready",))
        await wire.open(self._host, self._port, {"inbox": "web"})
        token: str = (await ready)["token"]
        hello = {"type": "text", "text": "你好"}
        said = await wire.call("send_message", client_msg_id=f"hello{number}", content=hello)
        wire.close()
        return token, said["conversation_id"]

    async def open(self, agents: list[str], conversations: list[tuple[str, str, int]]) -> int:
        """Everybody comes online; how many sockets that are."""
        self.agents = [await self.agent(token) for token in agents]
        slots = asyncio.Semaphore(AT_ONCE)

        async def line(token: str, conversation_id: str, agent: int) -> Line:
            async with slots:
                return Line(await self.citizen(token), self.agents[agent], conversation_id)

        self.lines = list(await asyncio.gather(*(line(*one) for one in conversations)))
        return len(self.agents) + len(self.lines)

    def close(self) -> None:
        for wire in [*self.agents, *(line.citizen for line in self.lines)]:
            wire.close()
        self.agents, self.lines = [], []


class Generator:
    def __init__(self) -> None:
        self._crowds: dict[str, Crowd] = {}
        self._rounds = 0

    async def obey(self, order: dict[str, Any]) -> dict[str, Any]:
        target = order["target"]
        match order["op"]:
            case "prepare":
                crowd = Crowd(order["url"])
                return {"conversations": await crowd.prepare(order["agents"], order["each"])}
            case "open":
                self._crowds[target] = crowd = Crowd(order["url"])
                return {"sockets": await crowd.open(order["agents"], order["conversations"])}
            case "talk":
                crowd = self._crowds[target]
                self._rounds += 1
                crowd.talk = Talk(crowd.lines, number=self._rounds)
                done = await crowd.talk.run(
                    seconds=order.get("seconds", 0.0),
                    rate=order.get("rate"),
                    in_flight=order.get("in_flight"),
                    each=order.get("each"),
                )
                crowd.talk = None
                return done
            case "close":
                self._crowds.pop(target).close()
        return {}


async def serve() -> None:
    generator, loop = Generator(), asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        print(json.dumps(await generator.obey(json.loads(line))), flush=True)


if __name__ == "__main__":
    uvloop.run(serve())
