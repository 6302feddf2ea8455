"""The order of the queue: points, waiting, and that nobody waits for ever."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.routing.case import Case
from handoff.routing.overflow import Overflow, find_loop, target
from handoff.routing.priority import (
    MOST_POINTS,
    Weights,
    age_in,
    effective_since,
    parts,
    total,
)

START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SECONDS = st.integers(0, 24 * 3600)
POINTS = st.integers(-MOST_POINTS, MOST_POINTS)
PER_MINUTE = st.integers(1, 100)


def since(seconds: int, points: int, per_minute: int) -> datetime:
    came = START + timedelta(seconds=seconds)
    return effective_since(came, points, points_per_minute=per_minute)


@given(a=SECONDS, b=SECONDS, points=POINTS, per_minute=PER_MINUTE)
def test_with_equal_points_who_came_first_is_first(
    a: int, b: int, points: int, per_minute: int
) -> None:
    first, second = sorted((a, b))
    assert since(first, points, per_minute) <= since(second, points, per_minute)
    assert (since(a, points, per_minute) == since(b, points, per_minute)) == (a == b)


@given(a=SECONDS, b=SECONDS, p=POINTS, q=POINTS, later=SECONDS, per_minute=PER_MINUTE)
def test_the_stored_order_is_that_of_points_and_minutes_waited_at_every_time(
    a: int, b: int, p: int, q: int, later: int, per_minute: int
) -> None:
    now = 24 * 3600 + later
    score_a, score_b = p + (now - a) / 60 * per_minute, q + (now - b) / 60 * per_minute
    if abs(score_a - score_b) > 1e-6:
        assert (score_a > score_b) == (since(a, p, per_minute) < since(b, q, per_minute))


@given(mine=POINTS, theirs=POINTS, per_minute=PER_MINUTE, extra=st.integers(1, 3600))
def test_nobody_is_overtaken_by_who_comes_later_than_the_difference_is_worth(
    mine: int, theirs: int, per_minute: int, extra: int
) -> None:
    worth = max(0, theirs - mine) * 60 / per_minute
    came = int(worth) + 1 + extra
    assert since(0, mine, per_minute) < since(came, theirs, per_minute)


def test_waiting_always_counts() -> None:
    with pytest.raises(ValueError, match="waiting must count"):
        effective_since(START, 5, points_per_minute=0)


WEIGHTS = Weights(
    customer_groups={"重点企业": 20}, tags={"残疾": 8, "军属": 5, "黑名单": -30},
    businesses={"提取": 2}, ages=((65, 5), (80, 9)), transferred=10,
)  # fmt: skip


def test_points_say_what_they_are_for() -> None:
    case = Case(
        "web", "web", business="提取", customer_group="重点企业", tags=("军属", "残疾"), age=82,
        transferred=True,
    )  # fmt: skip
    found = parts(case, WEIGHTS)
    assert [(part.of, part.value, part.points) for part in found] == [
        ("customer_group", "重点企业", 20), ("business", "提取", 2), ("tag", "残疾", 8),
        ("age", "80", 9), ("transferred", "", 10),
    ]  # fmt: skip
    assert total(found) == 49


def test_what_is_not_known_counts_nothing() -> None:
    assert parts(Case("web", "web", tags=("没有权重",), age=30), WEIGHTS) == []


def test_the_sum_stays_within_bounds() -> None:
    weights = Weights(customer_groups={"a": MOST_POINTS}, businesses={"b": MOST_POINTS})
    case = Case("web", "web", customer_group="a", business="b")
    assert total(parts(case, weights)) == MOST_POINTS


def test_an_age_is_what_the_year_of_birth_allows() -> None:
    today = date(2026, 11, 23)
    assert age_in(1961, today) == 65
    assert age_in(None, today) is None
    assert age_in(2030, today) is None
    assert age_in(0, today) is None


# ---- overflow ------------------------------------------------------------------------------------


@given(st.dictionaries(st.sampled_from("abcdefg"), st.sampled_from("abcdefgh"), max_size=7))
def test_a_loop_is_found_exactly_when_a_chain_never_ends(onward: dict[str, str]) -> None:
    chain = [Overflow(start, to, 60) for start, to in onward.items()]
    endless = False
    for start in onward:
        at: str | None = start
        for _ in range(len(onward) + 1):
            at = onward.get(at) if at is not None else None
        endless = endless or at is not None
    loop = find_loop(chain)
    assert bool(loop) == endless
    for place, group in enumerate(loop):
        assert onward[group] == loop[(place + 1) % len(loop)]


@given(
    st.dictionaries(st.sampled_from("abcdefg"), st.sampled_from([*"abcdefg", None]), max_size=7),
    st.sets(st.sampled_from("abcdefg")),
)
def test_overflow_leads_to_somebody(onward: dict[str, str | None], inhabited: set[str]) -> None:
    chain = {start: Overflow(start, to, 60) for start, to in onward.items()}
    members = {group: group in inhabited for group in "abcdefg"}
    for start in onward:
        found = target(start, chain, members)
        assert found is None or found in inhabited
