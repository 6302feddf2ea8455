"""What the entity extractor reads out of citizens' sentences."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import pytest

from bot.components.numerals import parse_number
from bot.components.values import check_id_number, find_values


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("三千五", "3500"),
        ("三千零五", "3005"),
        ("1.2万", "12000"),
        ("3千5", "3500"),
        ("一万二", "12000"),
        ("十二万", "120000"),
        ("两百万", "2000000"),
        ("一点二万", "12000"),
        ("1万2千3百", "12300"),
        ("二十", "20"),
        ("一百零五", "105"),
        ("3,500", "3500"),
        ("15w", "150000"),
        ("8k", "8000"),
        ("二零二五", "2025"),
        ("一亿两千万", "120000000"),
        ("4.35万", "43500"),
        ("零3", "3"),
    ],
)
def test_numerals_are_read_as_they_are_written_and_spoken(text: str, number: str) -> None:
    assert parse_number(text) == Decimal(number)


@pytest.mark.parametrize("text", ["", "万", "三五千个", "abc", "1.2.3", "九,46，万十一w", "十零三"])
def test_what_is_no_numeral_has_no_value(text: str) -> None:
    assert parse_number(text) is None


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("三千五", "amount", 3500_00),
        ("每个月3500块", "amount", 3500_00),
        ("账户里有五万多", "amount", 50000_00),
        ("￥1,200.50", "amount", 1200_50),
        ("三块五", "amount", 3_50),
        ("１２３４５", "number", "12345"),
        ("二十年", "duration", 240),
        ("还有半年", "duration", 6),
        ("一年半", "duration", 18),
        ("20年零3个月", "duration", 243),
        ("35岁", "age", 35),
        ("百分之十二", "rate", "0.12"),
        ("12%", "rate", "0.12"),
        ("选第二个", "ordinal", 2),
        ("最后一个", "ordinal", -1),
        ("2026年3月5日", "date", "2026-03-05"),
        ("二零二五年三月", "date", "2025-03"),
        ("我手机13800138000", "phone", "13800138000"),
        ("电话0571-88880000", "phone", "0571-88880000"),
    ],
)
def test_values_are_found_and_normalised(text: str, kind: str, value: Any) -> None:
    assert [(v.kind, v.value) for v in find_values(text)] == [(kind, value)]


@pytest.mark.parametrize(
    "text", ["十分感谢", "一般来说", "就一个人", "2025年", "100平米", "两套房"]
)
def test_words_and_counted_things_are_not_money(text: str) -> None:
    assert [v for v in find_values(text) if v.kind in ("amount", "number")] == []


def test_an_identity_number_is_checked_and_is_not_a_phone() -> None:
    (value,) = find_values("身份证11010519491231002x")
    assert value.kind == "id_number"
    assert value.value == {
        "number": "11010519491231002X",
        "valid": True,
        "birth": "1949-12-31",
        "sex": "female",
    }
    assert not check_id_number("110105194912310021")


def test_offsets_point_at_the_value_even_with_full_width_digits() -> None:
    text = "余额５万元"
    (value,) = find_values(text)
    assert text[value.start : value.end] == "５万元"


def test_the_number_of_a_card_is_no_amount() -> None:
    (value,) = find_values("卡号6222021234567890123")
    assert value.kind == "bank_card"


@pytest.mark.parametrize(
    "text", ["1" * 4000, "一" * 4000, "一点" * 2000, "1年" * 2000, "1,111" * 800, "0571-" * 800]
)
@pytest.mark.timeout(10)
def test_the_longest_message_of_digits_takes_no_time(text: str) -> None:
    """Regular expressions that try every length at every place would take minutes."""
    assert len(find_values(text)) <= len(text)


def test_no_order_of_signs_breaks_the_reader() -> None:
    signs = "零一两九十百万亿点03.,，kw半年月个岁%元块第"
    chance = random.Random(1)
    for _ in range(3000):
        find_values("".join(chance.choice(signs) for _ in range(chance.randint(1, 9))))


def test_a_message_full_of_values_gives_no_more_than_a_person_means() -> None:
    assert len(find_values("1 " * 2000)) <= 500
    assert [v.value for v in find_values("想贷" + "很" * 900 + "50万")] == [50_000_000]
