"""Spreadsheets that people fill in: the lines of a CSV or xlsx file, and files of lines. To be called in a thread."""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Literal

from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from core.errors import InvalidInput
from core.spreadsheets import guarded, unguarded

Form = Literal["csv", "xlsx"]
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# What an honest sheet of some thousand lines unpacks to is far smaller.
_MAX_UNPACKED = 30 * 1024 * 1024


class SheetUnreadable(InvalidInput):
    """Details: `field`, `reason`."""

    code, default_message = "sheet_unreadable", "表格读不出来。"

    @classmethod
    def because(cls, message: str, reason: str) -> SheetUnreadable:
        return cls(message, field="file", reason=reason)


@dataclass(frozen=True)
class Table:
    """A sheet to be written: its name, its head and lines, how many characters wide its columns are."""

    name: str
    lines: Sequence[Sequence[str]]
    widths: Sequence[int] = ()


def read_lines(data: bytes, *, most: int, columns: int) -> list[tuple[int, list[str]]]:
    """The lines of the first sheet that hold something, with their numbers as the spreadsheet counts, cells trimmed.

    Raises SheetUnreadable, also for more than `most` lines below the head; further `columns` are not read.
    """
    packed = data.startswith(b"PK\x03\x04")
    found: list[tuple[int, list[str]]] = []
    for number, line in enumerate(_xlsx(data, most, columns) if packed else _csv(data), start=1):
        cells = [unguarded(cell.strip()) for cell in line[:columns]]
        if any(cells):
            found.append((number, cells))
        if len(found) > most + 1:
            raise _too_many(most)
    if not found:
        raise SheetUnreadable.because("表格是空的。", "empty")
    return found


def write_csv(lines: Iterable[Sequence[str]]) -> bytes:
    """With the mark that tells Excel that it is UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out)
    for line in lines:
        writer.writerow([guarded(cell) for cell in line])
    return out.getvalue().encode("utf-8-sig")


def write_xlsx(*tables: Table) -> bytes:
    """A book with these sheets; their first lines stay in sight."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for table in tables:
        sheet = book.create_sheet(table.name)
        for line in table.lines:
            sheet.append(list(line))
            for cell in sheet[sheet.max_row]:
                cell.data_type = "s"  # never a formula
        sheet.freeze_panes = "A2"
        for place, width in enumerate(table.widths, start=1):
            sheet.column_dimensions[get_column_letter(place)].width = width
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _csv(data: bytes) -> Iterator[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise SheetUnreadable.because("文件不是 UTF-8 或 GBK 编码的 CSV，也不是 xlsx。", "encoding")
    if "\0" in text:
        raise SheetUnreadable.because("文件不是 CSV 或 xlsx。", "not_a_sheet")
    try:
        yield from csv.reader(io.StringIO(text), strict=True)
    except csv.Error:
        raise SheetUnreadable.because("CSV 格式有误，请检查引号。", "csv") from None


def _xlsx(data: bytes, most: int, columns: int) -> Iterator[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(member.file_size for member in archive.infolist()) > _MAX_UNPACKED:
                raise SheetUnreadable.because("表格太大了。", "too_large")
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        for number, line in enumerate(sheet.iter_rows(max_col=columns, values_only=True)):
            if number > most * 2:
                raise _too_many(most)
            yield [_cell(value) for value in line]
    except (
        zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, IndexError, OSError,
        EOFError, TypeError, AttributeError, NotImplementedError, ArithmeticError, zlib.error, SyntaxError,
    ):  # fmt: skip
        # openpyxl shows a damaged file as whatever went wrong first; SyntaxError is XML that is none.
        raise SheetUnreadable.because("表格已损坏。", "damaged") from None


def _cell(value: Any) -> str:
    """As people read it: a day without its midnight, a whole number without its .0."""
    if isinstance(value, datetime) and value.time() == time.min:
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def _too_many(most: int) -> SheetUnreadable:
    return SheetUnreadable.because(f"一次最多导入 {most} 行。", "too_many_rows")
