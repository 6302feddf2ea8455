"""Opens a file of any accepted form and yields its rows. The form is told by the name's ending."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from knowledge.ingest import documents, pages, pdf, word, workbook
from knowledge.ingest.rows import FIELDS, FileUnreadable, RawRow, Refusal, field_of
from knowledge.ingest.texts import check_kind, read_text

MAX_FILE_BYTES = 50 * 1024 * 1024
# An honest spreadsheet of 100,000 articles unpacks to about 100 MB.
MAX_UNPACKED_BYTES = 300 * 1024 * 1024
MAX_ROWS = 100_000
MAX_CELL = 50_000
# Of a line that could not be taken apart.
MAX_QUOTED = 1000
_ENCRYPTED_OR_OLD = b"\xd0\xcf\x11\xe0"
# Put before a cell that a spreadsheet program would run as a formula; taken off again when reading.
FORMULA_GUARD = "'"
FORMULA_STARTS = ("=", "+", "-", "@", "\t")

# Columns of the list of refused rows: mended and brought back, it is read without them.
NOTES = ("行号", "未导入的字段", "原因")

Rows = Iterator[RawRow | Refusal]


def read_rows(path: Path) -> Rows:
    """Rows of a file of one of the FORMS. Raises FileUnreadable, also while they are read.

    For files from outside use sandbox.read_file, which does this in a process with limits.
    """
    require_readable(path)
    with path.open("rb") as file:
        check_kind(path, file.read(8))
    return _limited(path, _READERS[path.suffix.lower()](path))


def require_readable(path: Path) -> None:
    """Refuse at a glance: other forms, missing and oversized files. Raises FileUnreadable."""
    if path.suffix.lower() not in _READERS:
        accepted = "、".join(_READERS)
        raise FileUnreadable(
            f"不支持 {path.suffix or path.name}，可以导入 {accepted}", file=path.name
        )
    if not path.is_file():
        raise FileUnreadable(f"没有这个文件：{path}", file=path.name)
    if path.stat().st_size > MAX_FILE_BYTES:
        raise FileUnreadable(
            f"{path.name} 超过 {MAX_FILE_BYTES // 1024 // 1024} MB", file=path.name
        )


def _limited(path: Path, rows: Rows) -> Rows:
    for count, row in enumerate(rows, start=1):
        if count > MAX_ROWS:
            raise FileUnreadable(f"{path.name} 超过 {MAX_ROWS} 行，请分成几个文件", file=path.name)
        yield row


def _read_jsonl(path: Path) -> Rows:
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            # A ValueError without a place: a number of thousands of digits.
            where = getattr(error, "colno", None)
            reason = (
                f"不是正确的 JSON（第 {where} 个字符附近）" if where else "嵌套太深，或数字太长"
            )
            yield Refusal(number, "", reason, {"": line[:MAX_QUOTED]})
            continue
        if isinstance(value, dict):
            yield RawRow(number, value)
        else:
            yield Refusal(number, "", "每行应是一个 JSON 对象", {"": line[:MAX_QUOTED]})


def _read_csv(path: Path) -> Rows:
    csv.field_size_limit(MAX_CELL)
    text = read_text(path)
    # Spreadsheets save "Unicode text" with tabs.
    tabs = "\t" in text.split("\n", 1)[0] and "," not in text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter="\t" if tabs else ",", strict=True)
    try:
        columns = headings(path, next(reader, []))
        for row in reader:
            if any(cell.strip() for cell in row):
                yield cells_to_row(reader.line_num, columns, [unguard(cell) for cell in row])
    except csv.Error as error:
        raise FileUnreadable(
            f"{path.name} 第 {reader.line_num} 行不是正确的 CSV：{error}", file=path.name
        ) from error


def _read_xlsx(path: Path) -> Rows:
    check_archive(path)
    rows = workbook.rows(path)
    _, first = next(rows, (1, []))
    columns = headings(path, [str(cell or "") for cell in first])
    for number, cells in rows:
        yield cells_to_row(number, columns, cells)


def _read_docx(path: Path) -> Rows:
    check_archive(path)
    return word.rows(path)


def _read_markdown(path: Path) -> Rows:
    text = read_text(path)
    lines = enumerate(text.split("\n"), start=1)
    if documents.is_export(text.split("\n", 1)[0]):
        return documents.exported_sections(lines)
    return documents.sections(lines)


def _read_html(path: Path) -> Rows:
    return pages.rows(path.name, read_text(path, declared=True))


_READERS: dict[str, Callable[[Path], Rows]] = {
    ".jsonl": _read_jsonl,
    ".csv": _read_csv,
    ".xlsx": _read_xlsx,
    ".docx": _read_docx,
    ".md": _read_markdown,
    ".html": _read_html,
    ".htm": _read_html,
    ".pdf": pdf.rows,
}
FORMS = tuple(_READERS)


def headings(path: Path, cells: list[str]) -> list[str]:
    """The columns of a table's first row. Raises FileUnreadable for unknown, doubled or missing ones."""
    columns: list[str] = []
    for cell in cells:
        name = field_of(cell.lstrip("\ufeff"))
        if name is None and cell.strip() and cell.strip().lstrip("\ufeff") not in NOTES:
            raise FileUnreadable(
                f"{path.name} 的列“{cell[:30]}”不认识，可用的列：{'、'.join(FIELDS)}",
                file=path.name,
            )
        columns.append(name or "")
    named = [c for c in columns if c]
    if len(named) != len(set(named)):
        raise FileUnreadable(f"{path.name} 有重复的列", file=path.name)
    missing = [c for c in ("question", "answer") if c not in columns]
    if missing:
        raise FileUnreadable(f"{path.name} 的首行缺少 {'、'.join(missing)} 列", file=path.name)
    return columns


def guard(cell: str) -> str:
    """A cell of a .csv so that no spreadsheet program runs it."""
    return FORMULA_GUARD + cell if cell.startswith((*FORMULA_STARTS, FORMULA_GUARD)) else cell


def unguard(cell: str) -> str:
    guarded = cell.startswith(FORMULA_GUARD)
    return cell[1:] if guarded and cell[1:].startswith((*FORMULA_STARTS, FORMULA_GUARD)) else cell


def cells_to_row(number: int, columns: list[str], cells: list[Any]) -> RawRow | Refusal:
    """One table row by column name; of an empty cell the value is None."""
    values: dict[str, Any] = {column: None for column in columns if column}
    for column, cell in zip(columns, cells, strict=False):
        if isinstance(cell, workbook.Formula):
            return Refusal(number, column, "单元格是公式，请改成文字", values)
        if isinstance(cell, str) and len(cell) > MAX_CELL:
            return Refusal(number, column, "太长", values)
        if column and cell not in (None, ""):
            values[column] = cell
    if len(cells) > len(columns) and any(cells[len(columns) :]):
        return Refusal(number, "", f"有 {len(cells)} 格，首行只有 {len(columns)} 列", values)
    return RawRow(number, values)


def check_archive(path: Path) -> None:
    """Refuse what is no office file, is locked, carries macros, or unpacks to too much."""
    with path.open("rb") as file:
        if file.read(4) == _ENCRYPTED_OR_OLD:
            raise FileUnreadable(
                f"{path.name} 有密码或是旧格式，请另存为无密码的 {path.suffix}", file=path.name
            )
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise FileUnreadable(f"{path.name} 已损坏，打不开", file=path.name) from error
    if sum(info.file_size for info in infos) > MAX_UNPACKED_BYTES:
        raise FileUnreadable(f"{path.name} 解压后太大", file=path.name)
    if any(info.filename.lower().endswith("vbaproject.bin") for info in infos):
        raise FileUnreadable(f"{path.name} 含有宏，请另存为不含宏的文件", file=path.name)
