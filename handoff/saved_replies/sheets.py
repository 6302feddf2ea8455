"""Saved replies as spreadsheets: CSV and xlsx, read and written. CPU work: call it in a thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.sheets import MEDIA_TYPES, Form, SheetUnreadable, Table, read_lines, write_csv, write_xlsx
from handoff.saved_replies.models import SavedReply

__all__ = ["MAX_BYTES", "MAX_ROWS", "MEDIA_TYPES", "Form", "SheetRow", "SheetUnreadable"]
MAX_BYTES = 1024 * 1024
MAX_ROWS = 1000
_MOST_COLUMNS = 20
COLUMNS = {"快捷码": "shortcut", "标题": "title", "内容": "text", "分类": "category"}


@dataclass(frozen=True)
class SheetRow:
    """`number` as the spreadsheet counts."""

    number: int
    shortcut: str = ""
    title: str = ""
    text: str = ""
    category: str = ""


def write(rows: Sequence[SavedReply], form: Form) -> bytes:
    lines = [list(COLUMNS), *([row.shortcut, row.title, row.text, row.category] for row in rows)]
    if form == "csv":
        return write_csv(lines)
    return write_xlsx(Table("快捷回复", lines, (14, 24, 80, 14)))


def read(data: bytes) -> list[SheetRow]:
    """The rows below the head; empty ones are left out. Raises SheetUnreadable."""
    (_, names), *lines = read_lines(data, most=MAX_ROWS, columns=_MOST_COLUMNS)
    head = [COLUMNS.get(name) for name in names]
    missing = [name for name, field in COLUMNS.items() if field not in head and name != "分类"]
    if missing:
        raise SheetUnreadable.because(
            f"第一行缺少这些列：{'、'.join(missing)}。", "columns_missing"
        )
    rows = []
    for number, line in lines:
        cells = {field: cell for field, cell in zip(head, line, strict=False) if field is not None}
        if any(cells.values()):
            rows.append(SheetRow(number, **cells))
    return rows
