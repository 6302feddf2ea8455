"""HTTP routes about statutory days: what is in force for a year, and reading a list before it is saved."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.clock import today
from core.configs import get_config
from core.unit_of_work import UnitOfWorkFactory
from handoff.hours.calendar import years_needed
from handoff.hours.importing import MOST_TEXT, read_days
from handoff.hours.settings import CALENDAR_CONFIG, CalendarSettings, StatutoryYear
from handoff.hours.statutory import shipped

Editor = Annotated[Actor, Depends(require(Permission.DESK_SETTINGS))]


class YearRead(BaseModel):
    """The days of one year that are in force. `source` missing: nobody knows them, and both are empty."""

    year: int
    source: Literal["imported", "shipped", "missing"]
    off: dict[date, str]
    makeup: dict[date, str]


class CalendarRead(BaseModel):
    """`missing`: the years to import now: this one, and from November on the next."""

    years: list[YearRead]
    missing: list[int]


class DaysText(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: str = Field(min_length=1, max_length=MOST_TEXT)


def build_router(uows: UnitOfWorkFactory) -> APIRouter:
    router = APIRouter(prefix="/desk/calendar", tags=["settings"])

    @router.get("")
    async def read_calendar(actor: Editor) -> CalendarRead:
        """Last year, this one and the next."""
        async with uows.read() as session:
            settings = await get_config(session, CALENDAR_CONFIG, CalendarSettings)
        now = today(uows.clock)
        years = [_year(settings, year) for year in (now.year - 1, now.year, now.year + 1)]
        unknown = {each.year for each in years if each.source == "missing"}
        return CalendarRead(years=years, missing=[y for y in years_needed(now) if y in unknown])

    @router.post("/read")
    async def read_list(body: DaysText, actor: Editor) -> StatutoryYear:
        """The days of a pasted list; nothing is stored."""
        return read_days(body.text)

    return router


def _year(settings: CalendarSettings, year: int) -> YearRead:
    calendar = settings.over(shipped())
    imported = any(each.year == year for each in settings.years)
    known = imported or year in calendar.years
    return YearRead(
        year=year,
        source="imported" if imported else "shipped" if known else "missing",
        off={day: name for day, name in calendar.off.items() if day.year == year and known},
        makeup={day: name for day, name in calendar.makeup.items() if day.year == year and known},
    )
