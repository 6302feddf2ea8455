"""What others see of an agent, and when an ended lease says something."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from handoff.agents.presence import LATE, MOST_PUT_OFF, ChosenStatus, effective, may_judge, moved
from handoff.agents.settings import PresenceSettings

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
CHOSEN: list[ChosenStatus] = ["online", "busy", "rest", "offline"]
around = st.integers(-300, 300).map(lambda number: NOW + number * SECOND)


@given(chosen=st.sampled_from(CHOSEN), leases=st.lists(around), until=st.none() | around)
def test_without_an_open_desk_everybody_is_offline_and_only_who_is_online_wraps_up(
    chosen: ChosenStatus, leases: list[datetime], until: datetime | None
) -> None:
    seen = effective(chosen, leases, NOW, until)
    if not any(lease > NOW for lease in leases):
        assert seen == "offline"
    elif chosen == "online" and until is not None and until > NOW:
        assert seen == "wrap_up"
    else:
        assert seen == chosen


def test_a_timer_found_late_says_nothing_until_it_was_put_off_too_often() -> None:
    assert may_judge(NOW, NOW + LATE - SECOND, 0)
    assert not may_judge(NOW, NOW + LATE, 0)
    assert not may_judge(NOW, NOW + timedelta(days=9), MOST_PUT_OFF - 1)
    assert may_judge(NOW, NOW + timedelta(days=9), MOST_PUT_OFF)
    assert may_judge(None, NOW, 0)  # set before timers said when they are due


@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(hours=-1), timedelta(seconds=6)])
def test_a_clock_that_was_moved_is_noticed_by_a_stopwatch(jump: timedelta) -> None:
    assert moved(20 * SECOND, 20 * SECOND + jump)
    assert not moved(20 * SECOND, 21 * SECOND)


@pytest.mark.parametrize(
    "wrong",
    [
        {"rest_reasons": ["午休", "午休"]},
        {"busy_reasons": ["  "]},
        {"busy_reasons": ["长" * 21]},
        {"grace_seconds": -1},
        {"handed_on": ""},
        {"unknown": 1},
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        PresenceSettings.model_validate(wrong)
