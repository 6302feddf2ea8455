"""The document `tencent.replies`: waiting for more words, and telling citizens that something waits for them."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from core.clock import LOCAL_ZONE

CONFIG_NAME = "tencent.replies"


class ReplySettings(BaseModel):
    """`settle_seconds`: how long an agent's words wait for more of them, once no more than `scarce` replies are left;
    0: not at all. While there are more, nothing is held up.

    `remind`: tell the citizen when words wait that WeChat does not let through, `remind_after_minutes` later, between
    `remind_begin` and `remind_end` (China's time), once a day at most. `remind_by_sms`: by text message where WeChat's
    own notices do not reach him and he has proved his phone. `keep_days`: so long what waits is kept.
    """

    model_config = ConfigDict(extra="forbid")

    settle_seconds: int = Field(default=3, ge=0, le=10)
    scarce: int = Field(default=2, ge=1, le=5)
    remind: bool = True
    remind_after_minutes: int = Field(default=2, ge=0, le=240)
    remind_begin: time = time(8, 0)
    remind_end: time = time(21, 0)
    remind_by_sms: bool = True
    keep_days: int = Field(default=30, ge=1, le=365)

    @model_validator(mode="after")
    def _one_day(self) -> Self:
        if self.remind_begin >= self.remind_end:
            raise ValueError("结束时间要晚于开始时间")
        return self

    def next_moment(self, now: datetime) -> datetime:
        """`now`, or when the hours for reminders begin next."""
        local = now.astimezone(LOCAL_ZONE)
        if self.remind_begin <= local.time() < self.remind_end:
            return now
        day = local.date() + timedelta(days=local.time() >= self.remind_end)
        return datetime.combine(day, self.remind_begin, LOCAL_ZONE).astimezone(now.tzinfo)
