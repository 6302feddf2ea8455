"""Compares the targets: rounds take turns (A, B, C, A, B, C ...), so that whatever else the machine does hits all."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psutil

from benchmarks.measures import Sample
from benchmarks.processes import BareRasa, Product, cpu_seconds
from core.settings import ROOT

BARE, DIRECT, SOCKET = "bare", "direct", "socket"


@dataclass(frozen=True)
class Plan:
    """`each`: conversations of each client in a round, by the number of clients."""

    each: dict[int, int]
    rounds: int
    targets: tuple[str, ...]


FULL = Plan(each={1: 8, 8: 3, 32: 1}, rounds=6, targets=(BARE, DIRECT, SOCKET))
QUICK = Plan(each={1: 2, 8: 1, 32: 1}, rounds=1, targets=(BARE, SOCKET))


class Generator:
    """The load generator's process."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.load"], cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def run(self, order: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the load generator ended")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def stop(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


class Comparison:
    """Runs a plan against running targets."""

    def __init__(
        self, product: Product, bare: BareRasa, generator: Generator, say: Callable[[str], None]
    ) -> None:
        self._generator = generator
        self._say = say
        self._orders = {
            BARE: {"target": "rest", "url": bare.url},
            DIRECT: {"target": "rest", "url": product.rasa_url, "token": product.token},
            SOCKET: {"target": "socket", "url": product.url},
        }
        self._processes: dict[str, dict[str, psutil.Process]] = {
            BARE: {"rasa": bare.process, "server": product.server},
            DIRECT: {"rasa": product.rasa, "server": product.server},
            SOCKET: {"rasa": product.rasa, "server": product.server},
        }

    def warm_up(self, plan: Plan) -> None:
        """Every conversation once: caches, connections and lazy imports are not what is measured."""
        for target in plan.targets:
            self._generator.run(self._orders[target] | {"clients": 8, "each": 1})

    def run(self, plan: Plan) -> dict[int, dict[str, Sample]]:
        """Samples by number of clients and target."""
        samples = {clients: {target: Sample() for target in plan.targets} for clients in plan.each}
        for number in range(plan.rounds):
            # Every second round goes backwards: what slowly grows or cools must not favour a target.
            targets = plan.targets if number % 2 == 0 else plan.targets[::-1]
            for clients, each in plan.each.items():
                self._say(f"round {number + 1} of {plan.rounds}, clients: {clients}")
                for target in targets:
                    order = self._orders[target] | {"clients": clients, "each": each}
                    self._round(samples[clients][target], target, order)
        return samples

    def _round(self, sample: Sample, target: str, order: dict[str, Any]) -> None:
        processes = self._processes[target]
        before = {name: cpu_seconds(process) for name, process in processes.items()}
        answer = self._generator.run(order)
        cpu = {name: cpu_seconds(process) - before[name] for name, process in processes.items()}
        sample.add(answer, cpu)


def same_answers(one: Sample, other: Sample) -> float:
    """Share of the messages both answered to which both gave the same first reply."""
    both = one.replies.keys() & other.replies.keys()
    return sum(one.replies[key] == other.replies[key] for key in both) / len(both)
