"""Cutting long texts: by bytes, at places a reader does not mind."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from channels.tencent.rendering.split import MAX_BYTES, size, split_text


def squeezed(text: str) -> str:
    return "".join(text.split())


@given(st.text(), st.integers(min_value=8, max_value=200))
def test_nothing_is_lost_and_no_part_is_too_long(text: str, limit: int) -> None:
    parts = split_text(text, limit)
    assert squeezed("".join(parts)) == squeezed(text)
    assert all(0 < size(part) <= limit for part in parts)


@given(
    st.text(alphabet="公积金可以提取。！？，\n a", min_size=1),
    st.integers(min_value=12, max_value=90),
)
def test_chinese_text_survives_at_every_limit(text: str, limit: int) -> None:
    parts = split_text(text, limit)
    assert squeezed("".join(parts)) == squeezed(text)
    assert all(0 < size(part) <= limit for part in parts)


def test_bytes_count_not_characters() -> None:
    assert [len(part) for part in split_text("字" * 1365)] == [682, 682, 1]
    assert split_text("a" * MAX_BYTES) == ["a" * MAX_BYTES]


def test_it_cuts_after_a_sentence() -> None:
    assert split_text("第一句话说完了。第二句话还没有说完", 40) == [
        "第一句话说完了。",
        "第二句话还没有说完",
    ]


def test_a_paragraph_end_is_better_than_a_sentence_end() -> None:
    assert split_text("一二三四五六。七八\n\n九十。一二三四五六七", 48) == [
        "一二三四五六。七八",
        "九十。一二三四五六七",
    ]


def test_a_break_near_the_start_is_not_taken() -> None:
    parts = split_text("好。" + "一" * 40, 60)
    assert len(parts[0]) == 20


def test_a_family_emoji_is_not_torn_apart() -> None:
    family = "👨‍👩‍👧"
    parts = split_text("字" * 10 + family, 40)
    assert parts == ["字" * 10, family]


def test_empty_text_has_no_parts() -> None:
    assert split_text(" \n ") == []
