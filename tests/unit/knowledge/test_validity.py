"""Which version of an article holds on which day."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from knowledge.articles.validity import FIRST_DAY, LAST_DAY, called_off, holding, windows

Y2024, Y2025, Y2026 = date(2024, 1, 1), date(2025, 1, 1), date(2026, 1, 1)


def test_a_version_without_dates_always_holds() -> None:
    (window,) = windows([("v1", None, None)])
    assert (window.first, window.last) == (FIRST_DAY, LAST_DAY)


def test_a_newer_version_ends_the_older_one_the_day_before() -> None:
    old, new = windows([("v1", Y2024, None), ("v2", Y2025, None)])
    assert old.last == date(2024, 12, 31)
    assert new.first == Y2025


def test_a_correction_from_the_same_day_replaces_the_older_version_wholly() -> None:
    assert [w.version for w in windows([("v1", Y2024, None), ("v2", Y2024, None)])] == ["v2"]


def test_a_version_without_a_first_day_replaces_everything_before_it() -> None:
    assert [w.version for w in windows([("v1", Y2024, Y2025), ("v2", None, None)])] == ["v2"]


def test_an_expired_version_does_not_bring_back_the_one_it_replaced() -> None:
    found = windows([("v1", None, None), ("v2", Y2025, date(2025, 6, 30))])
    assert [w.version for w in found] == ["v1", "v2"]
    assert found[0].last == date(2024, 12, 31)
    assert not any(w.first <= Y2026 <= w.last for w in found)


def test_on_each_day_at_most_one_version_holds() -> None:
    versions = [("v1", None, None), ("v2", Y2025, date(2025, 6, 30))]
    days = (Y2024, Y2025, date(2025, 6, 30), Y2026)
    assert [holding(versions, day) for day in days] == ["v1", "v2", "v2", None]


def test_a_planned_version_leaves_the_present_one_in_force_until_then() -> None:
    now, planned = windows([("v1", Y2024, None), ("v2", Y2026, None)])
    assert now.first <= date(2025, 7, 1) <= now.last
    assert planned.first == Y2026


def test_windows_of_an_article_never_meet() -> None:
    found = windows(
        [("v1", None, Y2025), ("v2", Y2024, None), ("v3", Y2026, None), ("v4", Y2025, None)]
    )
    for left, right in pairwise(found):
        assert left.last < right.first


def test_a_correction_of_today_calls_a_planned_version_off() -> None:
    published = [("v1", None, None), ("v2", Y2026, None)]
    assert called_off(published, ("v3", None, None), Y2025) == ["v2"]
    assert called_off(published, ("v3", Y2024, Y2025), Y2025) == ["v2"]


def test_what_begins_later_still_calls_nothing_off_that_begins_before_it() -> None:
    published = [("v1", None, None), ("v2", Y2025, None)]
    assert called_off(published, ("v3", Y2026, None), Y2024) == []


def test_replacing_what_holds_today_calls_nothing_off() -> None:
    assert called_off([("v1", None, None)], ("v2", None, None), Y2025) == []
