"""Settings of presence as data: reasons to choose from, times of rest and wrap-up, when agents count as lost."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

CONFIG_NAME = "handoff.presence"

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]


class PresenceSettings(BaseModel):
    """0 means: not at all (`rest_minutes`: as long as one likes).

    `grace_seconds`: after the last desk of an agent was lost, before the conversations are handed on;
    `return_minutes`: so much longer for the agent alone when nobody else is there. `wrap_up_seconds`: after each
    service; `wrap_up_required`: the form cannot be skipped. `busy_after_waiting`: so many citizens waiting beyond the
    limit make an agent busy; `busy_ends_by_itself`: online again when all have their answer.
    """

    model_config = ConfigDict(extra="forbid")

    busy_reasons: list[Reason] = Field(default=["处理工单", "培训", "会议"], max_length=20)
    rest_reasons: list[Reason] = Field(default=["午休", "小休", "用餐"], max_length=20)
    rest_minutes: int = Field(60, ge=0, le=24 * 60)
    grace_seconds: int = Field(120, ge=0, le=3600)
    return_minutes: int = Field(10, ge=0, le=24 * 60)
    handed_on: Text = "正在为您接待的工作人员暂时离线，已为您转给其他工作人员，请稍候。"
    back_soon: Text = "正在为您接待的工作人员暂时离线，恢复后会继续为您服务，请稍候。"
    gone: Text = "正在为您接待的工作人员已离线。"
    wrap_up_seconds: int = Field(30, ge=0, le=3600)
    wrap_up_required: bool = False
    busy_after_waiting: int = Field(3, ge=0, le=100)
    busy_ends_by_itself: bool = True

    @field_validator("busy_reasons", "rest_reasons")
    @classmethod
    def _once(cls, value: list[str]) -> list[str]:
        if len(set(value)) < len(value):
            raise ValueError("each reason once")
        return value
