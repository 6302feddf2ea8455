"""How a step of the set-up fails: what happened, and one line that says what to do about it."""

from __future__ import annotations


class SetupError(Exception):
    """A step could not be done. `advice` is printed as the last line; `output` before it."""

    def __init__(self, problem: str, *, advice: str, output: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.advice = advice
        self.output = output
