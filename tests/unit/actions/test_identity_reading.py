"""What a message at the identity questions is taken for, and what is kept of it."""

from __future__ import annotations

import pytest

from actions.identity.reading import CHANGE, PHONE, RESEND, read_code, read_person
from tests.fund import PEOPLE

NUMBER = PEOPLE["张示例"]
X_NUMBER = PEOPLE["郑新开"]


@pytest.mark.parametrize(
    "text",
    [
        f"我叫张示例，身份证{NUMBER}",
        f"张示例 {NUMBER}",
        f"张示例{NUMBER}",
        f"姓名：张示例 身份证号码：{NUMBER}",
        f"{NUMBER}，张示例",
        f"我的身份证号是{NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:]}，名字叫张示例",
        f"张示例 {NUMBER.translate({ord('0') + i: ord('０') + i for i in range(10)})}",
    ],
)
def test_name_and_number_of_one_sentence_are_both_read_and_neither_is_kept(text: str) -> None:
    heard = read_person(text)
    assert (heard.name, heard.number, heard.problem) == ("张示例", NUMBER, "")
    assert "张示例" not in heard.kept
    assert not any(c.isdigit() for c in heard.kept)


def test_a_number_may_end_in_a_small_or_wide_x() -> None:
    for written in (X_NUMBER, X_NUMBER.lower(), f"{X_NUMBER[:17]}Ｘ", f"{X_NUMBER[:17]}ｘ"):
        heard = read_person(f"郑新开 {written}")
        assert (heard.number, heard.kept) == (X_NUMBER, "[姓名] [证件号]"), written


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (NUMBER[:17] + str((int(NUMBER[17]) + 1) % 10), "最后一位"),
        (NUMBER[:17], "17位"),
        (NUMBER + "1", "19位"),
        ("110105491231002", "15位"),
        ("11010519491331002X", "不对"),
    ],
)
def test_a_number_that_cannot_be_one_is_explained_and_not_kept(text: str, words: str) -> None:
    heard = read_person(text)
    assert heard.number is None
    assert words in heard.problem
    assert heard.kept == "[证件号]"


@pytest.mark.parametrize(
    "name", ["高兴", "王小明", "安然", "欧阳娜娜", "买买提·吐尔逊", "常乐", "成全"]
)
def test_a_bare_name_is_one_whatever_else_it_may_mean(name: str) -> None:
    heard = read_person(name)
    assert (heard.name, heard.sure, heard.kept) == (name, True, "[姓名]")


@pytest.mark.parametrize(
    "text",
    [
        "算了", "转人工", "谢谢", "你好", "不查了", "为什么要身份证", "可以查吗", "马上", "等一下", "好的", "没有",
        "我是想查余额", "多少钱", "单位不给交", "查余额", "双方", "租房", "退出登录", "方便吗", "公积金", "安全吗",
    ],
)  # fmt: skip
def test_what_is_no_name_is_none(text: str) -> None:
    heard = read_person(text)
    assert (heard.name, heard.number, heard.kept) == (None, None, text)


def test_a_word_that_only_may_be_a_name_is_not_sure() -> None:
    assert not read_person("阿依古丽").sure
    assert read_person("我叫阿依古丽").sure


@pytest.mark.parametrize(
    ("text", "code", "kept"),
    [
        ("482913", "482913", "[验证码]"),
        ("110110", "110110", "[验证码]"),
        ("验证码是482913", "482913", "验证码是[验证码]"),
        ("收到了，4829", "4829", "收到了，[验证码]"),
        ("4 8 2 9 1 3", "482913", "[验证码]"),
        ("４８２９１３。", "482913", "[验证码]。"),
        ("四八二九一三", "482913", "[验证码]"),
    ],
)
def test_a_code_is_read_however_it_is_written(text: str, code: str, kept: str) -> None:
    heard = read_code(text)
    assert (heard.code, heard.problem, heard.kept) == (code, "", kept)


def test_no_second_number_is_kept() -> None:
    # Both have seventeen digits: what looks for whole numbers afterwards does not find them.
    heard = read_person("不是11010519491231002，是11010519491231003")
    assert heard.problem
    assert heard.kept == "不是[证件号]，是[证件号]"


@pytest.mark.parametrize("text", ["12", "123", "123456789"])
def test_digits_of_another_length_are_no_code_and_not_kept(text: str) -> None:
    heard = read_code(text)
    assert heard.code is None
    assert heard.problem
    assert heard.kept == "[验证码]"


@pytest.mark.parametrize(
    "text", ["没收到", "验证码", "我要贷款500000元可以吗", "2025年5月", "两次都没收到", "转人工"]
)
def test_what_says_more_than_a_code_is_none(text: str) -> None:
    heard = read_code(text)
    assert (heard.code, heard.kept) == (None, text)


@pytest.mark.parametrize(
    "text",
    ["没收到", "没有收到短信", "收不到验证码", "重新发送", "再发一次", "重发", "验证码过期了"],
)
def test_a_wish_for_a_new_code(text: str) -> None:
    assert RESEND.search(text)


@pytest.mark.parametrize("text", ["号码填错了", "换个号码", "身份证号不对", "姓名写错了", "修改"])
def test_a_wish_to_begin_again(text: str) -> None:
    assert CHANGE.search(text)


@pytest.mark.parametrize("text", ["手机号换了", "这个手机不用了", "换手机号了", "手机丢了"])
def test_another_phone(text: str) -> None:
    assert PHONE.search(text)
