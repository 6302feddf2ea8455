"""Percentiles and the sum of several rounds. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that `share` (0..1) of all values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


@dataclass
class Sample:
    """Rounds of one target at one number of clients, taken together. `cpu` is seconds by process."""

    seconds: list[float] = field(default_factory=list)
    wall: float = 0.0
    cpu: dict[str, float] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    replies: dict[tuple[int, int], str] = field(default_factory=dict)
    rates: list[float] = field(default_factory=list)

    def add(self, answer: dict[str, Any], cpu: dict[str, float]) -> None:
        """One round: the load generator's answer, and what each process computed meanwhile."""
        turns = answer["turns"]
        self.seconds += [turn[2] for turn in turns]
        self.wall += answer["seconds"]
        self.rates.append(len(turns) / answer["seconds"])
        self.failures += answer["failures"]
        self.replies |= {(turn[0], turn[1]): turn[3] for turn in turns}
        for name, seconds in (cpu | {"generator": answer["cpu_seconds"]}).items():
            self.cpu[name] = self.cpu.get(name, 0.0) + seconds

    def summary(self) -> dict[str, Any]:
        """Turns a second over all rounds; the rest in milliseconds."""
        count = len(self.seconds)
        return {
            "turns": count,
            "per_second": count / self.wall,
            "p50": 1e3 * percentile(self.seconds, 0.5),
            "p90": 1e3 * percentile(self.seconds, 0.9),
            "p99": 1e3 * percentile(self.seconds, 0.99),
            "mean": 1e3 * sum(self.seconds) / count,
            "cpu_ms_per_turn": {name: 1e3 * value / count for name, value in self.cpu.items()},
            "failures": self.failures,
            "rounds_per_second": self.rates,
        }
