"""Saved replies: their variables, how they are found by first letters, what ships, and spreadsheets of them."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook
from pydantic import ValidationError

from handoff.saved_replies import sheets
from handoff.saved_replies.initials import initials_of
from handoff.saved_replies.models import SavedReply
from handoff.saved_replies.schemas import SavedReplyWrite
from handoff.saved_replies.sheets import SheetRow, SheetUnreadable
from handoff.saved_replies.shipped import shipped
from handoff.saved_replies.variables import unfilled, unknown


def test_variables_that_still_stand_are_named_once_each() -> None:
    assert unfilled("{市民}您好，{市民}，工单 {工单号}") == ["市民", "工单号"]
    assert unfilled("您好，{ 市民 }、{x}、{}") == []


def test_what_only_looks_like_a_variable_is_found() -> None:
    assert unknown("{市民}的{姓名}，{姓名}和{坐席}") == ["姓名"]
    assert unknown("大括号 { 不 成对") == []


@pytest.mark.parametrize(
    ("title", "initials"),
    [("请稍候", "qsh"), ("公积金 Loan 2次", "gjjloan2c"), ("🙂", ""), ("ＡＢ", "")],
)
def test_a_title_is_found_by_its_first_letters(title: str, initials: str) -> None:
    assert initials_of(title) == initials


def test_what_ships_is_a_dozen_and_asks_for_no_numbers() -> None:
    replies = shipped()
    assert len(replies) >= 12
    assert len({reply.shortcut for reply in replies}) == len(replies)
    assert [reply.title for reply in replies if unknown(reply.text)] == []
    for word in ("请提供身份证", "请发送身份证", "把身份证号发"):
        assert not any(word in reply.text for reply in replies)


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": " "},
        {"title": "x" * 65},
        {"text": "\u200b \n"},
        {"text": "x" * 2001},
        {"shortcut": "a b"},
        {"shortcut": "/a"},
        {"scope": "group"},
        {"scope": "own", "group_id": "0199a1b2-0000-7000-8000-000000000000"},
        {"scope": "all"},
        {"owner_id": "x"},
    ],
)
def test_a_reply_that_is_none_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        SavedReplyWrite.model_validate({"scope": "own", "title": "问候", "text": "您好", **wrong})


ROWS = [
    SavedReply(shortcut="nh", title="问候", text="您好\n请讲", category="问候"),
    SavedReply(shortcut="", title="=1+1", text='=HYPERLINK("http://x")', category="+"),
]
READ = [
    SheetRow(2, "nh", "问候", "您好\n请讲", "问候"),
    SheetRow(3, "", "=1+1", '=HYPERLINK("http://x")', "+"),
]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_is_written_is_read_again(form: sheets.Form) -> None:
    assert sheets.read(sheets.write(ROWS, form)) == READ


def test_no_cell_becomes_a_formula() -> None:
    text = sheets.write(ROWS, "csv").decode("utf-8-sig")
    assert "'=1+1" in text
    book = load_workbook(io.BytesIO(sheets.write(ROWS, "xlsx")))
    assert {cell.data_type for line in book.worksheets[0] for cell in line} <= {
        "s",
        "n",
        "inlineStr",
    }


def test_excels_own_csv_in_gbk_is_read() -> None:
    data = "标题,内容,快捷码\r\n问候,您好,nh\r\n,,\r\n".encode("gb18030")
    assert sheets.read(data) == [SheetRow(2, "nh", "问候", "您好")]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        ("标题,文字\nx,y".encode(), "columns_missing"),
        (b"PK\x03\x04 broken", "damaged"),
        (b"\xff\xfe\x00\x01\x81", "encoding"),
        ("快捷码,标题,内容\n,\0,x".encode(), "not_a_sheet"),
        ("快捷码,标题,内容\n" + ",a,b\n" * (sheets.MAX_ROWS + 1), "too_many_rows"),
    ],
)
def test_a_sheet_that_cannot_be_read_says_why(data: bytes | str, reason: str) -> None:
    with pytest.raises(SheetUnreadable) as caught:
        sheets.read(data.encode() if isinstance(data, str) else data)
    assert caught.value.details["reason"] == reason
