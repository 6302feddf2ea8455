"""What a citizen may send, and how it is cleaned."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from core.conversation.content import (
    CONTENT,
    MAX_TEXT,
    ChoicesContent,
    Table,
    TextContent,
    VisitorContent,
    clean_text,
    plain_text,
)
from core.errors import MessageEmpty, MessageTooLong


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\x00\x01", "\u200b\ufeff", "\ud800"])
def test_a_message_without_anything_to_read_is_refused_as_empty(text: str) -> None:
    with pytest.raises(MessageEmpty):
        clean_text(text)


def test_a_text_of_100000_characters_is_refused_with_the_limit() -> None:
    with pytest.raises(MessageTooLong) as refused:
        clean_text("字" * 100_000)
    assert refused.value.details == {"limit": MAX_TEXT, "length": 100_000}


def test_control_characters_go_and_emoji_and_line_breaks_stay() -> None:
    assert clean_text("  你好\x00\x1b[31m👨‍👩‍👧\n第二行\r ") == "你好[31m👨‍👩‍👧\n第二行"


def test_invisible_characters_neither_split_a_number_nor_turn_a_text_round() -> None:
    assert clean_text("5\u200b万，张\u2060示例\ufeff") == "5万，张示例"
    assert clean_text("转给\u202e0001\u202c和\u2067x\u2069") == "转给0001和x"
    # Uyghur needs its joiners and marks.
    assert clean_text("a\u200cb\u200dc\u200fd") == "a\u200cb\u200dc\u200fd"


@given(st.text(max_size=200))
def test_cleaned_text_can_be_stored_and_cleaning_is_final(text: str) -> None:
    try:
        cleaned = clean_text(text)
    except MessageEmpty:
        return
    assert "\x00" not in cleaned
    cleaned.encode("utf-8")
    assert clean_text(cleaned) == cleaned


@pytest.mark.parametrize(
    "content",
    [
        {"type": "text", "text": "x", "extra": 1},
        {"type": "answer", "text": "x"},
        {"type": "text"},
        {"text": 5},
        "text",
        None,
    ],
)
def test_a_visitor_sends_text_and_nothing_else(content: object) -> None:
    with pytest.raises(ValidationError):
        VisitorContent.model_validate(content)


def test_unknown_content_types_are_refused() -> None:
    with pytest.raises(ValidationError):
        CONTENT.validate_python({"type": "html", "text": "<b>"})


@pytest.mark.parametrize(
    "content",
    [
        {"type": "text", "text": "我的身份证号", "more": "我的身份证号"},
        {"type": "我的身份证号", "text": "我的身份证号"},
        {"type": "choices", "text": "我的身份证号", "choices": "我的身份证号"},
    ],
)
def test_an_error_about_content_does_not_quote_it(content: dict[str, object]) -> None:
    with pytest.raises(ValidationError) as refused:
        CONTENT.validate_python(content)
    assert "input_value" not in str(refused.value)


TABLE = Table(
    caption="还款表（元）", columns=["月", "月供"], rows=[["1", "4,003.40"], ["第12月", "980.00"]]
)


def test_a_table_is_lines_of_cells_where_there_are_no_tables() -> None:
    text = plain_text(TextContent(text="每月还款如下。", table=TABLE))
    head, caption, *lines = text.split("\n\n")[0:1] + text.split("\n\n")[1].split("\n")
    assert (head, caption) == ("每月还款如下。", "还款表（元）")
    cells = [[cell.replace("\u2007", "") for cell in line.split("｜")] for line in lines]
    assert cells == [["月", "月供"], ["1", "4,003.40"], ["第12月", "980.00"]]
    widths = {sum(2 if ord(c) > 0x2E80 else 1 for c in line) for line in lines}
    assert len(widths) == 1


def test_a_text_without_a_table_does_not_speak_of_one() -> None:
    assert TextContent(text="好").model_dump(mode="json") == {"type": "text", "text": "好"}
    shown = ChoicesContent(text="好", choices=[], table=TABLE).model_dump(mode="json")
    assert CONTENT.validate_python(shown) == ChoicesContent(text="好", choices=[], table=TABLE)


@pytest.mark.parametrize("rows", [[["1"]], [["1", "2", "3"]], [["1", 2]], [["", ""]] * 401])
def test_a_table_with_holes_is_refused(rows: list[list[object]]) -> None:
    with pytest.raises(ValidationError):
        Table.model_validate({"caption": "表", "columns": ["月", "月供"], "rows": rows})
