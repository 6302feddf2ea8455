"""Files for editors to fill in or mend: the empty template, and the refused rows of an import with their reasons."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

from knowledge.ingest import workbook
from knowledge.ingest.readers import NOTES, guard
from knowledge.ingest.rows import FIELDS, HEADINGS, cell
from knowledge.ingest.service import ImportService

_EXAMPLE = {
    "question": "租房可以提取公积金吗",
    "similar": "房租能用公积金付吗\n租房子公积金能取出来吗",
    "answer": "可以。在本市无自有住房且租房居住的，可以提取。\n\n- 身份证\n- 无房证明",
    "citations": "《住房公积金管理条例》（国务院令第262号）第二十四条",
    "category": "公积金/提取",
    "business": "公积金",
    "region": "全国",
    "audience": "公开",
    "effective_from": "2026-01-01",
    "tags": "租房",
}
_PAGE = 200


def template(form: str) -> bytes:
    """The columns under their Chinese names and one example row, as .xlsx or .csv."""
    shown = [name for name in FIELDS if name not in ("attachments", "next", "variants")]
    header = [HEADINGS[name][0] for name in shown]
    line = [_EXAMPLE.get(name, "") for name in shown]
    if form == "csv":
        return ("\ufeff" + _csv([header, [guard(text) for text in line]])).encode()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.xlsx"
        workbook.write(path, header, [line])
        return path.read_bytes()


async def refused_lines(imports: ImportService, import_id: str) -> AsyncIterator[str]:
    """A .csv of the refused rows, piece by piece. Its first three columns are left out when it is imported."""
    yield "\ufeff" + _csv([[*NOTES, *(HEADINGS[name][0] for name in FIELDS)]])
    after = 0
    while True:
        rows = await imports.rows(import_id, after=after, limit=_PAGE, outcome="refused")
        lines = [
            [str(row.number), row.field, row.reason, *(_text(name, row.content) for name in FIELDS)]
            for row in rows
        ]
        yield _csv([[guard(text) for text in line] for line in lines])
        if len(rows) < _PAGE:
            return
        after = rows[-1].position


def _text(name: str, content: dict[str, Any]) -> str:
    """A column of a row as it stood in the file, or as it was checked."""
    value = (
        content.get("answer_md")
        if name == "answer" and "answer" not in content
        else content.get(name)
    )
    if value is None:
        # A line that could not be taken apart stands where it can be seen.
        return str(content.get("", "")) if name == "question" else ""
    try:
        return cell(name, value, "\n")
    except TypeError:
        return str(value)


def _csv(lines: Sequence[Sequence[str]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(lines)
    return text.getvalue()
