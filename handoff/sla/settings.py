"""Settings of the clocks as data: how long each may run, and what citizens and agents are told."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

CONFIG_NAME = "handoff.clocks"


class ClockSettings(BaseModel):
    """Shipped: answers within 3 minutes, the measure usual in contracts for this service."""

    model_config = ConfigDict(extra="forbid")

    answer_seconds: int = Field(180, ge=10, le=24 * 3600)
    answer_alert: str = "会话等待回复已超过 {minutes} 分钟，请尽快回复。"
    idle_reminder_minutes: int = Field(10, ge=1, le=24 * 60)
    idle_reminder: str = (
        "您还在吗？如果还有问题请直接回复；{minutes} 分钟内没有回复，会话将自动结束。"
    )
    idle_close_minutes: int = Field(5, ge=1, le=24 * 60)
    idle_closed: str = "您较长时间没有回复，会话已自动结束。需要时请随时再来咨询。"
