"""The compiled timetable counts as the slow, obvious way does, over twenty years of real and invented calendars."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache

from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.slow_timetable import slow_due
from core.clock import LOCAL_ZONE
from handoff.hours.calendar import Calendar
from handoff.hours.duty import DutyHours, Period
from handoff.hours.settings import OFFICE
from handoff.hours.statutory import shipped
from handoff.sla.spans import Counting, Pause, Unit
from handoff.sla.timetable import Timetable

FIRST, LAST = date(2007, 1, 1), date(2026, 12, 31)
MINUTES_OF_20_YEARS = (LAST - FIRST).days * 1440
Z = LOCAL_ZONE

WEEKS: list[list[Sequence[Period]]] = [
    [((540, 720), (810, 1020))] * 5 + [(), ()],
    [((0, 1440),)] * 7,
    [((540, 720),), (), ((0, 60), (1380, 1440)), (), ((540, 1440),), ((600, 660),), ()],
    [()] * 6 + [((600, 601),)],
]
countings = st.builds(Counting, st.booleans(), st.booleans(), st.booleans())
units = st.sampled_from(Unit)


def at(minute: int) -> datetime:
    return datetime(FIRST.year, 1, 1, tzinfo=Z) + timedelta(minutes=minute)


@lru_cache
def real(counting: Counting) -> Timetable:
    hours = OFFICE.hours(shipped())
    return Timetable(shipped(), hours, first=FIRST, last=date(2028, 12, 31), counting=counting)


@st.composite
def invented(draw: st.DrawFn, counting: Counting) -> Timetable:
    """Two years with days off and worked weekends anywhere, and hours of any kind."""
    days = draw(st.sets(st.integers(0, 400), max_size=60))
    off = {FIRST + timedelta(days=day): "假" for day in days}
    worked = draw(st.sets(st.integers(0, 400), max_size=20)) - days
    makeup = {FIRST + timedelta(days=d): "班" for d in worked if at(d * 1440).weekday() >= 5}
    calendar = Calendar(off, makeup, frozenset({2007, 2008}))
    special = {
        FIRST + timedelta(days=d): () for d in draw(st.sets(st.integers(0, 400), max_size=9))
    }
    hours = DutyHours(
        weekly=draw(st.sampled_from(WEEKS)),
        special=special,
        calendar=draw(st.sampled_from([calendar, None])),
        makeup=draw(st.sampled_from([(), ((540, 720),)])),
    )
    return Timetable(calendar, hours, first=FIRST, last=date(2012, 12, 31), counting=counting)


def pauses_after(start: int, gaps: list[int], *, open_end: bool) -> list[Pause]:
    """Pauses between these minutes after the start; an odd one out lasts on when wanted."""
    times, minute = [], start
    for gap in gaps:
        minute += gap
        times.append(at(minute))
    pairs: list[Pause] = list(zip(times[::2], times[1::2], strict=False))
    if open_end and len(times) % 2:
        pairs.append((times[-1], None))
    return pairs


def slow(table: Timetable, start: datetime, amount: int, unit: Unit, pauses: Sequence[Pause]):
    return slow_due(
        table.calendar, table.hours, table.counting, start, amount, unit, pauses, last=table.last
    )


gap_lists = st.lists(st.integers(1, 4000), max_size=6)


@settings(max_examples=250, deadline=None)
@given(
    countings, st.integers(0, MINUTES_OF_20_YEARS), st.integers(1, 90), units, gap_lists,
    st.booleans(),
)  # fmt: skip
def test_real_calendars_are_counted_as_day_by_day(
    counting: Counting, minute: int, amount: int, unit: Unit, gaps: list[int], open_end: bool
) -> None:
    table, start = real(counting), at(minute)
    pauses = pauses_after(minute, gaps, open_end=open_end)
    run = table.run(start, amount, unit, pauses)
    assert run.due == slow(table, start, amount, unit, pauses)
    if not pauses:
        assert table.due(start, amount, unit) == run.due


@settings(max_examples=150, deadline=None)
@given(
    st.data(), countings, st.integers(0, 500_000), st.integers(1, 40), units, gap_lists,
    st.booleans(),
)  # fmt: skip
def test_invented_calendars_and_hours_are_counted_as_day_by_day(
    data: st.DataObject, counting: Counting, minute: int, amount: int, unit: Unit,
    gaps: list[int], open_end: bool,
) -> None:  # fmt: skip
    table, start = data.draw(invented(counting)), at(minute)
    pauses = pauses_after(minute, gaps, open_end=open_end)
    assert table.run(start, amount, unit, pauses).due == slow(table, start, amount, unit, pauses)


def test_hours_on_days_that_are_no_workdays_never_make_one() -> None:
    """Open on Sundays alone: minutes pass, workdays do not."""
    calendar = Calendar({}, {}, frozenset({2007, 2008}))
    hours = DutyHours(weekly=WEEKS[3], special={}, calendar=calendar, makeup=())
    table = Timetable(calendar, hours, first=FIRST, last=date(2008, 12, 31))
    assert table.due(at(0), 1, Unit.MINUTES) == datetime(2007, 1, 7, 10, 1, tzinfo=Z)
    for unit in (Unit.WORKDAYS, Unit.DAYS):
        assert table.due(at(0), 1, unit) is None
        assert slow(table, at(0), 1, unit, ()) is None


def test_every_day_of_twenty_years_has_its_fifth_and_twentieth_workday() -> None:
    table = real(Counting())
    for day in range((LAST - FIRST).days + 1):
        start = at(day * 1440 + 16 * 60)
        for amount in (5, 20):
            assert table.due(start, amount, Unit.WORKDAYS) == slow(
                table, start, amount, Unit.WORKDAYS, ()
            )


@settings(max_examples=200, deadline=None)
@given(countings, st.integers(0, MINUTES_OF_20_YEARS), st.integers(1, 60), units, gap_lists)
def test_pauses_never_make_it_earlier_and_more_time_never_sooner(
    counting: Counting, minute: int, amount: int, unit: Unit, gaps: list[int]
) -> None:
    table, start = real(counting), at(minute)
    pauses = pauses_after(minute, gaps, open_end=False)
    plain, paused = table.due(start, amount, unit), table.run(start, amount, unit, pauses).due
    more = table.due(start, amount + 1, unit)
    assert plain is not None
    assert paused is not None
    assert more is not None
    assert start < plain <= paused
    assert plain <= more


@settings(max_examples=200, deadline=None)
@given(st.integers(0, MINUTES_OF_20_YEARS), st.integers(1, 5000), st.integers(0, 20_000))
def test_minutes_that_ran_and_minutes_that_are_left_are_the_whole(
    minute: int, amount: int, later: int
) -> None:
    table, start = real(Counting()), at(minute)
    due = table.due(start, amount, Unit.MINUTES)
    assert due is not None
    now = min(at(minute + later), due)
    assert table.duty_seconds(start, now) + table.duty_seconds(now, due) == amount * 60
    assert table.left(now, due, Unit.MINUTES) == amount - table.duty_seconds(start, now) // 60


@settings(max_examples=200, deadline=None)
@given(st.integers(0, MINUTES_OF_20_YEARS), st.integers(1, 2000))
def test_a_reminder_before_is_as_far_ahead_as_it_says(minute: int, amount: int) -> None:
    table = real(Counting())
    due = table.due(at(minute), amount + 2000, Unit.MINUTES)
    assert due is not None
    ahead = table.shifted(due, -amount, Unit.MINUTES)
    assert ahead is not None
    assert table.duty_seconds(ahead, due) == amount * 60
    workday = table.shifted(due, -3, Unit.WORKDAYS)
    assert workday is not None
    assert table.workdays_between(workday.date(), due.date()) == 3
    assert workday.timetz() == due.timetz()
    assert table.shifted(workday, 3, Unit.WORKDAYS) == due
