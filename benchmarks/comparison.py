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
from benchmarks.messages import Mix
from benchmarks.processes import BareRasa, Product, cpu_seconds
from benchmarks.variants import reply_of
from core.settings import ROOT

BARE, DIRECT, SOCKET = "bare", "direct", "socket"


@dataclass(frozen=True)
class Load:
    """So many clients at a time, each with so many conversations of `mix` in a round, for so many rounds."""

    clients: int
    each: int
    rounds: int
    mix: Mix = "realistic"

    @property
    def name(self) -> str:
        return f"{self.mix} {self.clients}"


@dataclass(frozen=True)
class Plan:
    """`warm_up`: conversations with each target before anything is measured."""

    warm_up: int
    loads: tuple[Load, ...]
    targets: tuple[str, ...]


# Few clients have many short rounds: there the difference is small and the machine's unrest matters most.
FULL = Plan(
    warm_up=8,
    loads=(Load(1, 6, 8), Load(8, 4, 5), Load(32, 1, 3), Load(8, 2, 3, "varied")),
    targets=(BARE, DIRECT, SOCKET),
)
QUICK = Plan(warm_up=3, loads=(Load(1, 3, 2), Load(8, 3, 2)), targets=(BARE, SOCKET))
# What the goals are measured by.
ALONE, BUSY = "realistic 1", "realistic 8"


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
        """Caches, connections and lazy imports are not what is measured."""
        for target in plan.targets:
            self._generator.run(
                self._orders[target]
                | {"mix": "varied", "clients": plan.warm_up, "each": 1, "first": 0}
            )

    def run(self, plan: Plan) -> dict[str, dict[str, Sample]]:
        """Samples by the load's name and target."""
        samples = {load.name: {target: Sample() for target in plan.targets} for load in plan.loads}
        for number in range(max(load.rounds for load in plan.loads)):
            # Every second round goes backwards: what slowly grows or cools must not favour a target.
            targets = plan.targets if number % 2 == 0 else plan.targets[::-1]
            for load in plan.loads:
                if number >= load.rounds:
                    continue
                self._say(f"{load.name} clients, round {number + 1} of {load.rounds}")
                for target in targets:
                    order = {
                        "mix": load.mix, "clients": load.clients, "each": load.each,
                        "first": number * load.clients * load.each,
                    }  # fmt: skip
                    self._round(samples[load.name][target], target, self._orders[target] | order)
        return samples

    def _round(self, sample: Sample, target: str, order: dict[str, Any]) -> None:
        processes = self._processes[target]
        before = {name: cpu_seconds(process) for name, process in processes.items()}
        answer = self._generator.run(order)
        if not answer["turns"]:
            raise RuntimeError(f"{target} answered nothing: {answer['failures'][:3]}")
        cpu = {name: cpu_seconds(process) - before[name] for name, process in processes.items()}
        sample.add(answer, cpu)


def same_answers(one: Sample, other: Sample) -> float:
    """Share of the messages both answered to which both gave the same first reply, or a variant of it."""
    both = one.replies.keys() & other.replies.keys()
    return sum(reply_of(one.replies[key]) == reply_of(other.replies[key]) for key in both) / len(
        both
    )
