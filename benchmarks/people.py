"""1,000 citizens and 100 agents on one server, beside a bare relay: `python -m benchmarks.people FOLDER [--quick]`.

Prints one JSON document. Part of `make bench`; what is measured and how is told in docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.claims import measure_claims
from benchmarks.measures import median, percentile
from benchmarks.people_site import (
    POSTGRES,
    RELAY,
    SQLITE,
    Server,
    make_agents,
    postgres,
    product,
    relay,
)
from benchmarks.processes import NotReady
from core.settings import ROOT

# Messages on their way at any time when as many as possible are sent.
IN_FLIGHT = 128
RATE = 300.0
# Messages in each conversation before anything is measured.
WARM_UP = 4


@dataclass(frozen=True)
class Plan:
    agents: int = 100
    each: int = 10
    rounds: int = 3
    paced_seconds: float = 20.0
    full_seconds: float = 8.0


FULL = Plan()
QUICK = Plan(rounds=1, paced_seconds=8.0, full_seconds=4.0)


class Generator:
    """benchmarks.people_load in a process of its own."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.people_load"],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def ask(self, op: str, target: str, **order: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(
            json.dumps({"op": op, "target": target, **order}), file=self._process.stdin, flush=True
        )
        line = self._process.stdout.readline()
        if not line:
            raise NotReady("the load generator has ended")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def stop(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)


@dataclass
class Target:
    """A server with everybody connected, and what its rounds have measured."""

    name: str
    server: Server
    kb_per_socket: float = 0.0
    latency: list[float] = field(default_factory=list)
    acknowledged: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    per_second: list[float] = field(default_factory=list)
    cpu_ms: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    failures: dict[str, int] = field(default_factory=dict)

    def talk(self, generator: Generator, kind: str, **order: Any) -> None:
        before = self.server.cpu()
        done = generator.ask("talk", self.name, **order)
        used = {name: value - before[name] for name, value in self.server.cpu().items()}
        used["generator"] = done["cpu_seconds"]
        for name, value in used.items():
            row = self.cpu_ms.setdefault(kind, {}).setdefault(name, [])
            row.append(1e3 * value / max(1, done["messages"]))
        for why, count in done["failures"].items():
            self.failures[why] = self.failures.get(why, 0) + count
        if kind == "paced":
            self.latency += done["latency"]
            self.acknowledged += done["acknowledged"]
            self.late += done["late"]
        else:
            self.per_second.append(done["heard"] / done["seconds"])

    def summary(self) -> dict[str, Any]:
        """Milliseconds but for `per_second`."""
        return {
            "per_second": median(self.per_second),
            "rounds_per_second": self.per_second,
            "heard_ms": _percentiles(self.latency),
            "acknowledged_ms": _percentiles(self.acknowledged),
            "generator_late_ms": _percentiles(self.late),
            "cpu_ms": {
                kind: {name: median(values) for name, values in used.items()}
                for kind, used in self.cpu_ms.items()
            },
            "kb_per_socket": self.kb_per_socket,
            "failures": self.failures,
        }


def _percentiles(seconds: list[float]) -> dict[str, float]:
    return {
        "p50": 1e3 * percentile(seconds, 0.5),
        "p99": 1e3 * percentile(seconds, 0.99),
        "most": 1e3 * max(seconds),
    }


def say(text: str) -> None:
    print(f"· {text}", file=sys.stderr, flush=True)


def _open(generator: Generator, target: Target, agents: list[str], lines: list[Any]) -> None:
    """Everybody connects; what that takes of memory. A few come first, so that code is loaded by then."""
    server = target.server
    few = [line for line in lines if line[2] == 0]
    order = {"url": server.url, "agents": agents}
    generator.ask("open", target.name, **(order | {"agents": agents[:1], "conversations": few}))
    generator.ask("talk", target.name, in_flight=4, seconds=2)
    generator.ask("close", target.name)
    before = server.memory()
    sockets = generator.ask("open", target.name, **order, conversations=lines)["sockets"]
    target.kb_per_socket = (server.memory() - before) / sockets
    # A server that has just started learns from the first words of each side who serves whom.
    generator.ask("talk", target.name, in_flight=IN_FLIGHT, each=WARM_UP)


def open_product(
    generator: Generator, name: str, folder: Path, url: str, plan: Plan, database: int | None
) -> Target:
    server, settings = product(name, folder, url, database)
    say(f"{name}: {plan.agents} agents take over {plan.agents * plan.each} conversations")
    agents = asyncio.run(make_agents(settings, plan.agents, 2 * plan.each))
    target = Target(name, server)
    try:
        server.start()
        made = generator.ask("prepare", name, url=server.url, agents=agents, each=plan.each)
        # Again, so that memory is not that of what has gone before.
        server.stop()
        server.start()
        _open(generator, target, agents, made["conversations"])
    except BaseException:
        server.stop()
        raise
    return target


def open_relay(generator: Generator, folder: Path, plan: Plan) -> Target:
    server = relay(folder)
    target = Target(RELAY, server)
    agents = [f"a{number}" for number in range(plan.agents)]
    lines = [
        (f"c{number}:a{number % plan.agents}", f"c{number}:a{number % plan.agents}", number % plan.agents)
        for number in range(plan.agents * plan.each)
    ]  # fmt: skip
    server.start()
    _open(generator, target, agents, lines)
    return target


def race(name: str, folder: Path) -> dict[str, Any]:
    say(f"{name}: agents pull from the queue at the same time")
    with postgres() if name == POSTGRES else contextlib.nullcontext(("", 0)) as (url, _):
        return measure_claims(name, folder / f"{name} claims", url)


def measure(folder: Path, plan: Plan, names: list[str]) -> dict[str, Any]:
    generator = Generator()
    targets: list[Target] = []
    result: dict[str, Any] = {"load_before": os.getloadavg()[0]}
    with contextlib.ExitStack() as stack:
        stack.callback(generator.stop)
        for name in names:
            if name == RELAY:
                target = open_relay(generator, folder, plan)
            else:
                url, database = stack.enter_context(postgres()) if name == POSTGRES else ("", None)
                target = open_product(generator, name, folder / name, url, plan, database)
            stack.callback(target.server.stop)
            targets.append(target)
        for number in range(plan.rounds):
            # Alternately, every second time backwards: whatever else the machine does hits all.
            for target in targets if number % 2 == 0 else targets[::-1]:
                say(f"round {number + 1} of {plan.rounds}: {target.name}")
                target.talk(generator, "paced", rate=RATE, seconds=plan.paced_seconds)
                target.talk(generator, "full", in_flight=IN_FLIGHT, seconds=plan.full_seconds)
        result["targets"] = {target.name: target.summary() for target in targets}
    result["claims"] = {name: race(name, folder) for name in names if name != RELAY}
    result["sockets"] = plan.agents * (plan.each + 1)
    result["load_after"] = os.getloadavg()[0]
    return result


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--quick", action="store_true", help="one short round")
    parser.add_argument("--targets", nargs="*", default=[RELAY, SQLITE, POSTGRES])
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    print(
        json.dumps(measure(arguments.folder, QUICK if arguments.quick else FULL, arguments.targets))
    )


if __name__ == "__main__":
    main()
