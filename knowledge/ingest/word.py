"""Turns a Word file into the Markdown lines that documents.py reads. Text, lists, links and tables; no pictures."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import ParseError

import docx
from docx.document import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table
from docx.text.hyperlink import Hyperlink
from docx.text.paragraph import Paragraph
from lxml.etree import LxmlError

from knowledge.ingest import documents
from knowledge.ingest.rows import FileUnreadable, RawRow


def rows(path: Path) -> Iterator[RawRow]:
    """The articles of a Word file; their number is that of the paragraph. Raises FileUnreadable."""
    document, lines = _open(path)
    if document.core_properties.keywords == documents.EXPORT_MARK:
        return documents.exported_sections(lines)
    return documents.sections(lines)


def _open(path: Path) -> tuple[Document, list[documents.Line]]:
    try:
        document: Document = docx.Document(str(path))
        exported = document.core_properties.keywords == documents.EXPORT_MARK
        lines: list[documents.Line] = []
        for number, block in enumerate(document.iter_inner_content(), start=1):
            if isinstance(block, Table):
                shown = _table(block)
            else:
                shown = _exported(block) if exported else _paragraph(block)
            lines += [(number, line) for line in shown]
    except (
        PackageNotFoundError, zipfile.BadZipFile, ParseError, LxmlError, KeyError, ValueError,
        AttributeError, TypeError, OSError,
    ) as error:  # fmt: skip
        # python-docx shows a damaged inside as whatever went wrong first.
        raise FileUnreadable(f"{path.name} 已损坏，打不开", file=path.name) from error
    return document, lines


def _style(paragraph: Paragraph) -> str:
    return (paragraph.style.name if paragraph.style else "") or ""


def _heading(style: str) -> int | None:
    match = re.fullmatch(r"(?:Heading|标题) ?([1-6])", style)
    return int(match.group(1)) if match else None


def _exported(paragraph: Paragraph) -> list[str]:
    """One line of the Markdown that was exported."""
    style, text = _style(paragraph), paragraph.text
    if level := _heading(style):
        return [f"{'#' * level} {text.strip()}"]
    if style.startswith(("List", "列表")):
        return [f"- {text}"]
    return [documents.escape(line) for line in text.split("\n")]


def _paragraph(paragraph: Paragraph) -> list[str]:
    style = _style(paragraph)
    text = _text(paragraph).strip()
    if level := _heading(style):
        return ["", f"{'#' * level} {text}", ""] if text else []
    if style in ("Title", "标题"):
        return []
    if style.startswith(("List", "列表")) and text:
        return [f"- {text}"]
    return [*(documents.escape(line) for line in text.split("\n")), ""]


def _text(paragraph: Paragraph) -> str:
    parts = []
    for part in paragraph.iter_inner_content():
        if isinstance(part, Hyperlink) and part.address.startswith(("http://", "https://")):
            parts.append(f"[{part.text}]({part.url})")
        else:
            parts.append(part.text)
    return "".join(parts)


def _table(table: Table) -> list[str]:
    lines = [
        [cell.text.strip().replace("\n", " ").replace("|", "／") for cell in row.cells]
        for row in table.rows
    ]
    shown = [f"| {' | '.join(cells)} |" for cells in lines]
    if shown:
        shown.insert(1, "|" + " --- |" * len(lines[0]))
    return ["", *shown, ""]
