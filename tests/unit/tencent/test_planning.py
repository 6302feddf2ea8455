"""What goes out now, in which bubbles, and what waits: few replies, words before lines, nothing lost."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from channels.tencent.rendering.bubbles import Bubble, MediaBubble, MenuBubble, TextBubble
from channels.tencent.replies.quota import OFFICIAL_ACCOUNT, WECOM_KF
from channels.tencent.sending.merging import merged
from channels.tencent.sending.planning import Plan, Waiting, plan
from channels.tencent.sending.service_lines import Weight

RULES = OFFICIAL_ACCOUNT
PICTURE = MediaBubble("image", "a")
LONG = "长" * 600


def words(id: str, *texts: str) -> Waiting:
    return Waiting(id, tuple(TextBubble(text) for text in texts), Weight.MATTERS)


def line(id: str, kind: str, weight: Weight) -> Waiting:
    return Waiting(id, (TextBubble(id),), weight, line=kind)


def shown(planned: Plan) -> list[str]:
    return [
        each.bubble.text if isinstance(each.bubble, TextBubble) else type(each.bubble).__name__
        for each in planned.groups
    ]


def test_what_waits_together_goes_out_as_one_text() -> None:
    planned = plan([words("a", "一"), words("b", "二")], 5, RULES)
    assert shown(planned) == ["一\n\n二"]
    assert planned.groups[0].upto == {"a": 1, "b": 1}


def test_what_does_not_fit_into_one_bubble_takes_another() -> None:
    planned = plan([words("a", LONG), words("b", LONG)], 5, RULES)
    assert shown(planned) == [LONG, LONG]


def test_a_list_to_tap_on_stands_below_the_words_before_it_and_above_those_after() -> None:
    menu = MenuBubble("选哪个？", (("1", "租房"),))
    choices = Waiting("b", (menu,), Weight.MATTERS)
    planned = plan([words("a", "您好"), choices, words("c", "请选择")], 5, RULES)
    assert [each.bubble for each in planned.groups] == [
        MenuBubble("您好\n\n选哪个？", (("1", "租房"),), "请选择")
    ]


def test_a_picture_keeps_its_place() -> None:
    picture = Waiting("b", (PICTURE,), Weight.MATTERS)
    planned = plan([words("a", "看图"), picture, words("c", "就是这个")], 5, RULES)
    assert shown(planned) == ["看图", "MediaBubble", "就是这个"]


def test_two_numbered_lists_are_never_one() -> None:
    one = replace(words("a", "1. 租房"), numbered=True)
    two = replace(words("b", "1. 买房"), numbered=True)
    assert len(plan([one, two], 5, RULES).groups) == 2


def test_a_line_goes_with_the_next_words() -> None:
    claimed = line("小王为您服务", "claimed", Weight.CARRIED)
    assert plan([claimed], 5, RULES).carried == ["小王为您服务"]
    assert shown(plan([claimed, words("b", "您好")], 5, RULES)) == ["小王为您服务\n\n您好"]


def test_only_the_last_line_about_who_serves_is_still_true() -> None:
    moved = line("您前面还有1人", "queue_moved", Weight.CARRIED)
    claimed = line("小王为您服务", "claimed", Weight.CARRIED)
    planned = plan([moved, claimed, words("b", "您好")], 5, RULES)
    assert shown(planned) == ["小王为您服务\n\n您好"]
    assert planned.dropped == ["您前面还有1人"]


def test_a_line_that_is_sent_never_takes_the_last_reply() -> None:
    closed = line("会话已结束", "closed", Weight.SENT)
    assert shown(plan([closed], 2, RULES)) == ["会话已结束"]
    assert plan([closed], 1, RULES).carried == ["会话已结束"]
    # Together with words it costs nothing.
    assert shown(plan([words("a", "好的"), closed], 1, RULES)) == ["好的\n\n会话已结束"]


def test_words_come_before_lines_where_replies_are_short() -> None:
    closed = Waiting("c", (PICTURE,), Weight.SENT, line="closed")
    picture = Waiting("a", (PICTURE,), Weight.MATTERS)
    planned = plan([closed, picture], 1, RULES)
    assert [each.upto for each in planned.groups] == [{"a": 1}]
    assert planned.carried == ["c"]


def test_what_is_not_allowed_any_more_is_held_in_its_order() -> None:
    planned = plan([words("a", LONG), words("b", LONG), words("c", "短")], 1, RULES)
    assert shown(planned) == [LONG]
    assert planned.held == ["b", "c"], "the short one does not overtake"


def test_of_a_long_message_the_rest_is_held() -> None:
    planned = plan([words("a", LONG, LONG, LONG)], 2, RULES)
    assert planned.groups[-1].upto == {"a": 2}
    assert planned.held == ["a"]
    rest = plan([replace(words("a", LONG, LONG, LONG), done=2)], 5, RULES)
    assert [each.upto for each in rest.groups] == [{"a": 3}]


def test_words_that_come_late_are_dated_once() -> None:
    late = [replace(words(id, id), late="【11月20日 15:02 的回复】") for id in ("甲", "乙")]
    planned = plan([*late, words("c", "丙")], 5, RULES)
    assert shown(planned) == ["【11月20日 15:02 的回复】\n\n甲\n\n乙\n\n丙"]


def test_what_was_too_long_together_goes_alone() -> None:
    planned = plan([replace(words("a", "一"), alone=True), words("b", "二")], 5, RULES)
    assert shown(planned) == ["一", "二"]


def test_a_line_that_the_service_shows_itself_is_dropped() -> None:
    closed = line("会话已结束", "closed", Weight.SENT)
    assert plan([closed], 5, WECOM_KF).dropped == ["会话已结束"]


BUBBLES = st.one_of(
    st.integers(1, 700).map(lambda n: TextBubble("字" * n)),
    st.just(PICTURE),
    st.integers(1, 300).map(lambda n: MenuBubble("问" * n, (("1", "选"),))),
)
WAITING = st.builds(
    lambda bubbles, weight, line, done: (bubbles, weight, line, min(done, len(bubbles))),
    st.lists(BUBBLES, min_size=1, max_size=3).map(tuple),
    st.sampled_from(list(Weight)),
    st.sampled_from(["", "claimed", "closed", "rating_invited"]),
    st.integers(0, 3),
)


@given(st.lists(WAITING, max_size=8), st.integers(0, 6))
def test_nothing_is_lost_doubled_or_sent_beyond_what_is_allowed(
    drawn: list[tuple[tuple[Bubble, ...], Weight, str, int]], left: int
) -> None:
    waiting = [
        Waiting(str(n), bubbles, weight, done, line)
        for n, (bubbles, weight, line, done) in enumerate(drawn)
    ]
    planned = plan(waiting, left, RULES)
    assert len(planned.groups) <= left
    reached = {each.id: each.done for each in waiting}
    order: list[int] = []
    for group in planned.groups:
        for id, upto in group.upto.items():
            assert upto > reached[id], "no bubble twice"
            reached[id] = upto
            if group.weight is Weight.MATTERS:
                order.append(int(id))
    for each in waiting:
        whole = reached[each.id] >= len(each.bubbles)
        places = (planned.held, planned.carried, planned.dropped)
        assert whole or sum(each.id in place for place in places) == 1
    if left == 1:
        assert all(group.weight is Weight.MATTERS for group in planned.groups)


@given(BUBBLES, BUBBLES)
def test_two_bubbles_are_one_only_within_the_limits(first: Bubble, second: Bubble) -> None:
    match merged(first, second, RULES):
        case TextBubble(text):
            assert len(text.encode()) <= RULES.text_bytes
        case MenuBubble(head, _, tail):
            assert max(len(head.encode()), len(tail.encode())) <= RULES.menu_head_bytes
        case other:
            assert other is None
