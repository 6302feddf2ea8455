"""Puts the figures of uploads into words. Figures in, text out."""

from __future__ import annotations

from typing import Any

LARGE = "20 MB up"
# The goal: by how much the server may grow while 20 MB go through it.
MOST_GROWN_MB = 30.0


def uploads_text(result: dict[str, Any]) -> list[str]:
    """The figures and the goal."""
    rows = {name: row for name, row in result.items() if isinstance(row, dict)}
    lines = ["", f"uploads, server of {result['server_mb']:.0f} MB after all of them"]
    lines += [
        f"  {name:<26} {row['seconds']:6.2f} s, grown by at most {row['grown_mb']:6.1f} MB"
        for name, row in rows.items()
    ]
    grown = max(row["grown_mb"] for name, row in rows.items() if name.startswith(LARGE))
    met = "met   " if grown <= MOST_GROWN_MB else "MISSED"
    goal = f"20 MB through the server grow it by {grown:.1f} MB, allowed are {MOST_GROWN_MB:.0f}"
    return [*lines, "", f"{met}  {goal}"]
