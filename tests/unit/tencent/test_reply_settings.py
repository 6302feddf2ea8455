"""When citizens are reminded, and how long the text is that does it."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest
from pydantic import ValidationError

from channels.tencent.replies.reminding import NAME_LENGTH, TEMPLATE
from channels.tencent.replies.reply_settings import ReplySettings
from core.sms.templates import TEMPLATES


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-11-23T02:00", "2026-11-23T02:00"),  # ten in the morning, in China
        ("2026-11-22T23:30", "2026-11-23T00:00"),  # half past seven
        ("2026-11-23T00:00", "2026-11-23T00:00"),
        ("2026-11-23T13:00", "2026-11-24T00:00"),  # nine in the evening
        ("2026-11-23T17:00", "2026-11-24T00:00"),  # one at night, of the next day
    ],
)
def test_reminders_wait_for_the_morning(now: str, then: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert ReplySettings().next_moment(at) == datetime.fromisoformat(then).replace(tzinfo=UTC)


def test_the_hours_are_those_of_one_day() -> None:
    with pytest.raises(ValidationError):
        ReplySettings(remind_begin=time(21), remind_end=time(8))


def test_the_text_is_no_longer_than_carriers_take_as_one() -> None:
    assert len(TEMPLATES[TEMPLATE].fill({"account": "某" * NAME_LENGTH})) <= 35
