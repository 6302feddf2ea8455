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

# A question that stands in no article: a row that is left in the table by mistake changes none.
_EXAMPLE = {
    "question": "（示例，填写前请删除这一行）办事大厅有停车场吗",
    "similar": "大厅能停车吗\n开车去办公积金停哪里",
    "answer": "有。大厅北侧有停车场，凭办理单免费停两小时。\n\n- 从北门进\n- 周末也开放",
    "citations": "《示例市办事大厅服务公示》（示例〔2026〕1号）第三条",
    "category": "公积金/基本信息",
    "business": "公积金",
    "region": "全国",
    "audience": "公开",
    "effective_from": "2026-01-01",
    "tags": "大厅",
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
