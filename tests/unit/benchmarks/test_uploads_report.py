"""What the benchmark of uploads says of its figures."""

from __future__ import annotations

import pytest

from benchmarks.uploads_report import uploads_text


@pytest.mark.parametrize(("grown", "word"), [(1.2, "met"), (30.5, "MISSED")])
def test_the_goal_is_judged_by_the_worst_of_the_large_ones(grown: float, word: str) -> None:
    small = {"seconds": 0.5, "grown_mb": 0.1}
    result = {
        "20 MB up": small, "20 MB up, again 1": {**small, "grown_mb": grown},
        "50 photographs at once": {**small, "grown_mb": 170.0}, "server_mb": 640.0,
    }  # fmt: skip
    *rows, goal = uploads_text(result)
    assert goal.startswith(word)
    assert f"{grown:.1f} MB" in goal
    assert any("50 photographs" in row for row in rows)
