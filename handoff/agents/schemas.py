"""What clients see of agents and groups, and what they send to change them."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field, field_validator

from core.ids import Id
from handoff.agents.presence import Chooser, PresenceStatus


class AgentRead(BaseModel):
    """An agent at the desk. `status` is the effective one, `since` when and for which `reason`; `groups` are group ids.

    `by`: who chose what the agent chose: the agent, the system, a supervisor.
    """

    id: str
    login: str
    name: str
    role: str
    status: PresenceStatus
    reason: str = ""
    since: datetime | None = None
    by: Chooser = "agent"
    active: int
    capacity: int
    groups: list[str]


class AgentUpdate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    capacity: int = Field(ge=0, le=100)


class GroupRead(BaseModel):
    id: str
    name: str
    categories: list[str]
    members: list[str]


class GroupWrite(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=64)
    categories: list[str] = Field(default=[], max_length=50)
    members: list[Id] = Field(default=[], max_length=1000)

    @field_validator("name", "categories")
    @classmethod
    def _readable(cls, value: str | list[str]) -> str | list[str]:
        if not "".join(value).isprintable():
            raise ValueError("名称里有不能显示的字符")
        return value


class PresenceOptions(BaseModel):
    """What an agent can choose from, and the time they have."""

    busy_reasons: list[str]
    rest_reasons: list[str]
    rest_minutes: int
    wrap_up_seconds: int
    wrap_up_required: bool
