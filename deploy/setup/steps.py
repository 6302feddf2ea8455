"""Runs the steps of a set-up, independent ones side by side, and tells the terminal about them."""

from __future__ import annotations

import fcntl
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TextIO

from deploy.setup.errors import SetupError
from deploy.setup.process import Processes, Tools
from deploy.setup.project import Project

TICK_SECONDS = 1.0
PLAIN_TICK_SECONDS = 10.0  # a log file needs fewer lines than a terminal
LINE_WIDTH = 100


@dataclass(frozen=True)
class Step:
    """One thing to set up: `up_to_date` is cheap, `do` works until it is so."""

    name: str
    title: str
    up_to_date: Callable[[], bool]
    do: Callable[[Tools], None]
    needs: tuple[str, ...] = ()


class Screen:
    """Prints a line per step, and in between what is being waited for."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stdout
        self.live = self.stream.isatty() and os.environ.get("TERM", "dumb") != "dumb"
        self._ticked = time.monotonic()
        self._status = False

    def line(self, text: str) -> None:
        self._erase()
        print(text, file=self.stream, flush=True)

    def waiting(self, text: str) -> None:
        """Rewrites the last line of a terminal every second, adds a line to a log every ten."""
        now = time.monotonic()
        if self.live:
            self._erase()
            print(text[:LINE_WIDTH], end="", file=self.stream, flush=True)
            self._status = True
        elif now - self._ticked >= PLAIN_TICK_SECONDS:
            print(text, file=self.stream, flush=True)
        else:
            return
        self._ticked = now

    def _erase(self) -> None:
        if self._status:
            print("\r\x1b[K", end="", file=self.stream, flush=True)
            self._status = False


@dataclass
class _Running:
    step: Step
    tools: Tools
    since: float


def run_steps(project: Project, steps: Sequence[Step], screen: Screen) -> None:
    """Runs all steps whose inputs changed, each after the ones it needs.

    Raises the first SetupError after the steps that already run have ended; an interruption
    ends them at once.
    """
    if all(step.up_to_date() for step in steps):
        return
    with _alone(project, screen):
        _run_open_steps(project, steps, screen)


@contextmanager
def _alone(project: Project, screen: Screen) -> Iterator[None]:
    """Two set-ups of one clone (`make run` beside `make test`) take turns."""
    project.cache.mkdir(parents=True, exist_ok=True)
    with (project.cache / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            screen.line("    another set-up of this folder is running: waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _run_open_steps(project: Project, steps: Sequence[Step], screen: Screen) -> None:
    open_steps = {step.name: step for step in steps if not step.up_to_date()}
    running: dict[Future[None], _Running] = {}
    processes = Processes()
    failure: SetupError | None = None
    with ThreadPoolExecutor(max_workers=4) as pool:
        try:
            while open_steps or running:
                for step in _ready(open_steps, running):
                    del open_steps[step.name]
                    tools = _tools(project, step, processes)
                    screen.line(f"==> {step.title} ...")
                    future = pool.submit(step.do, tools)
                    running[future] = _Running(step, tools, time.monotonic())
                found = _collect(running, screen)
                if found:
                    failure = failure or found
                    open_steps.clear()  # what already runs may end: its work is not lost
        except BaseException:
            processes.end_all()
            raise
    if failure:
        raise failure


def _ready(open_steps: dict[str, Step], running: dict[Future[None], _Running]) -> list[Step]:
    busy = {active.step.name for active in running.values()} | set(open_steps)
    return [step for step in open_steps.values() if not busy.intersection(step.needs)]


def _tools(project: Project, step: Step, processes: Processes) -> Tools:
    log = project.logs / f"{step.name}.log"
    log.unlink(missing_ok=True)
    return Tools(processes, cwd=project.root, environ=project.child_environ(), log=log)


def _collect(running: dict[Future[None], _Running], screen: Screen) -> SetupError | None:
    """Waits for a moment, reports what ended, and returns a failure among it."""
    done, _ = wait(running, timeout=TICK_SECONDS, return_when=FIRST_COMPLETED)
    now = time.monotonic()
    failure: SetupError | None = None
    for future in done:
        active = running.pop(future)
        how = "done in"
        try:
            future.result()
        except SetupError as error:
            failure = failure or error
            how = "failed after"
        screen.line(f"    {active.step.title}: {how} {now - active.since:.1f} s")
    if running and not done:
        active = min(running.values(), key=lambda one: one.since)
        names = ", ".join(f"{one.step.title} {now - one.since:.0f} s" for one in running.values())
        screen.waiting(f"    ... {names}: {active.tools.last_line}")
    return failure


def explain(error: SetupError, screen: Screen) -> None:
    """Prints a failure: the tail of the tool's output, what failed, and last what to do."""
    if error.output:
        screen.line(error.output)
    screen.line(f"FAILED: {error.problem}")
    screen.line(f"What to do: {error.advice}")
