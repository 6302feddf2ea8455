"""The table of a left message's life, and its deadline in workdays."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from core.clock import LOCAL_ZONE
from core.errors import IllegalTransition
from handoff.hours.calendar import Calendar
from handoff.hours.duty import DutyHours
from handoff.left_messages.deadlines import due_at
from handoff.left_messages.status import (
    OWED,
    TABLE,
    LeftStatus,
    LeftStep,
    next_status,
    possible_steps,
)

S, T = LeftStatus, LeftStep
OFFICE = DutyHours(weekly=[[(540, 720), (810, 1020)]] * 5 + [[], []])


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=LOCAL_ZONE)  # type: ignore[arg-type, misc]


def test_what_is_handled_is_not_answered_again_until_the_citizen_asks_on() -> None:
    with pytest.raises(IllegalTransition, match="已经办结"):
        next_status(S.HANDLED, T.ANSWER)
    assert next_status(S.HANDLED, T.ASK_AGAIN) is S.NEW
    assert possible_steps(S.HANDLED) == [T.FOLLOW_UP]


def test_whoever_answered_goes_on_when_the_citizen_asks_on() -> None:
    assert next_status(S.ANSWERED, T.ASK_AGAIN) is S.CLAIMED


def test_only_what_somebody_has_claimed_can_be_answered() -> None:
    with pytest.raises(IllegalTransition, match="先认领"):
        next_status(S.NEW, T.ANSWER)
    assert {status for status, step in TABLE if step is T.ANSWER} == {S.CLAIMED, S.ANSWERED}


def test_the_citizen_can_always_add_a_word_and_no_agent_can_do_it_for_them() -> None:
    assert all((status, T.ASK_AGAIN) in TABLE for status in S)
    assert all(T.ASK_AGAIN not in possible_steps(status) for status in S)
    assert all(T.LEAVE not in {step for _, step in TABLE} for _ in S)


def test_an_answer_is_owed_until_it_is_given() -> None:
    assert S.NEW in OWED
    assert S.CLAIMED in OWED
    assert {after for (_, step), after in TABLE.items() if step is T.ANSWER} == {S.ANSWERED}


@pytest.mark.parametrize(
    ("left", "workdays", "due"),
    [
        # A Monday, before, during and after duty: the day itself is not counted.
        (local(2026, 11, 23, 8, 0), 1, local(2026, 11, 24, 17, 0)),
        (local(2026, 11, 23, 23, 59), 1, local(2026, 11, 24, 17, 0)),
        (local(2026, 11, 27, 20, 0), 1, local(2026, 11, 30, 17, 0)),
        (local(2026, 11, 28, 9, 0), 1, local(2026, 11, 30, 17, 0)),
        (local(2026, 11, 26, 9, 0), 3, local(2026, 12, 1, 17, 0)),
    ],
)
def test_the_day_of_leaving_and_weekends_are_not_counted(
    left: datetime, workdays: int, due: datetime
) -> None:
    assert due_at(left, workdays, Calendar(), OFFICE) == due


def test_holidays_are_passed_over_and_worked_weekends_count() -> None:
    calendar = Calendar(
        off={date(2026, 11, 24): "例假", date(2026, 11, 25): "例假"},
        makeup={date(2026, 11, 28): "调休"},
    )
    hours = DutyHours(weekly=OFFICE.weekly, calendar=calendar, makeup=[(540, 720)])
    assert due_at(local(2026, 11, 23, 10, 0), 1, calendar, hours) == local(2026, 11, 26, 17, 0)
    assert due_at(local(2026, 11, 27, 10, 0), 1, calendar, hours) == local(2026, 11, 28, 12, 0)


def test_where_people_serve_all_day_the_day_ends_at_midnight() -> None:
    assert due_at(local(2026, 11, 23, 10, 0), 1, Calendar(), DutyHours()) == local(2026, 11, 25)


def test_a_workday_on_which_nobody_serves_is_passed_over() -> None:
    hours = DutyHours(weekly=OFFICE.weekly, special={date(2026, 11, 24): []})
    assert due_at(local(2026, 11, 23, 10, 0), 1, Calendar(), hours) == local(2026, 11, 25, 17, 0)


def test_hours_without_any_duty_still_give_a_deadline() -> None:
    never = DutyHours(weekly=[[]] * 7)
    assert due_at(local(2026, 11, 23, 10, 0), 1, Calendar(), never) > local(2026, 11, 23, 10, 0)
