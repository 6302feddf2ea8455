"""How alike two texts look, letter by letter. Pure; stands in where no encoder is at hand."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from handoff.rules.wording import normalise


def _pairs(text: str) -> set[str]:
    letters = [c for c in normalise(text) if c.isalnum()]
    return {a + b for a, b in pairwise(letters)} or set(letters)


def likeness(text: str, others: Sequence[str]) -> list[float]:
    """Dice's coefficient of the character pairs, 0..1, for each of `others` in their order."""
    mine = _pairs(text)
    return [_dice(mine, _pairs(other)) for other in others]


def _dice(a: set[str], b: set[str]) -> float:
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0
