"""What may be done with a result of some certainty. Pure; the thresholds come from data/calibration.json."""

from __future__ import annotations

from dataclasses import dataclass

from core.conversation.ports import Band


@dataclass(frozen=True)
class Thresholds:
    """From `answer` on the best hit is given as the answer; from `guide` on the citizen may choose among hits."""

    answer: float
    guide: float

    def __post_init__(self) -> None:
        if not 0 <= self.guide <= self.answer <= 1:
            raise ValueError("need 0 <= guide <= answer <= 1")

    def band(self, probability: float) -> Band:
        if probability >= self.answer:
            return "answer"
        return "guide" if probability >= self.guide else "unknown"
