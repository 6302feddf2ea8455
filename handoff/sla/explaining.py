"""Why something is due then, step by step in plain Chinese: what was counted, and what was not. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import groupby

from handoff.sla.spans import Leg, Run, Unit
from handoff.sla.timetable import Timetable

_WEEKDAYS = "一二三四五六日"
_SATURDAY = 5
_UNITS = {Unit.MINUTES: "分钟", Unit.DAYS: "天", Unit.WORKDAYS: "个工作日"}
# More days than these are summed up.
_MOST_DAYS = 5
_ONE = timedelta(days=1)


def explained(timetable: Timetable, run: Run, amount: int, unit: Unit, *, began: str) -> list[str]:
    """The lines for a clock; `began` is what happened at its start: 登记, 重新办理."""
    start = run.legs[0].start
    beside = start.date()
    lines = [
        f"{moment(start)} {began}，时限为 {span_words(amount, unit)}。{_beginning(timetable, start, unit)}"
    ]
    for position, leg in enumerate(run.legs):
        after = run.legs[position + 1] if position + 1 < len(run.legs) else None
        end = leg.stopped or run.due
        if end is not None:
            lines += _counted(timetable, leg, end, unit, beside)
        if leg.stopped is not None:
            lines.append(_pause(leg.stopped, after, unit, beside))
    if run.due is not None:
        lines += _ending(timetable, run, run.due, unit, beside)
        lines += _unknown(timetable, start.date(), run.due.date())
    elif run.legs[-1].stopped is None:
        lines.append("服务时间里排不出这么长的时间，算不出到期时间，请检查服务时间设置。")
    return lines


def explained_given(field: str, day: date, due: datetime | None) -> list[str]:
    """The lines for a date that came from outside."""
    lines = [
        f"转来的单位规定了期限（{field}：{_day(day, None)}），以它为准，不再按规则计算，等待市民时也不顺延。"
    ]
    if due is not None:
        lines.append(f"到期时间为{moment(due)}。")
    return lines


def span_words(amount: int, unit: Unit) -> str:
    """2 小时 30 分钟服务时间, 15 天（自然日）, 5 个工作日."""
    if unit is Unit.MINUTES:
        return f"{_minutes(amount * 60)}服务时间"
    return f"{amount} {_UNITS[unit]}" + ("（自然日）" if unit is Unit.DAYS else "")


def moment(at: datetime, beside: date | None = None) -> str:
    """2026年10月15日（周四）17:00, without the year that `beside` has; midnight is the end of the day before."""
    if at.hour == at.minute == at.second == 0:
        return f"{_day((at - _ONE).date(), beside)}24:00"
    return f"{_day(at.date(), beside)}{at:%H:%M}"


def _beginning(timetable: Timetable, start: datetime, unit: Unit) -> str:
    if unit is Unit.MINUTES:
        return "只计服务时间，从此时起算。"
    if not timetable.counting.first_day_counts:
        return "当天不计入，从第二天起算。"
    closing = timetable.closing(start.date(), start.tzinfo)
    if closing is not None and start >= closing:
        return "当天已经下班，从第二天起算。"
    return "当天计入。"


def _counted(timetable: Timetable, leg: Leg, end: datetime, unit: Unit, beside: date) -> list[str]:
    """What was counted and what not from a leg's start to its end."""
    if unit is Unit.DAYS:
        return []
    first, last = leg.start.date(), (end - timedelta(seconds=1)).date()
    if unit is Unit.WORKDAYS:
        days = list(_days(first + _ONE, last))
        return _left_out(timetable, days, timetable.is_counted, beside)
    days = list(_days(first, last))
    lines = _left_out(timetable, days, lambda day: bool(timetable.hours.periods(day)), beside)
    return lines + _worked(timetable, leg.start, end, beside)


def _left_out(
    timetable: Timetable, days: list[date], counts: Callable[[date], bool], beside: date
) -> list[str]:
    """Days that do not count: holidays by name, weekends by number, the rest by date; and weekends that were worked."""
    calendar = timetable.calendar
    lines, weekend, closed = [], 0, []
    for name, group in groupby(
        days, key=lambda day: None if counts(day) else calendar.off.get(day)
    ):
        same = list(group)
        if name is not None:
            lines.append(f"{_range(same[0], same[-1], beside)}{name}放假，不计入。")
    for day in days:
        if day in calendar.makeup:
            counted = "计入" if counts(day) else "但没有服务时间，不计入"
            lines.append(f"{_day(day, beside)}调休上班，{counted}。")
        elif not counts(day) and day not in calendar.off:
            if day.weekday() >= _SATURDAY:
                weekend += 1
            else:
                closed.append(day)
    if closed:
        some = "、".join(_day(day, beside) for day in closed[:_MOST_DAYS])
        more = f"等 {len(closed)} 天" if len(closed) > _MOST_DAYS else ""
        lines.append(f"{some}{more}没有服务时间，不计入。")
    if weekend:
        lines.append(f"期间有 {weekend} 个周末休息日，不计入。")
    return lines


def _worked(timetable: Timetable, start: datetime, end: datetime, beside: date) -> list[str]:
    """The duty hours that were counted, day by day."""
    found = []
    for day in _days(start.date(), end.date()):
        midnight = datetime(day.year, day.month, day.day, tzinfo=start.tzinfo)
        seconds = timetable.duty_seconds(max(start, midnight), min(end, midnight + _ONE))
        if seconds:
            found.append((day, seconds))
    shown = found if len(found) <= _MOST_DAYS else found[: _MOST_DAYS - 1]
    lines = [f"{_day(day, beside)}计 {_minutes(seconds)}。" for day, seconds in shown]
    if len(found) > len(shown):
        rest = found[len(shown) :]
        total = sum(seconds for _, seconds in rest)
        lines.append(f"{_range(rest[0][0], rest[-1][0], beside)}共计 {_minutes(total)}。")
    return lines


def _pause(stopped: datetime, after: Leg | None, unit: Unit, beside: date) -> str:
    if after is None:
        return f"{moment(stopped, beside)}起等待市民，暂停计时。"
    left = _minutes(after.amount) if unit is Unit.MINUTES else span_words(after.amount, unit)
    return f"{moment(stopped, beside)}至{moment(after.start, beside)}等待市民，不计入；恢复时还剩 {left}。"


def _ending(timetable: Timetable, run: Run, due: datetime, unit: Unit, beside: date) -> list[str]:
    if unit is Unit.MINUTES:
        return [f"到期时间为{moment(due, beside)}。"]
    due_day = (due - timedelta(seconds=1)).date()
    lines = []
    day = _day(due_day, beside)
    if run.last_day is not None and run.last_day != due_day:
        off = f"{_day(run.last_day, beside)}{_why_off(timetable, run.last_day)}"
        lines.append(f"最后一天{off}，顺延到下一个工作日{day}。")
    closing = timetable.counting.until_closing and timetable.hours.periods(due_day)
    closes = "下班" if closing else "结束"
    until = "24:00" if due.hour == due.minute == 0 else f"{due:%H:%M}"
    lines.append(f"最后一天是{day}，当天 {until} {closes}，到期时间为{moment(due, beside)}。")
    return lines


def _why_off(timetable: Timetable, day: date) -> str:
    name = timetable.calendar.off.get(day)
    if name is not None:
        return f"是{name}放假"
    return "是周末" if day.weekday() >= _SATURDAY else "没有服务时间"


def _unknown(timetable: Timetable, first: date, last: date) -> list[str]:
    """Years whose days nobody has entered: what was counted there may change."""
    missing = [
        year for year in range(first.year, last.year + 1) if year not in timetable.calendar.years
    ]
    if not missing:
        return []
    years = "、".join(str(year) for year in missing)
    return [f"{years} 年的放假安排还没有录入，先按周一至周五上班计算，录入后会重新计算。"]


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += _ONE


def _day(day: date, beside: date | None) -> str:
    year = "" if beside is not None and beside.year == day.year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日（周{_WEEKDAYS[day.weekday()]}）"


def _range(first: date, last: date, beside: date) -> str:
    if first == last:
        return _day(first, beside)
    return f"{_day(first, beside)}至{_day(last, first)}"


def _minutes(seconds: int) -> str:
    hours, minutes = divmod(seconds // 60, 60)
    if hours and minutes:
        return f"{hours} 小时 {minutes} 分钟"
    return f"{hours} 小时" if hours else f"{minutes} 分钟"
