"""Puts the results into words: the table on the terminal. Figures in, text out."""

from __future__ import annotations

from typing import Any

from benchmarks.comparison import ALONE, BARE, BUSY, DIRECT, SOCKET
from benchmarks.desk_report import desk_text
from benchmarks.knowledge_report import knowledge_text
from benchmarks.measures import compare
from benchmarks.people_report import people_text
from benchmarks.scroll_report import scroll_text
from benchmarks.uploads_report import uploads_text
from benchmarks.widget_report import widget_text

NAMES = {
    BARE: "bare Rasa, REST webhook",
    DIRECT: "our Rasa, asked directly",
    SOCKET: "our visitor socket",
}
# The goals of the product's milestones.
MOST_ADDED_MS = 15.0
LEAST_RATIO = 3.0
MOST_MEMORY_MB = 1800.0
MOST_RASA_MB = 1200.0
MOST_START_SECONDS = 20.0


def comparison_table(samples: dict[str, dict[str, dict[str, Any]]]) -> list[str]:
    """`samples`: load -> target -> summary. The bracket is the ratio to bare Rasa in the same rounds."""
    lines = [
        f"{'':42}{'turns a second':^16}  {'p50, ms':^16}  {'p99, ms':^16}  {'CPU ms a turn':>25}",
        f"{'mix, clients':14}  {'':26}{'(ratio to bare)':^16}  {'(ratio)':^16}  {'(ratio)':^16}"
        f"  {'Rasa':>7}{'server':>8}{'load':>7}",
    ]
    for load, targets in samples.items():
        for target, figures in targets.items():
            ratio = compare(figures, targets[BARE])
            cells = [
                f"{figures[key]:8.1f} ({ratio[key]:5.2f})" for key in ("per_second", "p50", "p99")
            ]
            cpu = figures["cpu_ms_per_turn"]
            used = f"{cpu['rasa']:>7.1f}{cpu['server']:>8.1f}{cpu['generator']:>7.1f}"
            lines.append(f"{load:<14}  {NAMES[target]:<26}" + "  ".join([*cells, used]))
    return lines


def goals(result: dict[str, Any]) -> list[str]:
    """Each goal with the figure measured for it."""
    one, eight = result["comparison"][ALONE], result["comparison"][BUSY]
    added = compare(one[SOCKET], one[BARE])["added_p50_ms"]
    share = compare(eight[SOCKET], eight[BARE])["per_second"]
    slowest, usual = eight[SOCKET]["p99"], eight[BARE]["p50"]
    memory = sum(result["memory_mb"][name]["rss"] for name in ("server", "our Rasa"))
    rasa = result["memory_mb"]["our Rasa"]["rss"]
    checks = [
        (
            f"a turn adds {added:+.1f} ms (p50) to bare Rasa's at one client, "
            f"allowed are {MOST_ADDED_MS:.0f}",
            added <= MOST_ADDED_MS,
        ),
        (
            f"{share:.2f} times bare Rasa's turns a second at 8 clients, wanted is {LEAST_RATIO:.0f} or more",
            share >= LEAST_RATIO,
        ),
        (
            f"p99 is {slowest:.0f} ms at 8 clients, wanted is less than bare Rasa's p50 of {usual:.0f} ms",
            slowest < usual,
        ),
        (f"Rasa takes {rasa:.0f} MB, allowed are {MOST_RASA_MB:.0f}", rasa <= MOST_RASA_MB),
        (
            f"server and Rasa take {memory:.0f} MB together, allowed are {MOST_MEMORY_MB:.0f}",
            memory <= MOST_MEMORY_MB,
        ),
    ]
    if (again := result["start_seconds"].get("again")) is not None:
        text = f"the second start takes {again:.1f} s, allowed are {MOST_START_SECONDS:.0f}"
        checks.append((text, again <= MOST_START_SECONDS))
    return [f"{'met   ' if met else 'MISSED'}  {text}" for text, met in checks]


def as_text(result: dict[str, Any]) -> str:
    """The whole report."""
    turns = turns_text(result) if "comparison" in result else []
    people = people_text(result["people"]) if "people" in result else []
    desk = desk_text(result["desk"]) if "desk" in result else []
    widget = widget_text(result["widget"]) if "widget" in result else []
    scrolling = scroll_text(result["scrolling"]) if "scrolling" in result else []
    uploads = uploads_text(result["uploads"]) if "uploads" in result else []
    knowledge = knowledge_text(result["knowledge"]) if "knowledge" in result else []
    return "\n".join([*turns, *people, *desk, *widget, *scrolling, *uploads, *knowledge])


def turns_text(result: dict[str, Any]) -> list[str]:
    """The product beside bare Rasa."""
    lines = ["", *comparison_table(result["comparison"]), ""]
    lines += [
        f"same first reply as bare Rasa: {100 * result['same_answers']:.1f} % of the messages",
        f"failed turns: {sum(result['failures'].values())}",
        "",
        "memory, MB (resident / proportional / unique)",
    ]
    for name, memory in result["memory_mb"].items():
        lines.append(f"  {name:<10}" + " / ".join(f"{value:.0f}" for value in memory.values()))
    lines.append("")
    if result["start_seconds"]:
        starts = ", ".join(f"{key} {value:.1f} s" for key, value in result["start_seconds"].items())
        lines.append(f"start until ready: {starts}")
    for name, figures in result["alone"].items():
        values = ", ".join(f"{key} {value:.2f}" for key, value in figures.items())
        lines.append(f"{name}: {values}")
    return [*lines, "", *goals(result)]
