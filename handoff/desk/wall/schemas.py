"""What the wall shows. Times, not durations: the page lets them run."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from handoff.agents.presence import PresenceStatus


class WallQueue(BaseModel):
    """A line. `group_id` null: whoever waits for anybody. `oldest_at`: since when the longest waits."""

    group_id: str | None
    name: str
    waiting: int
    oldest_at: datetime | None
    eta_seconds: int | None


class WallAgent(BaseModel):
    """`unanswered`: conversations whose citizen waits for an answer; `unanswered_since`: the longest."""

    id: str
    name: str
    status: PresenceStatus
    reason: str
    since: datetime | None
    active: int
    capacity: int
    groups: list[str]
    unanswered: int
    unanswered_since: datetime | None


class WallConversation(BaseModel):
    """One that waits or is served. `waiting_since`: for a place in somebody's hands, or for the answer."""

    id: str
    status: str
    channel: str
    contact_id: str
    contact_name: str
    owner_id: str | None
    group_id: str | None
    waiting_since: datetime | None
    answer_due_at: datetime | None


class WallTotals(BaseModel):
    """Of the day, from midnight in China. `first_answer_seconds` and `rating` are averages; null: none yet.

    `handed_off` counts requests for a person, `served` services that began, `closed` those that ended with the
    conversation. The first answer is measured from the beginning of the service.
    """

    handed_off: int
    served: int
    closed: int
    first_answer_seconds: float | None
    rating: float | None
    rated: int


class WallAlert(BaseModel):
    id: str
    at: datetime
    code: str
    message: str
    conversation_id: str | None
    agent_id: str | None
    agent_name: str


class WallRead(BaseModel):
    at: datetime
    queues: list[WallQueue]
    agents: list[WallAgent]
    conversations: list[WallConversation]
    totals: WallTotals
    alerts: list[WallAlert]
