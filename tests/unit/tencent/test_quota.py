"""The ledger's rules against WeChat's own, as the stand-in has them: never more than it allows, and no less."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from channels.tencent.replies.quota import (
    CLICK,
    ENTER,
    MESSAGE,
    MINI_PROGRAM,
    OFFICIAL_ACCOUNT,
    RULES,
    SCAN,
    SUBSCRIBE,
    WECOM_KF,
    Rules,
    Window,
    charged,
    standing,
)
from simulators.wechat.rules import WINDOWS, Quota

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


class Ledger:
    """What the courier does with the rules: the last deed of each kind, and what was used of it."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.windows: dict[str, Window] = {}

    def open(self, kind: str, now: datetime) -> None:
        self.windows[kind] = Window(kind, now)

    def spend(self, now: datetime) -> bool:
        kinds = charged(self.rules, self.windows.values(), now)
        for kind in kinds:
            was = self.windows[kind]
            self.windows[kind] = Window(kind, was.opened_at, was.used + 1)
        return bool(kinds)

    def left(self, now: datetime) -> int:
        return standing(self.rules, self.windows.values(), now).left


def deeds(*kinds: str) -> st.SearchStrategy[list[tuple[str, float]]]:
    """What happens, and how many seconds after the deed before. Sending is more frequent than anything else."""
    seconds = st.one_of(
        st.floats(0, 50), st.floats(50, 70), st.floats(0, 3600), st.floats(86_400, 180_000)
    )
    happens = st.sampled_from(["send", "send", "send", *kinds])
    return st.lists(st.tuples(happens, seconds), max_size=40)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@given(deeds(MESSAGE, CLICK, SUBSCRIBE, SCAN))
def test_on_an_official_account_what_we_send_wechat_takes(
    happenings: list[tuple[str, float]],
) -> None:
    ours, theirs, now = Ledger(OFFICIAL_ACCOUNT), Quota(), 0.0
    for kind, later in happenings:
        now += later
        if kind != "send":
            ours.open(kind, at(now))
            theirs.open(kind, now)
        elif ours.spend(at(now)):
            assert theirs.spend(now) == 0
        assert ours.left(at(now)) <= theirs.left(now)


@given(deeds(MESSAGE, CLICK, SUBSCRIBE, SCAN))
def test_apart_from_the_last_moments_of_a_window_we_count_as_wechat_does(
    happenings: list[tuple[str, float]],
) -> None:
    ours, theirs, now = Ledger(OFFICIAL_ACCOUNT), Quota(), 0.0
    for kind, later in happenings:
        now += later
        ends = [
            each.opened_at + OFFICIAL_ACCOUNT.windows[name].usable
            for name, each in ours.windows.items()
        ]
        if any(end <= at(now) < end + timedelta(minutes=1) for end in ends):
            return
        if kind != "send":
            ours.open(kind, at(now))
            theirs.open(kind, now)
        else:
            assert ours.spend(at(now)) == (theirs.spend(now) == 0)
        assert ours.left(at(now)) == theirs.left(now)


@given(deeds(MESSAGE, ENTER))
def test_in_a_mini_program_windows_do_not_add_up(happenings: list[tuple[str, float]]) -> None:
    ours, theirs, now = Ledger(MINI_PROGRAM), Quota(pooled=True), 0.0
    for kind, later in happenings:
        now += later
        if kind != "send":
            ours.open(kind, at(now))
            theirs.open(kind, now)
        elif ours.spend(at(now)):
            assert theirs.spend(now) == 0
        assert ours.left(at(now)) <= theirs.left(now)


def test_the_windows_are_those_of_the_stand_in() -> None:
    for rules in RULES.values():
        for kind, allowance in rules.windows.items():
            assert (allowance.replies, allowance.lasts.total_seconds()) == WINDOWS[kind]
    assert set(OFFICIAL_ACCOUNT.windows) | set(MINI_PROGRAM.windows) == set(WINDOWS)


def test_what_is_left_is_told_with_its_end() -> None:
    windows = [Window(MESSAGE, NOON, used=3), Window(CLICK, at(60), used=1)]
    now = standing(OFFICIAL_ACCOUNT, windows, at(70))
    assert (now.left, now.limit, now.open) == (4, 5, True)
    assert [(each.kind, each.replies) for each in now.windows] == [(CLICK, 2), (MESSAGE, 2)]
    assert now.ends_at == NOON + timedelta(hours=48) - timedelta(minutes=1)
    assert charged(OFFICIAL_ACCOUNT, windows, at(70)) == (CLICK,), "what ends first is spent first"


def test_spent_is_another_thing_than_over() -> None:
    spent = standing(WECOM_KF, [Window(MESSAGE, NOON, used=5)], at(10))
    over = standing(WECOM_KF, [Window(MESSAGE, NOON)], NOON + timedelta(hours=48))
    refused = standing(WECOM_KF, [Window(MESSAGE, NOON, closed=True)], at(10))
    assert [(each.left, each.open) for each in (spent, over, refused)] == [
        (0, True),
        (0, False),
        (0, False),
    ]


def test_a_window_the_service_does_not_know_allows_nothing() -> None:
    assert standing(WECOM_KF, [Window(CLICK, NOON)], NOON).left == 0
