"""Puts the figures of the knowledge search into words. Figures in, text out."""

from __future__ import annotations

from typing import Any

# The goals: milliseconds (p99) of a search by number of questions, of one changed article, shares, seconds.
MOST_SEARCH_MS = {10_000: 5.0, 100_000: 15.0}
MOST_UPDATE_MS = 300.0
LEAST_RECALL = 0.99
MOST_SECONDS_TO_ANSWER = 2.0
PHASES = {
    "quiet_ms": "nothing else",
    "while_publishing_ms": "publishing",
    "while_merging_ms": "rebuilding",
    "while_training_and_rebuilding_ms": "training and rebuilding",
}


def knowledge_text(result: dict[str, Any]) -> list[str]:
    """The tables and the goals."""
    lines = [
        "",
        f"{'':10}{'search, ms':^28}{'BM25, ms':^16}{'build':>8}{'open':>8}{'one article':>13}{'memory':>9}",
        f"{'questions':>9}{'p50':>8}{'p99':>8}{'(CPU)':>8}{'p50':>9}{'p99':>8}"
        f"{'s':>10}{'s':>8}{'ms':>12}{'MB':>10}",
    ]
    for size in result["sizes"]:
        search, processor = size["search_ms"], size["search_processor_ms"]
        plain = size["bm25"]["search_ms"]
        lines.append(
            f"{size['wordings']:>9}{search['p50']:>8.2f}{search['p99']:>8.2f}{processor['p99']:>8.2f}"
            f"{plain['p50']:>9.2f}{plain['p99']:>8.2f}{size['build_s']:>10.1f}{size['open_s']:>8.2f}"
            f"{size['update_ms']['median']:>12.0f}{size['memory_mb']['resident']:>10.0f}"
        )
    for size in result["sizes"]:
        if recall := size.get("recall"):
            shares = ", ".join(f"{k.replace('_', ' ')} {v:.4f}" for k, v in recall.items())
            lines.append(f"recall against comparing with all, {size['wordings']}: {shares}")
    lines += ["", *(_live_text(result["live"]) if "live" in result else []), *_goals(result)]
    return lines


def _live_text(live: dict[str, Any]) -> list[str]:
    lines = [
        f"a server with {live['wordings']} questions: first start {live['first_start_s']:.1f} s, second "
        f"{live['second_start_s']:.1f} s; a published article answers after {live['published_s']['median']:.2f} s "
        f"(most {live['published_s']['most']:.2f}); failed requests: {live['failures']}",
        f"{'meanwhile, ms':28}{'search p50':>11}{'p99':>8}{'most':>8}{'healthz p50':>13}{'p99':>8}{'most':>8}",
    ]
    for key, name in PHASES.items():
        cells = [
            live[key][kind][value]
            for kind in ("search", "healthz")
            for value in ("p50", "p99", "most")
        ]
        widths = (11, 8, 8, 13, 8, 8)
        lines.append(
            f"  {name:<26}" + "".join(f"{c:>{w}.1f}" for c, w in zip(cells, widths, strict=True))
        )
    return [*lines, ""]


def _goals(result: dict[str, Any]) -> list[str]:
    checks = []
    for size in result["sizes"]:
        for goal, most in MOST_SEARCH_MS.items():
            if goal <= size["wordings"] < 2 * goal:
                p99 = size["search_ms"]["p99"]
                checks.append(
                    (f"search at {goal:,}: {p99:.1f} ms (p99), allowed are {most:.0f}", p99 <= most)
                )
        if recall := size.get("recall"):
            share = recall["nearest_vectors"]
            checks.append((f"recall {share:.4f}, wanted are {LEAST_RECALL}", share >= LEAST_RECALL))
        update = size["update_ms"]["median"]
        checks.append(
            (
                f"one article in {update:.0f} ms, allowed are {MOST_UPDATE_MS:.0f}",
                update <= MOST_UPDATE_MS,
            )
        )
    if "live" in result:
        seconds = result["live"]["published_s"]["most"]
        checks.append(
            (
                f"published to answered in {seconds:.2f} s, allowed are {MOST_SECONDS_TO_ANSWER:.0f}",
                seconds <= MOST_SECONDS_TO_ANSWER,
            )
        )
    return [f"{'met   ' if met else 'MISSED'}  {text}" for text, met in checks]
