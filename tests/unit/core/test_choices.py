"""Which of the offered choices a typed or spoken text means."""

from __future__ import annotations

import pytest

from actions.forms.asking import TRY_AGAIN
from actions.forms.progress import GIVE_UP, KEEP
from core.conversation.choices import meant_choice
from core.conversation.content import Choice


def choices(*labels: str) -> list[Choice]:
    return [Choice(label=label, value=label) for label in labels]


GUIDE = choices("租房可以提取公积金吗", "买房可以提取公积金吗", "离职后怎么提取？", "转人工")
YES_NO = choices("有住房", "没有住房")
TWO = choices("继续办理", "不用了")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("租房可以提取公积金吗", 0),
        ("离职后怎么提取", 2),
        ("第二个", 1),
        ("第2条", 1),
        ("就第二个吧", 1),
        ("我选第三个", 2),
        ("选2", 1),
        ("2", 1),
        ("２", 1),
        ("二", 1),
        ("②", 1),
        ("2.", 1),
        ("最后一个", 3),
        ("第一个吧", 0),
        ("头一个", 0),
        ("选转人工", 3),
        ("转人工吧", 3),
        ("租房", 0),
        ("租房的", 0),
        ("我问的是离职后", 2),
    ],
)
def test_a_choice_is_understood_however_it_is_named(text: str, place: int) -> None:
    assert meant_choice(text, GUIDE) == GUIDE[place].value


@pytest.mark.parametrize(
    "text",
    [
        "提取公积金",  # in several
        "公积金",
        "第九个",
        "9",
        "两个",
        "2个月",
        "20",
        "我租房五年了想问问父母能不能用",
        "租房要什么材料",
        "房",
        "好的",
        "第二套",
        "？",
        "",
    ],
)
def test_what_is_not_surely_a_choice_stays_what_it_is(text: str) -> None:
    assert meant_choice(text, GUIDE) is None


@pytest.mark.parametrize("text", ["2", "二", "2。"])
def test_a_number_under_a_question_for_a_number_is_a_number(text: str) -> None:
    assert meant_choice(text, choices("跳过")) is None
    assert meant_choice(text, choices("跳过", "转人工")) is None
    # As they stand under a question that was asked again, or was not understood.
    ways = (KEEP, GIVE_UP, TRY_AGAIN)
    assert meant_choice(text, choices("跳过", "转人工", *(way.value for way in ways))) is None


def test_a_label_inside_another_is_told_apart() -> None:
    assert meant_choice("有住房", YES_NO) == "有住房"
    assert meant_choice("没有", YES_NO) == "没有住房"
    assert meant_choice("住房", YES_NO) is None


@pytest.mark.parametrize(("text", "place"), [("前一个", 0), ("后面那个", 1), ("下面的那个", 1)])
def test_of_two_the_one_before_and_the_one_behind_are_known(text: str, place: int) -> None:
    assert meant_choice(text, TWO) == TWO[place].value


def test_the_value_of_a_button_is_what_counts() -> None:
    offered = [
        Choice(label="城东区", value="城东区的服务大厅在哪里"),
        Choice(label="城西区", value="x"),
    ]
    assert meant_choice("城东", offered) == "城东区的服务大厅在哪里"
    assert meant_choice("1", offered) == "城东区的服务大厅在哪里"


def test_without_choices_nothing_is_chosen() -> None:
    assert meant_choice("第一个", []) is None


@pytest.mark.parametrize(
    "text", ["嗯" * 39, "选" * 4000, "好" * 4000, "第" * 4000, "的" * 4000, "1" * 4000]
)
def test_a_flood_is_read_at_once(text: str) -> None:
    assert meant_choice(text, GUIDE) is None
