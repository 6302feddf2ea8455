"""Settings of working together as data: whether a transfer has to be accepted, and how long each side may wait."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

CONFIG_NAME = "handoff.team"


class TeamSettings(BaseModel):
    """Shipped: a colleague has to accept. Until then the citizen keeps the agent he has.

    `accept_seconds`: unanswered for so long, an offer is over and the sender is told.
    `group_return_minutes`: nobody of the group has taken it for so long, the sender gets it back if they are online
    and have room; else it goes on waiting.
    """

    model_config = ConfigDict(extra="forbid")

    transfer_accepted: bool = True
    accept_seconds: int = Field(30, ge=10, le=600)
    group_return_minutes: int = Field(3, ge=1, le=120)
