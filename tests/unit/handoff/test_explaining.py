"""Why a ticket is due then, in words: around the National Day of 2026, with a worked Saturday and a pause."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from core.clock import LOCAL_ZONE
from handoff.hours.calendar import Calendar
from handoff.hours.settings import ALWAYS, OFFICE, Schedule
from handoff.hours.statutory import shipped
from handoff.sla.explaining import explained
from handoff.sla.spans import Counting, Pause, Unit
from handoff.sla.timetable import Timetable


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=LOCAL_ZONE)


CALENDAR = shipped()
# The Wednesday before the National Day.
START = at(9, 30, 15, 20)


def lines(
    amount: int, unit: Unit, pauses: Sequence[Pause] = (), *, start: datetime = START,
    schedule: Schedule = OFFICE, counting: Counting | None = None,
    calendar: Calendar = CALENDAR,
) -> list[str]:  # fmt: skip
    table = Timetable(
        calendar, schedule.hours(calendar), first=date(2026, 1, 1), last=date(2030, 12, 31),
        counting=counting or Counting(),
    )  # fmt: skip
    run = table.run(start, amount, unit, pauses)
    return explained(table, run, amount, unit, began="登记")


def test_workdays_say_holidays_by_name_worked_weekends_and_weekends() -> None:
    assert lines(5, Unit.WORKDAYS) == [
        "2026年9月30日（周三）15:20 登记，时限为 5 个工作日。当天不计入，从第二天起算。",
        "10月1日（周四）至10月7日（周三）国庆节放假，不计入。",
        "10月10日（周六）调休上班，计入。",
        "期间有 1 个周末休息日，不计入。",
        "最后一天是10月13日（周二），当天 17:00 下班，到期时间为10月13日（周二）17:00。",
    ]


def test_a_pause_says_how_long_and_what_was_left() -> None:
    told = lines(5, Unit.WORKDAYS, [(at(10, 9, 10), at(10, 13, 9))])
    assert told[2:] == [
        "10月9日（周五）10:00至10月13日（周二）09:00等待市民，不计入；恢复时还剩 3 个工作日。",
        "最后一天是10月16日（周五），当天 17:00 下班，到期时间为10月16日（周五）17:00。",
    ]
    assert (
        lines(5, Unit.WORKDAYS, [(at(10, 9, 10), None)])[-1]
        == "10月9日（周五）10:00起等待市民，暂停计时。"
    )


def test_calendar_days_that_end_on_a_holiday_move_on() -> None:
    assert lines(3, Unit.DAYS)[1:] == [
        "最后一天10月3日（周六）是国庆节放假，顺延到下一个工作日10月8日（周四）。",
        "最后一天是10月8日（周四），当天 17:00 下班，到期时间为10月8日（周四）17:00。",
    ]
    stays = Counting(move_off_days=False, until_closing=False)
    assert lines(3, Unit.DAYS, counting=stays)[1:] == [
        "最后一天是10月3日（周六），当天 24:00 结束，到期时间为10月3日（周六）24:00。",
    ]


def test_minutes_say_how_much_of_each_day_was_counted() -> None:
    assert lines(240, Unit.MINUTES) == [
        "2026年9月30日（周三）15:20 登记，时限为 4 小时服务时间。只计服务时间，从此时起算。",
        "10月1日（周四）至10月7日（周三）国庆节放假，不计入。",
        "9月30日（周三）计 1 小时 40 分钟。",
        "10月8日（周四）计 2 小时 20 分钟。",
        "到期时间为10月8日（周四）11:20。",
    ]


def test_where_people_serve_all_day_no_holiday_is_said_not_to_count() -> None:
    assert lines(2000, Unit.MINUTES, schedule=ALWAYS)[1:] == [
        "9月30日（周三）计 8 小时 40 分钟。",
        "10月1日（周四）计 24 小时。",
        "10月2日（周五）计 40 分钟。",
        "到期时间为10月2日（周五）00:40。",
    ]


def test_what_reaches_into_a_year_nobody_has_entered_says_so() -> None:
    told = lines(2, Unit.WORKDAYS, start=at(12, 31, 10), calendar=Calendar(years=frozenset({2026})))
    assert told[-2:] == [
        "最后一天是2027年1月4日（周一），当天 17:00 下班，到期时间为2027年1月4日（周一）17:00。",
        "2027 年的放假安排还没有录入，先按周一至周五上班计算，录入后会重新计算。",
    ]


def test_the_first_day_counts_where_it_was_agreed_but_not_after_closing() -> None:
    agreed = Counting(first_day_counts=True)
    assert lines(1, Unit.WORKDAYS, counting=agreed)[0].endswith("当天计入。")
    late = lines(1, Unit.WORKDAYS, start=at(9, 29, 18), counting=agreed)
    assert late[0].endswith("当天已经下班，从第二天起算。")
    assert late[-1].endswith("到期时间为9月30日（周三）17:00。")
