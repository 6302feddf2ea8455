"""When a message holds several wishes; the intents of the pieces are given here, as the classifier would."""

from __future__ import annotations

import pytest

from bot.components.wishes import MOST_PIECES, TASKS, Piece, Wish, choose, split
from bot.evaluation import INTENTS

LEAST = 0.5


def texts(message: str) -> list[str]:
    return [piece.text for piece in split(message)]


def wishes(message: str, *intents: str, confidence: float = 0.9) -> list[Wish]:
    pieces = split(message)
    assert len(pieces) == len(intents)
    guesses = [(p, intent, confidence) for p, intent in zip(pieces, intents, strict=True)]
    return choose(message, guesses, LEAST)


@pytest.mark.parametrize(
    ("message", "pieces"),
    [
        ("租房能提公积金吗？另外帮我算算能贷多少", ["租房能提公积金吗？", "另外帮我算算能贷多少"]),
        ("帮我查下余额，再约个号", ["帮我查下余额", "再约个号"]),
        ("查一下我的贷款进度，还有大厅在哪里", ["查一下我的贷款进度", "还有大厅在哪里"]),
        ("帮我查余额 帮我算月供", ["帮我查余额", "帮我算月供"]),
        ("先帮我取消预约然后转人工", ["先帮我取消预约", "然后转人工"]),
    ],
)
def test_a_message_is_cut_at_sentence_ends_and_connectives(message: str, pieces: list[str]) -> None:
    assert texts(message) == pieces


@pytest.mark.parametrize(
    "message",
    [
        "你好",
        "公积金怎么取",
        "租房可以提取公积金吗",
        "我离职了，公积金怎么取",
        "再说一遍我没听清楚",
        "请问他的养老金还有丧葬费怎么领",
        "我每月缴2000，账户有5万，能贷多少",
    ],
)
def test_one_sentence_is_not_cut(message: str) -> None:
    assert texts(message) == []


def test_a_long_story_is_not_cut_at_all() -> None:
    assert split("我去年离职了。" * (MOST_PIECES + 2)) == []


def test_pieces_stand_where_they_say() -> None:
    message = "  租房能提公积金吗？！ 另外，帮我算算能贷多少。"
    assert len(split(message)) == 2
    for piece in split(message):
        assert message[piece.start : piece.end] == piece.text


@pytest.mark.parametrize("message", ["。" * 5000, "，另外" * 3000, "帮我" * 5000, "a" * 20000])
def test_hostile_texts_are_cut_without_delay(message: str) -> None:
    for piece in split(message):
        assert message[piece.start : piece.end] == piece.text


def test_a_question_and_a_task_are_two_wishes() -> None:
    found = wishes("租房能提公积金吗？另外帮我算算能贷多少", "ask_withdrawal", "calculate_loan")
    assert [(w.intent, w.piece.text) for w in found] == [
        ("ask_withdrawal", "租房能提公积金吗？"),
        ("calculate_loan", "另外帮我算算能贷多少"),
    ]


def test_two_plain_questions_are_left_to_the_search() -> None:
    assert wishes("租房能提公积金吗？二套房首付多少？", "ask_withdrawal", "ask_loan") == []


def test_the_same_wish_said_twice_is_one() -> None:
    assert wishes("帮我查下余额。我要查公积金余额", "query_balance", "query_balance") == []


def test_a_statement_is_no_wish_whatever_it_resembles() -> None:
    assert wishes("公积金余额有三万。能贷多少", "query_balance", "calculate_loan") == []


def test_an_unsure_piece_is_no_wish() -> None:
    message = "帮我查下余额，再约个号"
    assert wishes(message, "query_balance", "book_appointment", confidence=0.4) == []


def test_feelings_are_no_wishes() -> None:
    assert wishes("你们太慢了！帮我查下贷款进度", "complain", "query_loan_progress") == []


def test_figures_before_a_wish_go_with_it() -> None:
    message = "我每月缴2000。帮我算算能贷多少，再约个号"
    found = wishes(message, "inform", "calculate_loan", "book_appointment")
    assert [w.piece.text for w in found] == ["我每月缴2000。帮我算算能贷多少", "再约个号"]


def test_what_follows_the_last_wish_goes_with_it() -> None:
    message = "帮我查下余额，再约个号。下周二上午都行"
    found = wishes(message, "query_balance", "book_appointment", "inform")
    assert found[1].piece == Piece("再约个号。下周二上午都行", 7, len(message))


def test_a_wish_that_comes_back_makes_the_order_unclear_and_nothing_is_split() -> None:
    message = "帮我查下余额，再约个号，帮我查公积金余额"
    assert wishes(message, "query_balance", "book_appointment", "query_balance") == []


def test_every_task_can_be_one_of_several_wishes() -> None:
    assert {"request_human"} | {i for i, group in INTENTS.items() if group == "task"} == TASKS
