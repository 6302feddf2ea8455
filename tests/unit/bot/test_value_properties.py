"""What holds for values in any text, and what check digits promise."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_2

from bot.components.reading import plain
from bot.components.values import check_id_number, find_values

DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2090, 12, 31))
# Pieces of which values are made, so that the readers meet each other.
_UNITS = "年 月 日 号 底 初 半年 个月 季度 期 岁 % 百分之 成 块 元 角 毛 第 个 选 最后一个 到 至 和 - , ， . 多 几 来"
_NUMBERS = "零 一 两 三 五 九 十 百 千 万 亿 点 0 3 05 15 98 2025 1990 12.5 3,500 ５ 萬 0571 (0571) 123456789015"
_WORDS = "去年 上个月 这个月 下周三 明天 工资 余额 身份证 公积金账号 卡号 11010519491231002X 13800138000 * 😀"
_ALL = [" ", *(piece for row in (_UNITS, _NUMBERS, _WORDS) for piece in row.split())]
PIECES = st.lists(
    st.sampled_from(_ALL),
    max_size=14,
).map("".join)


@settings(max_examples=400, deadline=None)
@given(st.one_of(PIECES, st.text(max_size=60)), DAYS)
def test_values_lie_in_the_text_and_never_overlap(text: str, today: date) -> None:
    end = 0
    for value in find_values(text, today):
        assert end <= value.start < value.end <= len(text)
        end = value.end


@settings(deadline=None)
@given(PIECES, DAYS)
def test_dates_are_days_and_months_that_exist(text: str, today: date) -> None:
    for value in find_values(text, today):
        if value.kind == "date":
            assert date.fromisoformat(
                value.value if len(value.value) == 10 else value.value + "-01"
            )


@settings(deadline=None)
@given(st.text(max_size=80))
def test_the_plain_form_is_as_long_as_the_text_and_stays_plain(text: str) -> None:
    assert len(plain(text)) == len(text)
    assert plain(plain(text)) == plain(text)


@settings(deadline=None)
@given(PIECES, DAYS)
def test_reading_twice_gives_the_same(text: str, today: date) -> None:
    assert find_values(text, today) == find_values(text, today)


def _other_digit(number: str, place: int, step: int) -> str:
    digit = str((int(number[place]) + step) % 10)
    return number[:place] + digit + number[place + 1 :]


@settings(deadline=None)
@given(
    st.integers(110000, 659999),
    st.dates(date(1930, 1, 1), date(2020, 12, 31)),
    st.integers(0, 999),
    st.integers(0, 16),
    st.integers(1, 9),
)
def test_one_wrong_digit_in_an_identity_number_is_noticed(
    area: int, birth: date, serial: int, place: int, step: int
) -> None:
    body = f"{area}{birth:%Y%m%d}{serial:03d}"
    number = body + mod_11_2.calc_check_digit(body)
    assert check_id_number(number)
    assert not check_id_number(_other_digit(number, place, step))
    (value,) = find_values(f"身份证号{number}", date(2026, 11, 22))
    assert value.value["valid"] is True
    assert value.value["birth"] == birth.isoformat()


@settings(deadline=None)
@given(st.integers(10**10, 10**11 - 1), st.integers(0, 11), st.integers(1, 9))
def test_one_wrong_digit_in_a_fund_account_is_noticed(body: int, place: int, step: int) -> None:
    number = f"{body}{luhn.calc_check_digit(str(body))}"
    (right,) = find_values(f"公积金账号{number}", date(2026, 11, 22))
    (wrong,) = find_values(f"公积金账号{_other_digit(number, place, step)}", date(2026, 11, 22))
    assert (right.value["valid"], wrong.value["valid"]) == (True, False)


@settings(deadline=None)
@given(st.integers(0, 10**9 - 1), st.integers(8, 16), st.integers(1, 9))
def test_one_wrong_digit_in_a_credit_code_is_noticed(body: int, place: int, step: int) -> None:
    start = f"91350100{body:09d}"
    code = start + uscc.calc_check_digit(start)
    wrong = _other_digit(code, place, step)
    assert uscc.is_valid(code)
    assert not uscc.is_valid(wrong)
    for value in find_values(f"信用代码{wrong}", date(2026, 11, 22)):
        assert value.kind != "employer_code" or value.value["valid"] is False
