"""Reads a list of statutory days as people have it: lines, or columns pasted from a spreadsheet."""

from __future__ import annotations

import re
from datetime import date, timedelta

from pydantic import ValidationError

from core.errors import InvalidInput
from core.validation import reason
from handoff.hours.settings import StatutoryYear

# 2027-02-06, 2027/2/6, 2027年2月6日
_DAY = r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
_LINE = re.compile(rf"^\W*{_DAY}(?:\s*(?:至|到|~|—|–|－|-)+\s*{_DAY})?(.*)$")
_WORKED = re.compile(r"上班|补班|调班|调休|工作日|班")
_OFF = re.compile(r"放假|休息|休|假")
MOST_TEXT = 20_000
# The longest holiday so far has nine days.
MOST_IN_A_ROW = 31


class CalendarUnreadable(InvalidInput):
    """Details: `line` (from 1) and `field`."""

    code = "calendar_unreadable"


def read_days(text: str) -> StatutoryYear:
    """The days of one year: `2027-02-06至2027-02-12 春节 放假`, `2027-02-20,春节,上班`.

    A line without 上班 or 放假 is a day off. Lines without a date (headings) are passed over. Raises
    CalendarUnreadable.
    """
    off: dict[date, str] = {}
    makeup: dict[date, str] = {}
    for number, line in enumerate(text[:MOST_TEXT].splitlines(), start=1):
        match = _LINE.match(line.strip())
        if match is None:
            continue
        days = _days(match, number)
        words = match[7]
        worked = bool(_WORKED.search(words))
        name = re.sub(r"[\s,，;；、|]+", "", _OFF.sub("", _WORKED.sub("", words)))
        (makeup if worked else off).update(dict.fromkeys(days, name or "节假日"))
    if not off:
        raise CalendarUnreadable(
            "没有读到放假的日期，每行写成 2027-01-01 元旦 放假。", field="text"
        )
    year = min(off).year
    try:
        return StatutoryYear(year=year, off=off, makeup=makeup)
    except ValidationError as error:
        raise CalendarUnreadable(f"{reason(dict(error.errors()[0]))}。", field="text") from None


def _days(match: re.Match[str], number: int) -> list[date]:
    try:
        first = date(*(int(part) for part in match.group(1, 2, 3)))
        last = date(*(int(part) for part in match.group(4, 5, 6))) if match[4] else first
    except ValueError:
        raise CalendarUnreadable(
            f"第 {number} 行的日期不存在。", line=number, field="text"
        ) from None
    if not 0 <= (last - first).days < MOST_IN_A_ROW:
        raise CalendarUnreadable(f"第 {number} 行的起止日期不对。", line=number, field="text")
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
