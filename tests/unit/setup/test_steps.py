"""The order of steps, what is skipped, and what a failure leaves behind."""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.setup.errors import SetupError
from deploy.setup.process import ToolFailed, Tools
from deploy.setup.project import Project
from deploy.setup.stamps import Stamp
from deploy.setup.steps import Screen, Step, explain, run_steps


class Recorder:
    """Makes steps that note when they ran and keep a stamp as the real ones do."""

    def __init__(self, root: Path) -> None:
        self.project = Project(root, {"HOME": str(root)})
        self.ran: list[str] = []
        self.output = io.StringIO()

    def step(self, name: str, *, needs: tuple[str, ...] = (), inputs: str = "1") -> Step:
        stamp = Stamp(self.project.stamps / name)

        def do(tools: Tools) -> None:
            stamp.clear()
            self.ran.append(name)
            stamp.write({"inputs": inputs})

        return Step(name, name, lambda: stamp.covers({"inputs": inputs}), do, needs)

    def run(self, *steps: Step) -> None:
        run_steps(self.project, steps, Screen(self.output))


@pytest.fixture
def recorder(tmp_path: Path) -> Recorder:
    return Recorder(tmp_path)


def failing(stamp: Stamp) -> Callable[[Tools], None]:
    def do(tools: Tools) -> None:
        stamp.clear()
        tools.run("sh", "-c", "echo it broke; exit 3", advice="mend it")

    return do


def test_a_step_runs_after_the_ones_it_needs(recorder: Recorder) -> None:
    recorder.run(
        recorder.step("build", needs=("packages",)),
        recorder.step("packages", needs=("tool",)),
        recorder.step("tool"),
    )
    assert recorder.ran == ["tool", "packages", "build"]


def test_only_changed_steps_run_again(recorder: Recorder) -> None:
    recorder.run(recorder.step("a"), recorder.step("b"))
    recorder.ran.clear()
    recorder.run(recorder.step("a"), recorder.step("b", inputs="2"))
    assert recorder.ran == ["b"]


def test_nothing_is_printed_when_nothing_changed(recorder: Recorder) -> None:
    recorder.run(recorder.step("a"))
    recorder.output.truncate(0)
    recorder.run(recorder.step("a"))
    assert recorder.output.getvalue().strip("\0") == ""


def test_independent_steps_run_side_by_side(recorder: Recorder) -> None:
    meeting = threading.Barrier(2, timeout=30)
    steps = [
        Step(name, name, lambda: False, lambda tools: meeting.wait() and None) for name in "ab"
    ]
    recorder.run(*steps)
    assert not meeting.broken


def test_a_failed_step_shows_its_output_and_last_what_to_do(recorder: Recorder) -> None:
    stamp = Stamp(recorder.project.stamps / "broken")
    stamp.write({"inputs": "old"})
    steps = [
        Step("broken", "broken", lambda: False, failing(stamp)),
        recorder.step("later", needs=("broken",)),
    ]
    with pytest.raises(SetupError) as failure:
        recorder.run(*steps)
    explain(failure.value, Screen(recorder.output))
    lines = recorder.output.getvalue().splitlines()
    assert "it broke" in lines
    assert lines[-1] == "What to do: mend it"
    assert recorder.ran == []
    assert stamp.read() == {}, "a step that was begun must be done again"


def test_a_failure_lets_running_steps_end_and_starts_no_others(recorder: Recorder) -> None:
    begun, failed = threading.Event(), threading.Event()

    def slow(tools: Tools) -> None:
        begun.set()
        assert failed.wait(30)
        recorder.ran.append("slow")

    def broken(tools: Tools) -> None:
        assert begun.wait(30)
        failed.set()
        raise SetupError("broken", advice="mend it")

    with pytest.raises(SetupError, match="broken"):
        recorder.run(
            Step("slow", "slow", lambda: False, slow),
            Step("broken", "broken", lambda: False, broken),
            recorder.step("later", needs=("slow",)),
        )
    assert recorder.ran == ["slow"]


def test_an_interruption_ends_the_tools_that_run(recorder: Recorder) -> None:
    pipe = recorder.project.root / "started"
    os.mkfifo(pipe)
    ended: list[bool] = []

    def interrupting(tools: Tools) -> None:
        assert pipe.read_text() == "started\n"
        raise KeyboardInterrupt

    def waiting(tools: Tools) -> None:
        try:
            tools.run("sh", "-c", f"echo started > {pipe}; exec sleep 600")
        except ToolFailed as failure:
            ended.append(failure.interrupted)

    with pytest.raises(KeyboardInterrupt):
        recorder.run(
            Step("waiting", "waiting", lambda: False, waiting),
            Step("interrupting", "interrupting", lambda: False, interrupting),
        )
    assert ended == [True]
