"""The draft of a wrap-up: read off the thread, without what only calls for a person."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff.desk.wrapping.draft import LONGEST, Service, summary


def service(*asked: str, last_answer: str = "", outcome: str = "closed") -> Service:
    return Service(
        asked=asked, answers=2, last_answer=last_answer, lasted=timedelta(minutes=7),
        outcome=outcome,
    )  # fmt: skip


@pytest.mark.parametrize(
    "empty", ["转人工", "你好，我要人工客服", "在吗？", "请帮我转接一下人工服务", ""]
)
def test_the_first_question_is_not_the_call_for_a_person(empty: str) -> None:
    text = summary(service(empty, "租房怎么提取公积金", "还要材料吗"))
    assert text.splitlines() == [
        "咨询：租房怎么提取公积金",
        "处理：接待约 7 分钟，回复 2 次，会话已结束。",
    ]


def test_a_question_about_the_counter_is_a_question() -> None:
    assert summary(service("人工窗口几点开门")).startswith("咨询：人工窗口几点开门")


def test_the_last_answer_and_the_way_it_ended_are_told() -> None:
    text = summary(service("贷款利率", last_answer="现行\n利率 2.6%", outcome="released"))
    assert "最后答复：现行 利率 2.6%" in text
    assert "已转回智能助手" in text


def test_numbers_of_persons_are_covered_and_long_texts_cut() -> None:
    text = summary(
        service("我的身份证 11010519491231002X 手机 13812345678", last_answer="好" * 500)
    )
    assert "11010519491231002X" not in text
    assert "13812345678" not in text
    assert max(len(line) for line in text.splitlines()) <= LONGEST + len("最后答复：")


def test_nothing_said_is_no_question() -> None:
    assert summary(service()) == "处理：接待约 7 分钟，回复 2 次，会话已结束。"
