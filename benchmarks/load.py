"""The load generator: `python -m benchmarks.load`, a process of its own, so that its work burdens no target's.

Reads one JSON order a line from standard input and answers each with one line.
{"target": "rest"|"socket", "url", "token", "mix", "clients", "each", "first"}
-> {"seconds", "cpu_seconds", "turns": [...], "failures": [...]}
`first` is the conversation the first client begins with, `mix` one of benchmarks/messages.py.
A turn is [number of the conversation, number of the message, seconds, first reply's text].
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

import uvloop

from benchmarks.citizens import RestCitizen, SocketCitizen, TurnFailed
from benchmarks.messages import read_conversations


class Citizen(Protocol):
    """One conversation's end of the line."""

    async def open(self) -> None: ...
    async def turn(self, text: str) -> tuple[float, str]: ...
    async def close(self) -> None: ...


@dataclass
class Round:
    """What one order measured."""

    turns: list[tuple[int, int, float, str]] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


async def _talk(citizen: Citizen, number: int, texts: list[str], into: Round) -> None:
    for place, text in enumerate(texts):
        try:
            seconds, reply = await citizen.turn(text)
        except TurnFailed as failure:
            into.failures.append(f"{number}.{place}: {failure}")
            return
        into.turns.append((number, place, seconds, reply))


async def _client(share: list[tuple[Citizen, int]], talks: list[list[str]], into: Round) -> None:
    """One client: its conversations one after the other, always waiting for the end of a turn."""
    for citizen, number in share:
        await _talk(citizen, number, talks[number], into)


async def run_round(make: Callable[[], Citizen], order: dict[str, Any]) -> dict[str, Any]:
    """`clients` at the same time, each with `each` conversations. Connections are made before the clock starts."""
    clients, each, first = order["clients"], order["each"], order["first"]
    talks = read_conversations(order["mix"])
    # Neighbours have different conversations, so that not all of them are in the same form.
    shares = [
        [(make(), (first + client * each + turn) % len(talks)) for turn in range(each)]
        for client in range(clients)
    ]
    citizens = [citizen for share in shares for citizen, _ in share]
    for citizen in citizens:
        await citizen.open()
    done = Round()
    cpu, started = time.process_time(), time.perf_counter()
    await asyncio.gather(*(_client(share, talks, done) for share in shares))
    seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - cpu
    await asyncio.gather(*(citizen.close() for citizen in citizens))
    return {
        "seconds": seconds, "cpu_seconds": cpu_seconds, "turns": done.turns, "failures": done.failures,
    }  # fmt: skip


async def obey(order: dict[str, Any]) -> dict[str, Any]:
    url, token = order["url"], order.get("token") or ""
    if order["target"] == "socket":
        async with SocketCitizen.sharing(url) as make_socket:
            return await run_round(make_socket, order)
    async with RestCitizen.sharing(url, token) as make_rest:
        return await run_round(make_rest, order)


def main() -> None:
    for line in sys.stdin:
        answer = uvloop.run(obey(json.loads(line)))
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
