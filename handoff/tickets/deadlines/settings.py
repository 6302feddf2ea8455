"""Policies: by when tickets of a type and priority are accepted, answered and settled, and who is told when not."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from handoff.hours.settings import OFFICE, ScheduleId
from handoff.sla.spans import Counting, Unit
from handoff.tickets.deadlines.walk import Target
from handoff.tickets.types.definition import Key, Label, Priority

CONFIG_NAME = "handoff.ticket_deadlines"
# A year of workdays, ten years of days, a year of duty hours.
_MOST = {Unit.MINUTES: 120_000, Unit.DAYS: 3650, Unit.WORKDAYS: 365}
_NAMES = {Unit.MINUTES: "分钟", Unit.DAYS: "天", Unit.WORKDAYS: "个工作日"}
PolicyId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,32}$")]


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DeadlineSpan(_Data):
    """So much time: minutes of duty hours, days of the calendar, or workdays."""

    amount: int = Field(ge=1)
    unit: Unit

    @model_validator(mode="after")
    def _within(self) -> Self:
        if self.amount > _MOST[self.unit]:
            raise ValueError(f"最多 {_MOST[self.unit]} {_NAMES[self.unit]}")
        return self


class DeadlineAudience(_Data):
    """Who is told: who has the ticket, who leads its department, those who dispatch, and people by name."""

    assignee: bool = False
    leader: bool = False
    supervisors: bool = False
    account_ids: list[str] = Field(default=[], max_length=50)

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if not (self.assignee or self.leader or self.supervisors or self.account_ids):
            raise ValueError("请至少选择一个通知对象")
        return self


class DeadlineEscalation(_Data):
    """Once it is so late (`after` None: at once), these people are told as well."""

    after: DeadlineSpan | None = None
    to: DeadlineAudience


class DeadlinePolicy(_Data):
    """Holds for the tickets of its types and priorities (empty: all). The first policy that fits a ticket counts.

    `given`: the ticket's own field (a date) in which whoever transferred it says by when; where it is filled in, the
    ticket is to be settled by then, whatever `resolve` says, and no pause moves it. `before`: reminders ahead of
    each deadline; `again`: how often it is said anew when it is missed, `again_most` times at most.
    """

    id: PolicyId
    name: Label
    types: list[Key] = Field(default=[], max_length=50)
    priorities: list[Priority] = Field(default=[], max_length=4)
    accept: DeadlineSpan | None = None
    answer: DeadlineSpan | None = None
    resolve: DeadlineSpan | None = None
    schedule: ScheduleId = OFFICE.id
    pause_while_pending: bool = True
    given: Key | None = None
    before: list[DeadlineSpan] = Field(default=[], max_length=5)
    again: DeadlineSpan | None = None
    again_most: int = Field(10, ge=1, le=100)
    escalations: list[DeadlineEscalation] = Field(default=[], max_length=10)

    @field_validator("before")
    @classmethod
    def _different(cls, value: list[DeadlineSpan]) -> list[DeadlineSpan]:
        if len(set(value)) < len(value):
            raise ValueError("两次提前提醒的时间相同")
        return value

    def span(self, target: Target) -> DeadlineSpan | None:
        return {
            Target.ACCEPT: self.accept,
            Target.ANSWER: self.answer,
            Target.RESOLVE: self.resolve,
        }[target]

    def fits(self, type_id: str, priority: str) -> bool:
        return (not self.types or type_id in self.types) and (
            not self.priorities or priority in self.priorities
        )


def _minutes(amount: int) -> DeadlineSpan:
    return DeadlineSpan(amount=amount, unit=Unit.MINUTES)


def _workdays(amount: int) -> DeadlineSpan:
    return DeadlineSpan(amount=amount, unit=Unit.WORKDAYS)


def _days(amount: int) -> DeadlineSpan:
    return DeadlineSpan(amount=amount, unit=Unit.DAYS)


_LATE = [
    DeadlineEscalation(to=DeadlineAudience(leader=True)),
    DeadlineEscalation(after=_workdays(1), to=DeadlineAudience(leader=True, supervisors=True)),
]
# Examples: what an organisation has promised stands in its contract, and is set in the console.
SHIPPED = (
    DeadlinePolicy(
        id="hotline", name="12345 转办（示例）", types=["hotline_12345"], accept=_minutes(240),
        answer=_workdays(1), resolve=_workdays(5), given="reply_by", before=[_workdays(1), _minutes(120)],
        again=_workdays(1), escalations=_LATE,
    ),
    DeadlinePolicy(
        id="petition", name="信访转办（示例）", types=["petition"], accept=_days(15), resolve=_days(60),
        given="reply_by", before=[_workdays(5), _workdays(1)], again=_workdays(1), escalations=_LATE,
    ),
    DeadlinePolicy(
        id="urgent", name="特急工单（示例）", priorities=["urgent"], accept=_minutes(30),
        answer=_minutes(240), resolve=_workdays(1), before=[_minutes(120), _minutes(30)],
        again=_minutes(120), escalations=_LATE,
    ),
    DeadlinePolicy(
        id="usual", name="一般工单（示例）", accept=_minutes(240), answer=_workdays(2), resolve=_workdays(5),
        before=[_workdays(1), _minutes(120)], again=_workdays(1), escalations=_LATE,
    ),
)  # fmt: skip


class DeadlineSettings(BaseModel):
    """The policies in their order, and how days are counted (handoff/sla/spans.py Counting)."""

    model_config = ConfigDict(extra="forbid")

    policies: list[DeadlinePolicy] = Field(default=list(SHIPPED), max_length=100)
    first_day_counts: bool = False
    move_off_days: bool = True
    until: Literal["closing", "midnight"] = "closing"

    @model_validator(mode="after")
    def _ids_differ(self) -> Self:
        ids = [policy.id for policy in self.policies]
        if len(set(ids)) < len(ids):
            raise ValueError("两条时限规则的编号相同")
        return self

    def policy_of(self, type_id: str, priority: str) -> DeadlinePolicy | None:
        """The first that fits; None: nothing is promised for such a ticket."""
        return next((each for each in self.policies if each.fits(type_id, priority)), None)

    def policy(self, policy_id: str) -> DeadlinePolicy | None:
        return next((each for each in self.policies if each.id == policy_id), None)

    @property
    def counting(self) -> Counting:
        return Counting(
            first_day_counts=self.first_day_counts,
            move_off_days=self.move_off_days,
            until_closing=self.until == "closing",
        )
