"""One round of talk between citizens and agents: who writes when, and how long it took to the other side's screen."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import time
from collections import Counter
from typing import Any, Literal

from benchmarks.mix import read_wordings
from benchmarks.wire import Data, Wire

HEARD = "message.created"
Side = Literal["visitor", "agent"]
# After the last message was sent; what has not arrived by then is lost.
DRAIN_SECONDS = 20.0
REPLIES = (
    "您好，请问有什么可以帮您？", "请稍等，我帮您查一下。", "这项业务可以在网上办理，不需要到窗口。",
    "麻烦您说一下单位所在的区。", "已经为您登记，预计三个工作日内办结。", "请问还有其他问题吗？",
)  # fmt: skip


class Line:
    """A conversation: the citizen's socket, the agent's, and whose turn it is."""

    __slots__ = ("agent", "citizen", "conversation_id", "next", "seq", "waits")

    def __init__(self, citizen: Wire, agent: Wire, conversation_id: str) -> None:
        self.citizen = citizen
        self.agent = agent
        self.conversation_id = conversation_id
        self.next: Side = "visitor"
        # Of each side's last message acknowledged; two sides' acknowledgements come on two connections.
        self.seq: dict[Side, int] = {"visitor": 0, "agent": 0}
        self.waits = 0  # acknowledgement and arrival still to come


class Talk:
    """Citizen and agent of a line write in turn. What is sent, acknowledged and heard is kept by message."""

    def __init__(self, lines: list[Line], *, number: int) -> None:
        self._lines = lines
        self._dice = random.Random(number)
        self._questions = [
            text for title, more in read_wordings().items() for text in (title, *more)
        ]
        self._number = number
        self._said = 0
        self._all_heard = asyncio.Event()  # after the last one was sent
        self._slots = asyncio.Semaphore(0)
        self._sent: dict[str, tuple[float, Line]] = {}
        self._seen: Counter[str] = Counter()
        self._latency: list[float] = []
        self._acknowledged: list[float] = []
        self._failures: Counter[str] = Counter()
        self._late: list[float] = []
        self._free: asyncio.Queue[Line] | None = None

    async def run(
        self, *, seconds: float, rate: float | None, in_flight: int | None, each: int | None = None
    ) -> dict[str, Any]:
        """At `rate` messages a second, or as fast as it goes with `in_flight` on their way.

        `each`: until so many messages a conversation are sent, however long it takes.
        """
        cpu, started = time.process_time(), time.perf_counter()
        if rate is not None:
            await self._paced(seconds, rate)
        else:
            assert in_flight is not None
            await self._full(seconds, in_flight, each)
        talked = time.perf_counter() - started
        in_time = len(self._latency)
        await self._drain()
        return self._result(talked, in_time, time.process_time() - cpu)

    async def _paced(self, seconds: float, rate: float) -> None:
        """Gaps as between independent people: exponential."""
        begun = time.perf_counter()
        due, at = begun, 0
        order = self._dice.sample(self._lines, len(self._lines))
        while due - begun < seconds:
            due += self._dice.expovariate(rate)
            now = time.perf_counter()
            if due > now:
                await asyncio.sleep(due - now)
            self._late.append(time.perf_counter() - due)
            self._say(order[at % len(order)])
            at += 1

    async def _full(self, seconds: float, in_flight: int, each: int | None) -> None:
        """As many lines as may be in flight talk at any time; each goes to the end of the row after its message."""
        self._free = asyncio.Queue()
        for line in self._dice.sample(self._lines, len(self._lines)):
            self._free.put_nowait(line)
        self._slots = slots = asyncio.Semaphore(in_flight)
        deadline = time.perf_counter() + seconds
        most = each * len(self._lines) if each is not None else None
        while self._said < most if most is not None else time.perf_counter() < deadline:
            await slots.acquire()
            self._say(await self._free.get())

    async def _drain(self) -> None:
        if not self._sent:
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._all_heard.wait(), DRAIN_SECONDS)

    def _say(self, line: Line) -> None:
        side = line.next
        line.next = "agent" if side == "visitor" else "visitor"
        self._said += 1
        # Another run of this program must not say the same in a conversation that is still there.
        name = f"{os.getpid()}-{self._number}-{self._said}"
        words = self._dice.choice(self._questions if side == "visitor" else REPLIES)
        payload: Data = {"client_msg_id": name, "content": {"type": "text", "text": words}}
        if side == "agent":
            payload["conversation_id"] = line.conversation_id
        line.waits = 2
        started = time.perf_counter()
        self._sent[name] = (started, line)
        self._all_heard.clear()
        wire = line.citizen if side == "visitor" else line.agent
        wire.send(
            "send_message", payload, lambda answer: self._stored(name, started, line, side, answer)
        )

    def _stored(self, name: str, started: float, line: Line, side: Side, answer: Data) -> None:
        if not answer["ok"]:
            self._failures[answer["error"]["code"]] += 1
            self._sent.pop(name, None)
            if not self._sent:
                self._all_heard.set()
            line.waits = 1
        else:
            self._acknowledged.append(time.perf_counter() - started)
            if answer["data"]["seq"] <= line.seq[side]:
                self._failures["out of order"] += 1
            line.seq[side] = answer["data"]["seq"]
        self._went(line)

    def heard(self, message: Data, *, by: Side) -> None:
        """A message on a screen: of interest on the other side's."""
        name = message["client_msg_id"]
        if name is None or message["author"]["kind"] == by:
            return
        self._seen[name] += 1
        sent = self._sent.pop(name, None)
        if not self._sent:
            self._all_heard.set()
        if sent is None:
            self._failures["heard twice or unasked"] += 1
            return
        self._latency.append(time.perf_counter() - sent[0])
        self._went(sent[1])

    def _went(self, line: Line) -> None:
        line.waits -= 1
        if line.waits == 0 and self._free is not None:
            self._free.put_nowait(line)
            self._slots.release()

    def _result(self, seconds: float, in_time: int, cpu: float) -> dict[str, Any]:
        if self._sent:
            self._failures["never heard"] += len(self._sent)
        return {
            "seconds": seconds, "heard": in_time, "messages": len(self._latency), "latency": self._latency,
            "acknowledged": self._acknowledged, "failures": dict(self._failures),
            "late": self._late, "cpu_seconds": cpu,
        }  # fmt: skip
