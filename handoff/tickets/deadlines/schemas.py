"""What clients see of a ticket's deadlines."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel


class DeadlineRead(BaseModel):
    """One promise. `explanation`: why it is due then, line by line; `policy`: the rule's name; `round` above 1: anew.

    `state` breached with `met_at`: it was made good too late.
    """

    target: Literal["accept", "answer", "resolve"]
    round: int
    state: Literal["active", "paused", "met", "breached", "cancelled"]
    started_at: datetime
    due_at: datetime | None
    paused_since: datetime | None
    met_at: datetime | None
    policy: str
    explanation: list[str]
