"""Reads and writes .xlsx through openpyxl; formulas are told apart from text, never evaluated."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils.exceptions import InvalidFileException

from knowledge.ingest.rows import FileUnreadable

# Far more than an article has; a damaged file may claim 16,384 columns in each of a million rows.
MAX_COLUMNS = 64
# As many as the format has. openpyxl makes up every row before the one a damaged file claims, for minutes.
SHEET_ROWS = 1_048_576


class Formula:
    """A cell that would be computed. Its shown value is not in the file for certain, so it is refused."""


def rows(path: Path) -> Iterator[tuple[int, list[Any]]]:
    """Row number and cells of the first sheet's rows that are not empty. Raises FileUnreadable."""
    try:
        # Opened here: of a file it cannot make sense of openpyxl leaves the handle open.
        with path.open("rb") as file:
            book = openpyxl.load_workbook(file, read_only=True, data_only=False, keep_links=False)
            try:
                sheet = book.worksheets[0]
                for number, cells in enumerate(
                    sheet.iter_rows(max_row=SHEET_ROWS, max_col=MAX_COLUMNS), start=1
                ):
                    values = [Formula() if c.data_type == "f" else c.value for c in cells]
                    while values and values[-1] in (None, ""):
                        values.pop()
                    if values:
                        yield number, values
            finally:
                book.close()
    except (
        InvalidFileException, zipfile.BadZipFile, ParseError, KeyError, ValueError, IndexError,
        TypeError, AttributeError, EOFError, OSError,
    ) as error:  # fmt: skip
        # openpyxl shows a damaged inside as whatever went wrong first.
        raise FileUnreadable(f"{path.name} 已损坏，打不开", file=path.name) from error


def write(path: Path, header: Sequence[str], lines: Sequence[Sequence[str]]) -> None:
    """Write one sheet of texts; nothing becomes a formula."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("知识条目")
    for line in (header, *lines):
        cells = [WriteOnlyCell(sheet, value=text) for text in line]
        for cell in cells:
            cell.data_type = "s"
        sheet.append(cells)
    book.save(path)
