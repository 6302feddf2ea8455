"""Duty hours, imported statutory days and the decision table as they are stored and edited."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Annotated, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from handoff.hours.calendar import Calendar
from handoff.hours.decisions import SHIPPED, Row, unreachable
from handoff.hours.duty import DAY, DutyHours, Period

HOURS_CONFIG = "handoff.hours"
CALENDAR_CONFIG = "handoff.calendar"
ADMISSION_CONFIG = "handoff.admission"
_CLOCK = re.compile(r"^(\d{2}):(\d{2})-(\d{2}):(\d{2})$")
# Of a year some thirty days are off and ten are worked instead.
MOST_DAYS = 100
ScheduleId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,32}$")]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=32)]


def parse_period(text: str) -> Period:
    """09:00-12:00 as minutes of the day; the end may be 24:00."""
    match = _CLOCK.match(text)
    if match is None:
        raise ValueError("时间段写成 09:00-12:00 这样")
    hours = [int(part) for part in match.groups()]
    if hours[1] > 59 or hours[3] > 59:
        raise ValueError("一小时只有 60 分钟")
    start, end = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
    if not 0 <= start < end <= DAY:
        raise ValueError("时间段要在同一天内，结束晚于开始")
    return start, end


def _periods(texts: Sequence[str]) -> list[Period]:
    found = [parse_period(text) for text in texts]
    for before, after in pairwise(found):
        if after[0] < before[1]:
            raise ValueError("同一天的时间段要按先后排列，不能重叠")
    return found


class Schedule(BaseModel):
    """One set of duty hours: seven lists from Monday on, and special days.

    `statutory`: closed on statutory days off; on weekend days that are worked instead, `makeup` holds.
    """

    model_config = ConfigDict(extra="forbid")

    id: ScheduleId
    name: Name
    weekly: list[list[str]] = Field(min_length=7, max_length=7)
    special: dict[date, list[str]] = Field(default={}, max_length=400)
    statutory: bool = False
    makeup: list[str] = []

    @field_validator("weekly")
    @classmethod
    def _weekly(cls, value: list[list[str]]) -> list[list[str]]:
        for day in value:
            _periods(day)
        return value

    @field_validator("special")
    @classmethod
    def _special(cls, value: dict[date, list[str]]) -> dict[date, list[str]]:
        for day in value.values():
            _periods(day)
        return value

    @field_validator("makeup")
    @classmethod
    def _makeup(cls, value: list[str]) -> list[str]:
        _periods(value)
        return value

    def hours(self, calendar: Calendar) -> DutyHours:
        return DutyHours(
            weekly=[_periods(day) for day in self.weekly],
            special={day: _periods(texts) for day, texts in self.special.items()},
            calendar=calendar if self.statutory else None,
            makeup=_periods(self.makeup),
        )


ALWAYS = Schedule(id="always", name="全天", weekly=[["00:00-24:00"]] * 7)
_OFFICE = ["09:00-12:00", "13:30-17:00"]
OFFICE = Schedule(
    id="office",
    name="工作日（示例）",
    weekly=[_OFFICE] * 5 + [[], []],
    statutory=True,
    makeup=_OFFICE,
)


class HoursSettings(BaseModel):
    """`usual` is the schedule of every inbox that `inboxes` does not name.

    Shipped: open all day, so that a fresh installation can be tried at any hour.
    """

    model_config = ConfigDict(extra="forbid")

    schedules: list[Schedule] = Field(default=[ALWAYS, OFFICE], min_length=1, max_length=50)
    usual: ScheduleId = ALWAYS.id
    inboxes: dict[str, ScheduleId] = Field(default={}, max_length=500)

    @model_validator(mode="after")
    def _known(self) -> Self:
        ids = [each.id for each in self.schedules]
        if len(set(ids)) < len(ids):
            raise ValueError("两套服务时间的编号相同")
        missing = {self.usual, *self.inboxes.values()} - set(ids)
        if missing:
            raise ValueError(f"没有这套服务时间：{min(missing)}")
        return self

    def of_inbox(self, inbox_id: str) -> Schedule:
        return self.schedule(self.inboxes.get(inbox_id, self.usual))

    def schedule(self, schedule_id: str) -> Schedule:
        """That of this id; the usual one when it has been removed."""
        found = next((each for each in self.schedules if each.id == schedule_id), None)
        return found or next(each for each in self.schedules if each.id == self.usual)


class StatutoryYear(BaseModel):
    """Days off and worked weekend days of one year, with the holiday's name."""

    model_config = ConfigDict(extra="forbid")

    year: int = Field(ge=2000, le=2100)
    off: dict[date, Name] = Field(min_length=1, max_length=MOST_DAYS)
    makeup: dict[date, Name] = Field(default={}, max_length=MOST_DAYS)

    @model_validator(mode="after")
    def _of_the_year(self) -> Self:
        strangers = [day for day in [*self.off, *self.makeup] if day.year != self.year]
        if strangers:
            raise ValueError(f"{min(strangers)} 不是 {self.year} 年的日期")
        both = set(self.off) & set(self.makeup)
        if both:
            raise ValueError(f"{min(both)} 同时是放假和上班")
        weekdays = [day for day in self.makeup if day.weekday() < 5]
        if weekdays:
            raise ValueError(f"{min(weekdays)} 本来就是工作日，不是调休上班日")
        return self


class CalendarSettings(BaseModel):
    """Years that were imported; they go before what ships."""

    model_config = ConfigDict(extra="forbid")

    years: list[StatutoryYear] = Field(default=[], max_length=30)

    def over(self, shipped: Calendar) -> Calendar:
        """The calendar in force."""
        calendar = shipped
        for year in self.years:
            calendar = calendar.with_year(year.year, year.off, year.makeup)
        return calendar


class AdmissionSettings(BaseModel):
    """The decision table."""

    model_config = ConfigDict(extra="forbid")

    rows: list[Row] = Field(default=list(SHIPPED), min_length=1, max_length=50)

    @field_validator("rows")
    @classmethod
    def _complete(cls, rows: list[Row]) -> list[Row]:
        if not rows[-1].fits_everything:
            raise ValueError("最后一行要适用于所有情形，不能带条件")
        useless = unreachable(rows)
        if useless:
            raise ValueError(f"第 {useless[0] + 1} 行永远用不到，前面已有更宽的一行")
        if any(not 0 <= row.waiting_from <= 100_000 or len(row.text) > 500 for row in rows):
            raise ValueError("排队人数或文字超出范围")
        return rows
