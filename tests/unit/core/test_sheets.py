"""Spreadsheets that are damaged, or made to harm, are refused with a reason and nothing else."""

from __future__ import annotations

import io
import zipfile

import pytest

from core.sheets import SheetUnreadable, Table, read_lines, write_xlsx

SHEET = "xl/worksheets/sheet1.xml"
_SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LAUGHS = "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">'
    for before, name in zip("abcdefghi", "bcdefghij", strict=True)
)
LAUGHING = (
    f'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">{_LAUGHS}]><worksheet xmlns="{_SPACE}"><sheetData>'
    '<row r="1"><c r="A1" t="inlineStr"><is><t>&j;</t></is></c></row></sheetData></worksheet>'
)
BOOK = write_xlsx(Table("工单", [["标题", "内容"], ["没到账", "三个月" * 500]]))


def _with(name: str, text: str) -> bytes:
    """The book with another part of that name."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(BOOK)) as book, zipfile.ZipFile(out, "w") as made:
        for each in book.namelist():
            made.writestr(each, text if each == name else book.read(each))
    return out.getvalue()


def _bent() -> bytes:
    """The sheet's packed bytes are others; its place in the archive is right."""
    with zipfile.ZipFile(io.BytesIO(BOOK)) as book:
        start = book.getinfo(SHEET).header_offset + 30 + len(SHEET)
    return BOOK[:start] + b"\xff" * 40 + BOOK[start + 40 :]


def test_an_honest_book_is_read() -> None:
    assert [line[0] for _, line in read_lines(BOOK, most=10, columns=10)] == ["标题", "没到账"]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(_with(SHEET, "<worksheet"), id="a part is cut off"),
        pytest.param(_with("xl/styles.xml", "<styleSheet"), id="styles are cut off"),
        pytest.param(_with(SHEET, LAUGHING), id="entities grow without end"),
        pytest.param(_bent(), id="packed bytes are damaged"),
        pytest.param(BOOK[: len(BOOK) // 2], id="half of it"),
    ],
)
def test_what_cannot_be_unpacked_is_unreadable_and_no_fault_of_ours(data: bytes) -> None:
    with pytest.raises(SheetUnreadable):
        read_lines(data, most=10, columns=10)
