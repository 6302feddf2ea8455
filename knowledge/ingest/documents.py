"""Reads articles out of running text given as Markdown lines: a heading is a question, what follows its answer.

Used for .md, .docx, .html and .pdf, whose readers turn their file into such lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from knowledge.ingest import faq
from knowledge.ingest.rows import FIELDS, HEADINGS, RawRow, cell, field_of

# Written on top of our own exports: their grammar is narrower, so that every answer comes back as it was.
EXPORT_MARK = "bangban-export-1"
Line = tuple[int, str]

_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*")
# 相似问：一；二   分类：提取   依据：《条例》第二十四条
_FIELD = re.compile(r"([^\s：:]{1,10})[：:]\s*(.*)")
_FENCE = re.compile(r"\s*(```|~~~)")
_ESCAPED = re.compile(r"\\+#")


def sections(lines: Iterable[Line]) -> Iterator[RawRow]:
    """Rows of a text given as (line number, line of Markdown).

    A heading with text under it is a question; a heading with only headings under it is the category of
    those. Lines such as 相似问：…；… right under a heading fill the other columns. Lists of questions
    written without headings (问：…答：…, 1. …？) are recognised as well.
    """
    category: dict[int, str] = {}
    number, level, question = 0, 0, ""
    body: list[str] = []
    fenced = False
    for line_number, line in faq.headed(list(lines)):
        fenced ^= bool(_FENCE.match(line))
        heading = None if fenced else _HEADING.fullmatch(line.strip())
        if heading is None:
            body.append(line)
            continue
        if question and "".join(body).strip():
            yield _row(number, question, body, category, level)
        elif question:
            category = {k: v for k, v in category.items() if k < level} | {level: question}
        number, level = line_number, len(heading.group(1))
        question = faq.unnumbered(heading.group(2).strip())
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
        found = _field(rest[0])
        if found:
            values[found[0]] = found[1]
        elif rest[0].strip():
            break
        rest.pop(0)
    values["answer"] = "\n".join(rest).strip()
    return RawRow(number, values)


def _field(line: str) -> tuple[str, str] | None:
    match = _FIELD.fullmatch(line.strip())
    name = field_of(match.group(1)) if match else None
    if match is None or name in (None, "question", "answer"):
        return None
    return str(name), match.group(2)


def is_export(first_line: str) -> bool:
    """Whether a Markdown file that begins with this line is one of our own exports."""
    return first_line.strip().lstrip("\ufeff") == f"<!-- {EXPORT_MARK} -->"


def exported_sections(lines: Iterable[Line]) -> Iterator[RawRow]:
    """Rows of our own export: `## question`, its columns, an empty line, the answer to the next `## `."""
    number, question = 0, ""
    body: list[str] = []
    for line_number, line in lines:
        if line.startswith("## "):
            if question:
                yield _exported_row(number, question, body)
            number, question, body = line_number, line[3:], []
        elif question:
            body.append(line)
    if question:
        yield _exported_row(number, question, body)


def _exported_row(number: int, question: str, body: list[str]) -> RawRow:
    values: dict[str, Any] = {"question": question}
    rest = list(body)
    while rest and not rest[0].strip():
        rest.pop(0)
    while rest and (found := _field(rest[0])):
        values[found[0]] = found[1]
        rest.pop(0)
    values["answer"] = "\n".join(line[1:] if _ESCAPED.match(line) else line for line in rest)
    return RawRow(number, values)


def column_lines(values: Mapping[str, Any]) -> list[str]:
    """An article's columns as `_field` reads them again, one a line."""
    return [
        f"{HEADINGS[name][0]}：{cell(name, values[name])}"
        for name in FIELDS
        if name in values and name not in ("question", "answer")
    ]


def escape(line: str) -> str:
    """A line of an answer as an export writes it: what looks like a heading gets a backslash in front."""
    return f"\\{line}" if line.startswith("#") or _ESCAPED.match(line) else line
