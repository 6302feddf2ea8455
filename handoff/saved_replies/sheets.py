"""Saved replies as spreadsheets: CSV and xlsx, read and written. CPU work: call it in a thread."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from core.errors import InvalidInput
from core.spreadsheets import guarded, unguarded
from handoff.saved_replies.models import SavedReply

Form = Literal["csv", "xlsx"]
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MAX_BYTES = 1024 * 1024
MAX_ROWS = 1000
# What an honest sheet of a thousand replies unpacks to is far smaller.
_MAX_UNPACKED = 30 * 1024 * 1024
COLUMNS = {"快捷码": "shortcut", "标题": "title", "内容": "text", "分类": "category"}


class SheetUnreadable(InvalidInput):
    """Details: `field`, `reason`."""

    code, default_message = "sheet_unreadable", "表格读不出来。"


@dataclass(frozen=True)
class SheetRow:
    """`number` as the spreadsheet counts."""

    number: int
    shortcut: str = ""
    title: str = ""
    text: str = ""
    category: str = ""


def write(rows: Sequence[SavedReply], form: Form) -> bytes:
    lines = [[row.shortcut, row.title, row.text, row.category] for row in rows]
    return _write_csv(lines) if form == "csv" else _write_xlsx(lines)


def _write_csv(lines: Iterable[list[str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for line in lines:
        writer.writerow([guarded(cell) for cell in line])
    # With the mark that tells Excel that it is UTF-8.
    return out.getvalue().encode("utf-8-sig")


def _write_xlsx(lines: Iterable[list[str]]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(COLUMNS))
    for line in lines:
        sheet.append(line)
        for cell in sheet[sheet.max_row]:
            cell.data_type = "s"  # never a formula
    for letter, width in zip("ABCD", (14, 24, 80, 14), strict=True):
        sheet.column_dimensions[letter].width = width
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(data: bytes) -> list[SheetRow]:
    """The rows below the head; empty ones are left out. Raises SheetUnreadable."""
    packed = data.startswith(b"PK\x03\x04")
    lines = list(_xlsx(data) if packed else _csv(data))
    if not lines:
        raise _unreadable("表格是空的。", "empty")
    head = [COLUMNS.get(cell.strip()) for cell in lines[0]]
    missing = [name for name, field in COLUMNS.items() if field not in head and name != "分类"]
    if missing:
        raise _unreadable(f"第一行缺少这些列：{'、'.join(missing)}。", "columns_missing")
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        cells = {
            field: unguarded(cell.strip())
            for field, cell in zip(head, line, strict=False)
            if field is not None
        }
        if any(cells.values()):
            rows.append(SheetRow(number, **cells))
    if len(rows) > MAX_ROWS:
        raise _unreadable(f"一次最多导入 {MAX_ROWS} 行。", "too_many_rows")
    return rows


def _csv(data: bytes) -> Iterator[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise _unreadable("文件不是 UTF-8 或 GBK 编码的 CSV，也不是 xlsx。", "encoding")
    if "\0" in text:
        raise _unreadable("文件不是 CSV 或 xlsx。", "not_a_sheet")
    try:
        yield from csv.reader(io.StringIO(text), strict=True)
    except csv.Error:
        raise _unreadable("CSV 格式有误，请检查引号。", "csv") from None


def _xlsx(data: bytes) -> Iterator[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(member.file_size for member in archive.infolist()) > _MAX_UNPACKED:
                raise _unreadable("表格太大了。", "too_large")
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        for number, line in enumerate(sheet.iter_rows(max_col=20, values_only=True)):
            if number > MAX_ROWS * 2:
                raise _unreadable(f"一次最多导入 {MAX_ROWS} 行。", "too_many_rows")
            yield [_cell(value) for value in line]
    except (
        zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, IndexError, OSError,
        EOFError, TypeError, AttributeError, NotImplementedError,
    ):  # fmt: skip
        # openpyxl shows a damaged file as whatever went wrong first.
        raise _unreadable("表格已损坏。", "damaged") from None


def _cell(value: Any) -> str:
    return "" if value is None else str(value)


def _unreadable(message: str, reason: str) -> SheetUnreadable:
    return SheetUnreadable(message, field="file", reason=reason)
