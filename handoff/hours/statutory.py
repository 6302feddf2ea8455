"""The statutory days that ship: those a library has gathered from the State Council's notices."""

from __future__ import annotations

from functools import lru_cache

import chinese_calendar

from handoff.hours.calendar import Calendar

_NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
}


@lru_cache
def shipped() -> Calendar:
    """All years the library knows. It has a new one every November; until then a year can be imported."""
    off = {day: _NAMES.get(name, name) for day, name in chinese_calendar.constants.holidays.items()}
    makeup = {d: _NAMES.get(name, name) for d, name in chinese_calendar.constants.workdays.items()}
    # The last days of December may be worked or off for the next year's New Year, which is not known yet.
    return Calendar(off, makeup, frozenset(day.year for day in off) - {max(off).year + 1})
