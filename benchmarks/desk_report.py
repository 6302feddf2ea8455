"""Puts the figures of the agents' page into words. Figures in, text out."""

from __future__ import annotations

from typing import Any

# The goals of the desk: until it is to be seen; from the socket's message to its paint.
MOST_FIRST_MS = 2000.0
MOST_ARRIVAL_MS = 100.0


def desk_text(result: dict[str, Any]) -> list[str]:
    """The figures and the goals."""
    first, arrival, scroll = result["first_view"], result["arrival"], result["scrolling"]
    lines = [
        "",
        f"agents' page: {result['own']} own conversations, {result['waiting']} in the queue, "
        f"{result['long']:,} messages in one, {result['spoken']:,} behind the search",
        f"first view: p50 {first['p50_ms']:.0f} ms, most {first['most_ms']:.0f} ms, "
        f"{first['kilobytes']} KB, {first['rows_on_page']} rows on the page",
    ]
    for place, figures in arrival.items():
        lines.append(
            f"a received message, {place}: p50 {figures['p50_ms']:.0f} ms, p95 {figures['p95_ms']:.0f}"
        )
    lines.append(
        f"scrolling: {scroll['frames_per_second']} frames a second, p95 {scroll['frames']['p95_ms']:.0f} "
        f"ms, {scroll['frames_over_50_ms']} over 50 ms, {scroll['most_messages_on_page']} messages on the page"
    )
    for words, figures in result["search"].items():
        lines.append(
            f"search for {words}: p50 {figures['p50_ms']:.0f} ms, p95 {figures['p95_ms']:.0f}"
        )
    return [*lines, "", *_goals(first, arrival)]


def _goals(first: dict[str, float], arrival: dict[str, dict[str, float]]) -> list[str]:
    slowest = max(figures["p95_ms"] for figures in arrival.values())
    checks = [
        (
            f"the first view takes {first['p50_ms'] / 1000:.1f} s, allowed are {MOST_FIRST_MS / 1000:.0f}",
            first["p50_ms"] <= MOST_FIRST_MS,
        ),
        (
            f"a received message is painted within {slowest:.0f} ms (p95), allowed are {MOST_ARRIVAL_MS:.0f}",
            slowest <= MOST_ARRIVAL_MS,
        ),
    ]
    return [f"{'met   ' if met else 'MISSED'}  {text}" for text, met in checks]
