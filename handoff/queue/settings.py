"""Settings of the queue as data."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

CONFIG_NAME = "handoff.queue"


class QueueSettings(BaseModel):
    """Who is let in is the decision table's matter, what citizens read the texts': handoff/hours."""

    model_config = ConfigDict(extra="forbid")

    timeout_minutes: int = Field(15, ge=1, le=24 * 60)
