"""WeChat's rules as the stand-in keeps them."""

from __future__ import annotations

from simulators.wechat.rules import HOUR, Quota, Tokens


def test_a_message_allows_five_replies_within_48_hours() -> None:
    quota = Quota()
    quota.open("message", 0)
    assert [quota.spend(10) for _ in range(6)] == [0, 0, 0, 0, 0, 45047]
    quota.open("message", 20)
    assert quota.spend(20 + 48 * HOUR - 1) == 0
    assert quota.spend(20 + 48 * HOUR) == 45015


def test_without_any_window_nothing_may_be_sent() -> None:
    assert Quota().spend(0) == 45015


def test_following_allows_three_replies_within_a_minute() -> None:
    quota = Quota()
    quota.open("subscribe", 0)
    assert [quota.spend(59) for _ in range(4)] == [0, 0, 0, 45047]
    assert quota.spend(60) == 45015


def test_the_window_that_ends_first_is_used_first() -> None:
    quota = Quota()
    quota.open("message", 0)
    quota.open("click", 0)
    for _ in range(3):
        quota.spend(1)
    assert quota.left(1) == 5
    assert quota.left(61) == 5


def test_asking_again_gives_the_same_token_until_its_last_minutes() -> None:
    tokens = Tokens()
    first = tokens.stable(0, force=False)
    assert first is not None
    assert tokens.stable(6899, force=False) == (first[0], 301)
    second = tokens.stable(6901, force=False)
    assert second is not None
    assert second[0] != first[0]
    assert (tokens.check(first[0], 7199), tokens.check(second[0], 7199)) == (0, 0)
    assert tokens.check(first[0], 7200) == 42001


def test_forcing_a_new_token_voids_the_old_one() -> None:
    tokens = Tokens()
    first = tokens.stable(0, force=False)
    second = tokens.stable(100, force=True)
    assert first is not None
    assert second is not None
    assert tokens.check(first[0], 100) == 40001
    assert tokens.stable(110, force=True) == (second[0], 7190)
    assert tokens.check("", 100) == 41001
