"""What a search found: hits with their probability, and the band that says what may be done with them."""

from __future__ import annotations

from dataclasses import dataclass

from core.conversation.ports import Band
from knowledge.retrieval.entries import Entry
from knowledge.retrieval.fusion import Signals


@dataclass(frozen=True)
class Ranked:
    """A hit with its probability and, for people who ask why, its signals."""

    entry: Entry
    score: float
    signals: Signals


@dataclass(frozen=True)
class Outcome:
    """`ranked` best first; `band` is that of the first.

    `open_choice`: the sides of a contrast on which the first two answers hang and which the citizen did not name.
    `also`: what answers the other questions of the same message. `leans`: what was said before may change it.
    """

    band: Band
    ranked: list[Ranked]
    open_choice: tuple[str, ...] = ()
    also: tuple[Entry, ...] = ()
    leans: bool = False

    @property
    def score(self) -> float:
        """That of the first hit, 0 when there is none."""
        return self.ranked[0].score if self.ranked else 0.0
