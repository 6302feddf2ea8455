"""The hours, the calendar and the texts in force, read from the database each time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from core.clock import LOCAL_ZONE
from core.configs import get_config
from handoff.hours.calendar import Calendar
from handoff.hours.duty import DutyHours, describe
from handoff.hours.settings import CALENDAR_CONFIG, HOURS_CONFIG, CalendarSettings, HoursSettings
from handoff.hours.statutory import shipped
from handoff.hours.texts import CONFIG_NAME as TEXTS_CONFIG
from handoff.hours.texts import ServiceTexts, TextsSettings
from handoff.texts import fill


async def calendar(session: AsyncSession) -> Calendar:
    """The statutory days, imported years before shipped ones."""
    return (await get_config(session, CALENDAR_CONFIG, CalendarSettings)).over(shipped())


async def duty_hours(session: AsyncSession, inbox_id: str) -> DutyHours:
    """When people serve the inbox."""
    schedule = (await get_config(session, HOURS_CONFIG, HoursSettings)).of_inbox(inbox_id)
    return schedule.hours(await calendar(session) if schedule.statutory else shipped())


async def service_texts(session: AsyncSession, inbox_id: str) -> ServiceTexts:
    """What the citizens of the inbox are told."""
    return (await get_config(session, TEXTS_CONFIG, TextsSettings)).of_inbox(inbox_id)


def off_duty_text(texts: ServiceTexts, hours: DutyHours, now: datetime) -> str:
    """That nobody serves at `now`, and when somebody does again if that is within a month."""
    local = now.astimezone(LOCAL_ZONE)
    opening = hours.next_opening(local)
    if opening is None:
        return texts.off_duty_unknown
    return fill(texts.off_duty, opening=describe(local, opening))
