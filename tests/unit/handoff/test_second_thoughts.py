"""What somebody in the queue means about the waiting, and what is a question although it sounds so."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.routing.second_thoughts import LONGEST, second_thought


@pytest.mark.parametrize(
    "text",
    [
        "取消排队", "不用等了", "我不等了", "算了不等了", "算了，不排了", "那我不等了，谢谢", "取消转人工吧",
        "不用转人工了", "退出排队", "等不及了", "别等了", "不想等了", "好的，那就不排队了", "不排了，我下次再来",
        "太久了不等了", "先不用人工了",
    ],
)  # fmt: skip
def test_who_does_not_want_to_wait_is_understood(text: str) -> None:
    assert second_thought(text) == "cancel"


@pytest.mark.parametrize(
    "text", ["算了", "不用了", "没事了", "不需要了，谢谢", "取消", "算了吧", "已经没事了"]
)
def test_what_may_mean_the_waiting_is_asked_back(text: str) -> None:
    expected = None if text == "已经没事了" else "unsure"
    assert second_thought(text) == expected


@pytest.mark.parametrize(
    "text", ["继续等待", "继续等", "好的，我等", "我等着", "那我再等等", "不取消"]
)
def test_who_wants_to_go_on_is_told_the_place(text: str) -> None:
    assert second_thought(text) == "stay"


@pytest.mark.parametrize(
    "text",
    [
        "还要等多久",
        "前面还有几个人",
        "人工呢",
        "转人工",
        "快点",
        "有人吗",
        "怎么还没到",
        "排到哪了",
    ],
)
def test_who_asks_for_people_again_is_told_the_place(text: str) -> None:
    assert second_thought(text) == "hurry"


@pytest.mark.parametrize(
    "text",
    [
        "算了，我想问提取要什么材料", "取消预约怎么办", "公积金可以取消吗", "等额本息怎么算", "贷款排队要等多久放款",
        "不用交了吗", "提取需要人工审核吗", "我的身份证号已经发了", "补充一下，是去年的事", "", "……", "1",
        "不用单位盖章可以提取吗", "我要取消贷款申请", "离职多久能提取",
    ],
)  # fmt: skip
def test_what_is_about_something_else_is_left_to_bot_and_people(text: str) -> None:
    assert second_thought(text) is None


@given(st.text(alphabet="那就好的算了不等我先还是谢谢取消嗯多久", max_size=LONGEST))
def test_any_text_is_read_at_once(text: str) -> None:
    begin = time.perf_counter()
    second_thought(text)
    assert time.perf_counter() - begin < 0.5
