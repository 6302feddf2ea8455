"""Duty hours, statutory days and the decision table."""

from __future__ import annotations

import contextlib
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from core.clock import LOCAL_ZONE
from handoff.hours.calendar import Calendar, years_needed
from handoff.hours.decisions import SHIPPED, Row, Situation, decide, unreachable
from handoff.hours.duty import DutyHours, describe
from handoff.hours.importing import CalendarUnreadable, read_days
from handoff.hours.settings import (
    OFFICE as SHIPPED_OFFICE,
)
from handoff.hours.settings import (
    AdmissionSettings,
    CalendarSettings,
    HoursSettings,
    Schedule,
    StatutoryYear,
    parse_period,
)
from handoff.hours.statutory import shipped

OFFICE = DutyHours(
    weekly=[[(540, 720), (840, 1050)]] * 5 + [[], []],  # 09:00-12:00, 14:00-17:30
    special={date(2026, 10, 10): [(540, 720)], date(2026, 10, 1): []},
)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL_ZONE)


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2026-11-23T08:59", False),
        ("2026-11-23T09:00", True),
        ("2026-11-23T11:59:59", True),
        ("2026-11-23T12:00", False),
        ("2026-11-23T17:29", True),
        ("2026-11-22T10:00", False),  # Sunday
        ("2026-10-10T10:00", True),  # a Saturday made a working day
        ("2026-10-10T15:00", False),
        ("2026-10-01T10:00", False),  # a holiday on a Thursday
    ],
)
def test_duty_hours_include_the_start_and_exclude_the_end(at: str, is_open: bool) -> None:
    assert OFFICE.is_open(local(at)) is is_open


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("2026-11-23T08:00", "今天09:00"),
        ("2026-11-23T13:00", "今天14:00"),
        ("2026-11-23T18:00", "明天09:00"),
        ("2026-11-27T18:00", "11月30日（周一）09:00"),
    ],
)
def test_the_next_opening_is_told_in_words(at: str, words: str) -> None:
    opening = OFFICE.next_opening(local(at))
    assert opening is not None
    assert describe(local(at), opening) == words


_times = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda minutes: local("2026-01-01T00:00") + timedelta(minutes=minutes)
)


@given(at=_times)
def test_the_next_opening_is_open_and_nothing_before_it_is(at: datetime) -> None:
    opening = OFFICE.next_opening(at)
    assert opening is not None
    assert OFFICE.is_open(opening)
    assert opening >= at
    probe = at
    while probe < opening:
        assert not OFFICE.is_open(probe)
        probe += timedelta(minutes=30)


@given(at=_times)
def test_the_shipped_hours_are_open_at_every_minute(at: datetime) -> None:
    settings = HoursSettings()
    assert settings.of_inbox("web").hours(shipped()).is_open(at)


def test_people_who_are_never_there_have_no_next_opening() -> None:
    never = DutyHours(weekly=[[]] * 7)
    assert never.next_opening(local("2026-11-23T10:00")) is None


@pytest.mark.parametrize(
    "text", ["9:00-12:00", "09:00", "12:00-09:00", "09:00-09:00", "09:60-10:00", "23:00-25:00", ""]
)
def test_a_period_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_period(text)


@pytest.mark.parametrize(
    "wrong",
    [
        {"weekly": [["09:00-12:00", "11:00-13:00"]] + [[]] * 6},
        {"weekly": [[]] * 6},
        {"special": {"2026-02-30": []}},
        {"makeup": ["9-10"]},
        {"id": "大写"},
    ],
)
def test_a_schedule_that_cannot_be_meant_is_refused(wrong: dict[str, object]) -> None:
    right = {"id": "a", "name": "服务时间", "weekly": [[]] * 7}
    assert Schedule.model_validate(right)
    with pytest.raises(ValidationError):
        Schedule.model_validate({**right, **wrong})


def test_an_inbox_cannot_have_hours_that_are_not_there() -> None:
    with pytest.raises(ValidationError):
        HoursSettings(inboxes={"web": "night"})


@given(
    start=st.times(time(0, 0), time(22, 0)).map(lambda t: t.hour * 60 + t.minute),
    length=st.integers(1, 60),
)
def test_what_is_stored_reads_back_as_the_same_hours(start: int, length: int) -> None:
    end = start + length
    text = f"{start // 60:02d}:{start % 60:02d}-{end // 60:02d}:{end % 60:02d}"
    assert parse_period(text) == (start, end)


# ---- statutory days ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-10-01", False),  # National Day, a Thursday
        ("2026-10-10", True),  # a Saturday that is worked for it
        ("2026-10-11", False),  # an ordinary Sunday
        ("2026-10-12", True),
        ("2026-02-17", False),  # the first day of the lunar year
    ],
)
def test_the_shipped_calendar_knows_holidays_and_make_up_days(day: str, works: bool) -> None:
    assert shipped().is_workday(date.fromisoformat(day)) is works


def test_statutory_days_close_the_office_and_make_up_days_open_it_but_special_days_go_first() -> (
    None
):
    hours = SHIPPED_OFFICE.hours(shipped())
    assert not hours.is_open(local("2026-10-01T10:00"))
    assert hours.is_open(local("2026-10-10T10:00"))
    assert not hours.is_open(local("2026-10-10T12:30"))
    special = {date(2026, 10, 1): ["10:00-11:00"]}
    open_anyway = SHIPPED_OFFICE.model_copy(update={"special": special}).hours(shipped())
    assert open_anyway.is_open(local("2026-10-01T10:30"))


def test_an_imported_year_replaces_the_shipped_one_and_leaves_the_others() -> None:
    year = StatutoryYear.model_validate({"year": 2026, "off": {"2026-05-06": "示例"}})
    calendar = CalendarSettings(years=[year]).over(shipped())
    assert not calendar.is_workday(date(2026, 5, 6))
    assert calendar.is_workday(date(2026, 10, 1))
    assert not calendar.is_workday(date(2025, 10, 1))


@pytest.mark.parametrize(
    "wrong",
    [
        {"off": {}},
        {"off": {"2025-01-01": "元旦"}},
        {"makeup": {"2026-01-05": "元旦"}},  # a Monday is worked anyway
        {"off": {"2026-01-04": "元旦"}, "makeup": {"2026-01-04": "元旦"}},
        {"year": 1},
    ],
)
def test_a_year_that_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    right = {"year": 2026, "off": {"2026-01-01": "元旦"}, "makeup": {"2026-01-04": "元旦"}}
    assert StatutoryYear.model_validate(right)
    with pytest.raises(ValidationError):
        StatutoryYear.model_validate({**right, **wrong})


def test_a_day_is_not_both_off_and_worked() -> None:
    with pytest.raises(ValueError):
        Calendar(off={date(2026, 1, 4): ""}, makeup={date(2026, 1, 4): ""})


def test_a_pasted_list_of_days_is_read() -> None:
    year = read_days(
        "关于放假安排的通知\n2027年1月1日至3日为别的写法\n2027-01-01 元旦 放假\n2027/2/6至2027/2/8,春节,休\n"
        "2027-02-20\t春节\t上班\n\n"
    )
    assert year.year == 2027
    assert year.off[date(2027, 2, 7)] == "春节"
    assert year.makeup == {date(2027, 2, 20): "春节"}


@pytest.mark.parametrize(
    "text",
    [
        "", "没有日期", "2027-02-30 春节 放假", "2027-02-08至2027-02-06 春节", "2027-01-01至2027-12-31 全年 放假",
        "2027-01-01 元旦 放假\n2028-01-01 元旦 放假", "2027-01-04 元旦 上班",
        "2027-01-01 元旦 放假\n2027-01-04 元旦 上班",
    ],
)  # fmt: skip
def test_a_list_that_cannot_be_meant_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(CalendarUnreadable) as refused:
        read_days(text)
    assert refused.value.message.endswith("。")


@given(text=st.text(max_size=300))
def test_no_text_breaks_the_reading_of_days(text: str) -> None:
    with contextlib.suppress(CalendarUnreadable):
        read_days(text)


def test_next_year_is_needed_from_november_on() -> None:
    assert years_needed(date(2026, 10, 31)) == [2026]
    assert years_needed(date(2026, 11, 1)) == [2026, 2027]


# ---- the decision table ------------------------------------------------------------------------

situations = st.builds(
    Situation,
    inbox_id=st.sampled_from(["web", "wechat"]),
    on_duty=st.booleans(),
    agents=st.sampled_from(["free", "full", "none"]),
    waiting=st.integers(0, 1000),
)
rows = st.builds(
    Row,
    outcome=st.sampled_from(["person", "queue", "left_message", "bot"]),
    duty=st.sampled_from(["any", "on", "off"]),
    agents=st.sampled_from(["any", "free", "full", "none"]),
    waiting_from=st.integers(0, 1000),
    inboxes=st.lists(st.sampled_from(["web", "wechat"]), unique=True).map(tuple),
)


@given(table=st.lists(rows, max_size=8), at=situations)
def test_a_table_with_a_last_row_for_everything_always_decides(
    table: list[Row], at: Situation
) -> None:
    row = decide([*table, Row("queue")], at)
    assert row.fits(at)


@given(table=st.lists(rows, min_size=1, max_size=8), at=situations)
def test_a_row_called_useless_never_decides(table: list[Row], at: Situation) -> None:
    whole = [*table, Row("queue")]
    useless = unreachable(whole)
    assert decide(whole, at) in [row for place, row in enumerate(whole) if place not in useless]


@pytest.mark.parametrize(
    ("on_duty", "agents", "waiting", "outcome"),
    [
        (False, "free", 0, "left_message"),
        (True, "free", 3, "person"),
        (True, "full", 3, "queue"),
        (True, "none", 0, "queue"),
        (True, "free", 500, "bot"),
    ],
)
def test_the_shipped_table(on_duty: bool, agents: str, waiting: int, outcome: str) -> None:
    at = Situation("web", on_duty, agents, waiting)  # type: ignore[arg-type]
    assert decide(SHIPPED, at).outcome == outcome


@pytest.mark.parametrize(
    "table",
    [
        [],
        [Row("queue", duty="on")],
        [Row("queue"), Row("bot")],
        [Row("bot", waiting_from=-1), Row("queue")],
        [Row("bot", duty="off", text="长" * 501), Row("queue")],
    ],
)
def test_a_table_with_a_gap_or_a_useless_row_is_refused(table: list[Row]) -> None:
    with pytest.raises(ValidationError):
        AdmissionSettings(rows=table)
