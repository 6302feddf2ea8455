"""Puts the results into words: the table on the terminal. Figures in, text out."""

from __future__ import annotations

from typing import Any

from benchmarks.comparison import BARE, DIRECT, SOCKET

NAMES = {
    BARE: "bare Rasa, REST webhook",
    DIRECT: "our Rasa, asked directly",
    SOCKET: "our visitor socket",
}
# The goals of the product's first milestone.
MOST_ADDED_MS = 15.0
MOST_MEMORY_MB = 1800.0
MOST_START_SECONDS = 20.0


def comparison_table(samples: dict[str, dict[str, dict[str, Any]]]) -> list[str]:
    """`samples`: clients -> target -> summary. The bracket is the ratio to bare Rasa in the same rounds."""
    lines = [
        "clients  target                      turns/s          p50 ms           p99 ms          "
        "CPU ms a turn: Rasa  server  generator"
    ]
    for clients, targets in samples.items():
        bare = targets[BARE]
        for target, figures in targets.items():
            cells = [
                f"{figures[key]:8.1f} ({figures[key] / bare[key]:4.2f})"
                for key in ("per_second", "p50", "p99")
            ]
            cpu = figures["cpu_ms_per_turn"]
            used = "".join(f"{cpu[name]:9.1f}" for name in ("rasa", "server", "generator"))
            lines.append(f"{clients:>7}  {NAMES[target]:<26}" + "  ".join(cells) + " " * 13 + used)
    return lines


def goals(result: dict[str, Any]) -> list[str]:
    """Each goal with the figure measured for it."""
    one, eight = result["comparison"]["1"], result["comparison"]["8"]
    added = one[SOCKET]["p50"] - one[BARE]["p50"]
    share = eight[SOCKET]["per_second"] / eight[BARE]["per_second"]
    memory = sum(result["memory_mb"][name]["rss"] for name in ("server", "our Rasa"))
    again = result["start_seconds"]["again"]
    checks = [
        (
            f"a turn adds {added:+.1f} ms (p50) to bare Rasa's at one client, "
            f"allowed are {MOST_ADDED_MS:.0f}",
            added <= MOST_ADDED_MS,
        ),
        (
            f"{share:.2f} times bare Rasa's turns a second at 8 clients, wanted is 1 or more",
            share >= 1,
        ),
        (
            f"server and Rasa take {memory:.0f} MB together, allowed are {MOST_MEMORY_MB:.0f}",
            memory <= MOST_MEMORY_MB,
        ),
        (
            f"the second start takes {again:.1f} s, allowed are {MOST_START_SECONDS:.0f}",
            again <= MOST_START_SECONDS,
        ),
    ]
    return [f"{'met   ' if met else 'MISSED'}  {text}" for text, met in checks]


def as_text(result: dict[str, Any]) -> str:
    """The whole report."""
    lines = ["", *comparison_table(result["comparison"]), ""]
    lines += [
        f"same first reply as bare Rasa: {100 * result['same_answers']:.1f} % of the messages",
        f"failed turns: {sum(result['failures'].values())}",
        "",
        "memory, MB (resident / proportional / unique)",
    ]
    for name, memory in result["memory_mb"].items():
        lines.append(f"  {name:<10}" + " / ".join(f"{value:.0f}" for value in memory.values()))
    start = result["start_seconds"]
    lines += [
        "",
        f"start until ready: {start['new_home']:.1f} s in a new home, {start['again']:.1f} s again; "
        f"bare Rasa {start['bare']:.1f} s",
    ]
    for name, figures in result["alone"].items():
        values = ", ".join(f"{key} {value:.2f}" for key, value in figures.items())
        lines.append(f"{name}: {values}")
    return "\n".join([*lines, "", *goals(result)])
