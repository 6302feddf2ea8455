"""Whatever citizens, agents, bot and clock do in whatever order: one owner, no gaps, and nobody speaks over another."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from core.clock import FixedClock
from tests.integration.handoff.talks import Talks


def test_the_truth_holds_after_every_step_of_every_course(
    sqlite_template: Path, tmp_path: Path, clock: FixedClock
) -> None:
    run_state_machine_as_test(
        lambda: Talks(sqlite_template, tmp_path, clock),
        settings=settings(
            max_examples=12, stateful_step_count=40, derandomize=True, deadline=None, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
