"""Numbers as citizens write and speak them."""

from __future__ import annotations

from decimal import Decimal

import cn2an
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.components.numerals import find_numerals, parse_number


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


@settings(deadline=None)
@given(st.integers(min_value=0, max_value=99_999_999))
def test_every_number_survives_being_written_in_chinese(number: int) -> None:
    assert parse_number(cn2an.an2cn(number, "low")) == number


@settings(deadline=None)
@given(st.integers(min_value=1000, max_value=99_999_999))
def test_every_number_survives_being_written_with_commas(number: int) -> None:
    assert parse_number(f"{number:,}") == number


@settings(deadline=None)
@given(st.decimals(min_value="0.01", max_value="999.99", places=2))
def test_ten_thousands_with_a_decimal_point_are_exact(number: Decimal) -> None:
    assert parse_number(f"{number}万") == number * 10_000


@settings(deadline=None)
@given(st.integers(min_value=10, max_value=99_999_999))
def test_a_written_number_is_found_whole_in_a_sentence(number: int) -> None:
    words = cn2an.an2cn(number, "low")
    found = find_numerals(f"共{words}，谢谢")
    assert [(n.low, n.start, n.end) for n in found] == [(number, 1, 1 + len(words))]
