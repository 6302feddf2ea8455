"""Percentiles and the sum of several rounds. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that `share` (0..1) of all values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def median(values: Sequence[float]) -> float:
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


@dataclass
class Sample:
    """Rounds of one target at one number of clients. `cpu` is seconds by process, over all rounds."""

    seconds: list[float] = field(default_factory=list)
    rounds: list[dict[str, float]] = field(default_factory=list)
    cpu: dict[str, float] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    replies: dict[tuple[int, int], str] = field(default_factory=dict)

    def add(self, answer: dict[str, Any], cpu: dict[str, float]) -> None:
        """One round: the load generator's answer, and what each process computed meanwhile."""
        turns = answer["turns"]
        seconds = [turn[2] for turn in turns]
        self.seconds += seconds
        self.rounds.append(
            {"per_second": len(turns) / answer["seconds"], "p50": 1e3 * percentile(seconds, 0.5)}
        )
        self.failures += answer["failures"]
        self.replies |= {(turn[0], turn[1]): turn[3] for turn in turns}
        for name, used in (cpu | {"generator": answer["cpu_seconds"]}).items():
            self.cpu[name] = self.cpu.get(name, 0.0) + used

    def summary(self) -> dict[str, Any]:
        """Turns a second; the rest in milliseconds. Medians over the rounds, percentiles over all turns."""
        count = len(self.seconds)
        return {
            "turns": count,
            "per_second": median([one["per_second"] for one in self.rounds]),
            "p50": 1e3 * percentile(self.seconds, 0.5),
            "p99": 1e3 * percentile(self.seconds, 0.99),
            "cpu_ms_per_turn": {name: 1e3 * value / count for name, value in self.cpu.items()},
            "failures": self.failures,
            "rounds": self.rounds,
        }


def compare(one: dict[str, Any], base: dict[str, Any]) -> dict[str, float]:
    """Ratios of two summaries, round by round where rounds can be told apart: the median is not moved by a bad one."""
    pairs = list(zip(one["rounds"], base["rounds"], strict=True))
    return {
        "per_second": median([a["per_second"] / b["per_second"] for a, b in pairs]),
        "p50": median([a["p50"] / b["p50"] for a, b in pairs]),
        "p99": one["p99"] / base["p99"],
        "added_p50_ms": median([a["p50"] - b["p50"] for a, b in pairs]),
    }
