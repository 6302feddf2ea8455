"""Settings of the clocks as data: how long each may run, and what citizens and agents are told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from handoff.sla.clocks import Limits

CONFIG_NAME = "handoff.clocks"


class ClockSettings(BaseModel):
    """Shipped: answers within 3 minutes, the measure usual in contracts for this service.

    `answer_seconds` is for every answer but the first. 0 of `warn_before_seconds`, `alert_again_minutes` and
    `queue_alert_minutes` means: not at all. In the alerts {waited} is how long the citizen has waited, {minutes} the
    same in minutes, {left} the seconds that are left, {agent} the agent's name.
    """

    model_config = ConfigDict(extra="forbid")

    first_answer_seconds: int = Field(180, ge=10, le=24 * 3600)
    answer_seconds: int = Field(180, ge=10, le=24 * 3600)
    warn_before_seconds: int = Field(60, ge=0, le=24 * 3600)
    answer_warning: str = Field("市民已等待 {waited}，请在 {left} 秒内回复。", max_length=200)
    answer_alert: str = Field("{agent} 接待的市民已等待 {waited}，请尽快回复。", max_length=200)
    alert_again_minutes: int = Field(3, ge=0, le=24 * 60)
    queue_alert_minutes: int = Field(5, ge=0, le=24 * 60)
    queue_alert: str = Field("有市民排队已超过 {minutes} 分钟，请安排接待。", max_length=200)
    idle_reminder_minutes: int = Field(10, ge=1, le=24 * 60)
    idle_reminder: str = (
        "您还在吗？如果还有问题请直接回复；{minutes} 分钟内没有回复，会话将自动结束。"
    )
    idle_close_minutes: int = Field(5, ge=1, le=24 * 60)
    idle_closed: str = "您较长时间没有回复，会话已自动结束。需要时请随时再来咨询。"

    @model_validator(mode="before")
    @classmethod
    def _as_it_was_stored(cls, value: Any) -> Any:
        """There used to be one limit for all answers, and no warning: what was stored then goes on to hold."""
        if isinstance(value, dict) and "answer_seconds" in value:
            limit = value["answer_seconds"]
            value = {"first_answer_seconds": limit, **value}
            if isinstance(limit, int) and limit <= 60:
                value = {"warn_before_seconds": 0, **value}
        return value

    @field_validator("warn_before_seconds")
    @classmethod
    def _before_the_limit(cls, value: int, info: ValidationInfo) -> int:
        limits = [info.data.get(name) for name in ("first_answer_seconds", "answer_seconds")]
        if any(limit is not None and value >= limit for limit in limits):
            raise ValueError("the warning comes before either limit is reached")
        return value

    def limits(self) -> Limits:
        return Limits(
            first=timedelta(seconds=self.first_answer_seconds),
            following=timedelta(seconds=self.answer_seconds),
            warn_before=timedelta(seconds=self.warn_before_seconds),
            again_after=timedelta(minutes=self.alert_again_minutes),
            remind_after=timedelta(minutes=self.idle_reminder_minutes),
            close_after=timedelta(minutes=self.idle_close_minutes),
        )
