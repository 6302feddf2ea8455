"""How left messages are dealt with, as data: the time to answer, what is told to whom, how long they are kept."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

CONFIG_NAME = "handoff.left_messages"
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class LeftMessageSettings(BaseModel):
    """Shipped times are examples: every organisation has promised its own.

    `answer_workdays`: not counting the day it was left. `warn_minutes`: so long before the deadline those who can
    answer are reminded; 0: never. `keep_days`: so long after the last answer name, phone, texts and files stay.
    `page_inbox`: the website inbox whose page citizens of other channels are sent to; "": the first there is.
    `confirm_by_sms`: the number is also sent to the phone that was proved.
    `without_sms`: where no texts are sent, so no code can prove a phone, it is taken as told and marked so.
    In texts {number} stands for the left message's number.
    """

    model_config = ConfigDict(extra="forbid")

    answer_workdays: int = Field(default=1, ge=1, le=60)
    warn_minutes: int = Field(default=120, ge=0, le=14_400)
    keep_days: int = Field(default=180, ge=1, le=3650)
    page_inbox: str = Field(default="", max_length=64)
    confirm_by_sms: bool = True
    without_sms: bool = True
    thanks: Words = "您的留言已收到，编号 {number}。我们会在 {due} 前答复您。"
    warning: Words = "留言 {number} 将在 {due} 到期，请尽快答复。"
    overdue: Words = "留言 {number} 已超过答复期限（{due}），请立即处理。"
