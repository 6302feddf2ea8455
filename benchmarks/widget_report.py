"""Puts the figures of the widget's first view into words. Figures in, text out."""

from __future__ import annotations

from typing import Any

# What a citizen with an old phone and a slow line waits for.
MOST_KB = 70.0
MOST_INTERACTIVE_MS = 1000.0


def widget_text(result: dict[str, Any]) -> list[str]:
    """The figures and the goals."""
    sizes, answers, window = result["sizes_kb"], result["answers"], result["window"]
    checks = [
        (
            f"script and first view have {sizes['whole']} KB compressed, allowed are {MOST_KB:.0f}",
            sizes["whole"] <= MOST_KB,
        ),
        (
            f"the button answers after {answers['p50_ms']} ms, allowed are {MOST_INTERACTIVE_MS:.0f}",
            answers["p50_ms"] <= MOST_INTERACTIVE_MS,
        ),
    ]
    return [
        "",
        "the widget on a slow phone (processor four times slower, 1.6 Mbit/s down, 150 ms a request):",
        f"widget.js {sizes['script']} KB; its button answers after p50 {answers['p50_ms']} ms, "
        f"most {answers['most_ms']} ms, and is painted after {result['button']['p50_ms']} ms",
        f"a window that is called for at once is painted after p50 {window['p50_ms']} ms, "
        f"most {window['most_ms']} ms, its greeting after {result['welcome']['p50_ms']} ms",
        "",
        *(f"{'met   ' if met else 'MISSED'}  {text}" for text, met in checks),
    ]
