"""Puts the figures of scrolling a citizen's window into words. Figures in, text out."""

from __future__ import annotations

from typing import Any

# Of the frames between two redraws of the screen, so many may come late.
MOST_LATE = 0.02
PASSES = {"while_fetching": "while they are fetched", "all_here": "when all are there"}


def scroll_text(result: dict[str, Any]) -> list[str]:
    """The figures of both passes, and the goal."""
    lines = ["", f"a citizen's window, scrolled up through {result['messages']:,} messages"]
    for name, words in PASSES.items():
        each = result[name]
        frames = each["frames"]
        lines.append(
            f"{words}: {each['frames_per_second']:.0f} frames a second, p50 {frames['p50_ms']:.1f} ms, "
            f"p95 {frames['p95_ms']:.1f}, {each['frames_late']} of {each['frames_counted']:,} late; "
            f"{each['long_tasks']} tasks over 50 ms, longest {each['longest_task_ms']} ms; "
            f"{each['most_messages_on_page']} messages on the page"
        )
    late = max(result[name]["frames_late"] / result[name]["frames_counted"] for name in PASSES)
    met = late <= MOST_LATE and all(result[name]["reached_the_oldest"] for name in PASSES)
    goal = f"60 frames a second: {late:.1%} of them late, allowed are {MOST_LATE:.0%}"
    return [*lines, "", f"{'met   ' if met else 'MISSED'}  {goal}"]
