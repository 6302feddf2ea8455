"""Settings of the queue as data: duty hours, limits, time-out, and what the citizen is told."""

from __future__ import annotations

import re
from datetime import date

from pydantic import BaseModel, ConfigDict, Field, field_validator

from handoff.queue.duty import DAY, DutyHours, Period

CONFIG_NAME = "handoff.queue"
_CLOCK = re.compile(r"^(\d{2}):(\d{2})-(\d{2}):(\d{2})$")


def parse_period(text: str) -> Period:
    """09:00-12:00 as minutes of the day; the end may be 24:00."""
    match = _CLOCK.match(text)
    if match is None:
        raise ValueError("a period is written 09:00-12:00")
    hours = [int(part) for part in match.groups()]
    if hours[1] > 59 or hours[3] > 59:
        raise ValueError("there are sixty minutes in an hour")
    start, end = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
    if not 0 <= start < end <= DAY:
        raise ValueError("a period ends after it starts, on the same day")
    return start, end


class DutyHoursData(BaseModel):
    """Duty hours as they are stored and edited: seven lists from Monday on, and special days.

    Shipped: open all day, so that a fresh installation can be tried at any hour.
    """

    model_config = ConfigDict(extra="forbid")

    weekly: list[list[str]] = Field(default=[["00:00-24:00"]] * 7, min_length=7, max_length=7)
    special: dict[date, list[str]] = {}

    @field_validator("weekly")
    @classmethod
    def _weekly(cls, value: list[list[str]]) -> list[list[str]]:
        DutyHours(weekly=[[parse_period(text) for text in day] for day in value])
        return value

    @field_validator("special")
    @classmethod
    def _special(cls, value: dict[date, list[str]]) -> dict[date, list[str]]:
        DutyHours(special={day: [parse_period(text) for text in at] for day, at in value.items()})
        return value

    def hours(self) -> DutyHours:
        return DutyHours(
            weekly=[[parse_period(text) for text in day] for day in self.weekly],
            special={d: [parse_period(text) for text in at] for d, at in self.special.items()},
        )


class QueueTexts(BaseModel):
    """What citizens read. `{ahead}`, `{opening}`, `{minutes}` are filled in."""

    model_config = ConfigDict(extra="forbid")

    next_in_line: str = "正在为您转接人工客服，请稍候。"
    queued: str = "正在为您转接人工客服，您前面还有 {ahead} 位，请稍候。排队时可以继续补充问题。"
    off_duty: str = "现在不在人工服务时间，{opening}起有工作人员为您服务。其他问题可以继续问我。"
    off_duty_unknown: str = "现在不在人工服务时间。其他问题可以继续问我。"
    full: str = "目前排队的人很多，暂时无法接入人工客服，请稍后再试。其他问题可以继续问我。"
    nobody: str = "现在没有工作人员在线，请稍后再试。其他问题可以继续问我。"
    timed_out: str = (
        "很抱歉，工作人员都在忙，您已等待 {minutes} 分钟。可以稍后再转人工，也可以继续问我。"
    )


class QueueSettings(BaseModel):
    """`queue_when_nobody_online`: somebody may come; false refuses instead."""

    model_config = ConfigDict(extra="forbid")

    duty: DutyHoursData = DutyHoursData()
    queue_when_nobody_online: bool = True
    most_waiting: int = Field(500, ge=1, le=100_000)
    timeout_minutes: int = Field(15, ge=1, le=24 * 60)
    texts: QueueTexts = QueueTexts()
