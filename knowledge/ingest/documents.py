"""Reads articles out of running text: a heading is a question, what follows is its answer (.md, .docx)."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import docx
from docx.document import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table
from docx.text.paragraph import Paragraph

from knowledge.ingest.rows import FileUnreadable, RawRow, field_of

_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*")
# 相似问：一；二   分类：提取   依据：《条例》第二十四条
_FIELD = re.compile(r"([^\s：:]{1,10})[：:]\s*(.*)")
_FENCE = re.compile(r"\s*(```|~~~)")


def sections(lines: Iterable[tuple[int, str]]) -> Iterator[RawRow]:
    """Rows of a text given as (line number, line of Markdown).

    A heading with text under it is a question; a heading with only headings under it is the category of
    those. Lines such as 相似问：…；… right under a heading fill the other columns.
    """
    category: dict[int, str] = {}
    number, level, question = 0, 0, ""
    body: list[str] = []
    fenced = False
    for line_number, line in lines:
        fenced ^= bool(_FENCE.match(line))
        heading = None if fenced else _HEADING.fullmatch(line.strip())
        if heading is None:
            body.append(line)
            continue
        if question and "".join(body).strip():
            yield _row(number, question, body, category, level)
        elif question:
            category = {k: v for k, v in category.items() if k < level} | {level: question}
        number, level, question = line_number, len(heading.group(1)), heading.group(2).strip()
        category = {k: v for k, v in category.items() if k < level}
        body = []
    if question and "".join(body).strip():
        yield _row(number, question, body, category, level)


def _row(
    number: int, question: str, body: list[str], category: dict[int, str], level: int
) -> RawRow:
    values: dict[str, Any] = {"question": question}
    above = [category[k] for k in sorted(category) if k < level]
    if above:
        values["category"] = above[-1]
    rest = list(body)
    while rest:
        match = _FIELD.fullmatch(rest[0].strip())
        name = field_of(match.group(1)) if match else None
        if match and name not in (None, "question", "answer"):
            values[str(name)] = match.group(2)
        elif rest[0].strip():
            break
        rest.pop(0)
    values["answer"] = "\n".join(rest).strip()
    return RawRow(number, values)


def docx_lines(path: Path) -> Iterator[tuple[int, str]]:
    """A Word file as numbered Markdown lines, one a paragraph. Raises FileUnreadable."""
    try:
        document: Document = docx.Document(str(path))
        blocks = list(document.iter_inner_content())
    except (
        PackageNotFoundError, zipfile.BadZipFile, ParseError, KeyError, ValueError, AttributeError, OSError,
    ) as error:  # fmt: skip
        raise FileUnreadable(f"{path.name} 已损坏，打不开", file=path.name) from error
    number = 0
    for block in blocks:
        for line in _table(block) if isinstance(block, Table) else _paragraph(block):
            number += 1
            yield number, line


def _paragraph(paragraph: Paragraph) -> list[str]:
    text = paragraph.text.strip()
    style = (paragraph.style.name if paragraph.style else "") or ""
    if match := re.fullmatch(r"(?:Heading|标题) ?([1-6])", style):
        return ["", f"{'#' * int(match.group(1))} {text}", ""] if text else []
    if style == "Title":
        return []
    if style.startswith(("List", "列表")) and text:
        return [f"- {text}"]
    return [text, ""]


def _table(table: Table) -> list[str]:
    lines = [
        [cell.text.strip().replace("\n", " ").replace("|", "／") for cell in row.cells]
        for row in table.rows
    ]
    shown = [f"| {' | '.join(cells)} |" for cells in lines]
    if shown:
        shown.insert(1, "|" + " --- |" * len(lines[0]))
    return ["", *shown, ""]
