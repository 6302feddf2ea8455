"""What citizens may do with tickets of their own, and see of who works on them, as data (设置 › 市民自助)."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

CONFIG_NAME = "handoff.tickets.citizens"
NOBODY_BY_NAME = "工作人员"
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class CitizenTicketSettings(BaseModel):
    """`names`: citizens read who answered; else it is the office that does (`NOBODY_BY_NAME`).

    `without_sms`: where no texts are sent, so no code can prove a phone, it is taken as told and marked so.
    `most_a_day`: so many tickets a citizen may file himself. `confirm_by_sms`: the number is also sent to the phone
    that was proved. `rate_days`: so long after an answer it may be rated. In `thanks` {number} stands for the ticket's
    number.
    """

    model_config = ConfigDict(extra="forbid")

    names: bool = False
    without_sms: bool = True
    most_a_day: int = Field(default=10, ge=1, le=100)
    confirm_by_sms: bool = True
    rate_days: int = Field(default=30, ge=1, le=365)
    thanks: Words = "您的工单已经登记，编号 {number}。您可以随时在“办事进度”里查看、补充或者催办。"
