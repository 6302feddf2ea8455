"""Of several agents who could take a conversation, who gets it. Pure: each strategy is an order.

The id comes last in every order, so that several servers decide alike.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from handoff.routing.case import Candidate

Strategy = Literal["least_loaded", "round_robin"]

_NEVER = datetime.min.replace(tzinfo=UTC)


def load(candidate: Candidate) -> float:
    """How full the agent's hands are, 0..1; somebody who may hold nothing is full."""
    return candidate.active / candidate.capacity if candidate.capacity > 0 else 1.0


def _least_loaded(candidate: Candidate) -> tuple[Any, ...]:
    """By share of the own capacity, not by number: two of three are more than two of eight."""
    return load(candidate), candidate.last_given_at or _NEVER, candidate.agent_id


def _round_robin(candidate: Candidate) -> tuple[Any, ...]:
    """Whoever has been without a new one longest; who never had one comes first."""
    return candidate.last_given_at or _NEVER, load(candidate), candidate.agent_id


_ORDERS: dict[Strategy, Callable[[Candidate], tuple[Any, ...]]] = {
    "least_loaded": _least_loaded,
    "round_robin": _round_robin,
}


def ranked(candidates: Sequence[Candidate], strategy: Strategy) -> list[Candidate]:
    """The candidates, best first."""
    return sorted(candidates, key=_ORDERS[strategy])
