"""Reads articles from web pages, those of our own exports exactly, and writes such exports."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from typing import Any

from lxml.html import HtmlElement

from knowledge.ingest import documents
from knowledge.ingest.rows import FileUnreadable, RawRow
from knowledge.ingest.webpage import flat, lines, parse

# An article's contents, exactly; the page around it is for people.
DATA_ATTRIBUTE = "data-bangban"


def rows(name: str, text: str) -> Iterator[RawRow]:
    """The articles of a page; their number is the line of the source. Raises FileUnreadable."""
    page = parse(name, text)
    try:
        exported = page.xpath("//meta[@name='generator']/@content") == [documents.EXPORT_MARK]
        if exported:
            return iter([_exported(article) for article in page.iter("article")])
        return documents.sections(lines(page))
    except RecursionError as error:
        raise FileUnreadable(f"{name} 的标签嵌套太深", file=name) from error


def _exported(article: HtmlElement) -> RawRow:
    """What the page says; where nobody has changed it, exactly what was exported."""
    number = article.sourceline or 0
    try:
        values: Any = json.loads(article.get(DATA_ATTRIBUTE, ""))
    except json.JSONDecodeError:
        values = None
    if isinstance(values, dict):
        shown = parse("", f"<body>{article_html(values)}</body>").find(".//article")
        if shown is not None and _squeezed(shown) == _squeezed(article):
            return RawRow(number, values)
    # Somebody edited the page. Its first heading is the question; others belong to the answer.
    columns = [(number, flat(column)) for column in article.xpath("./p[@class='column']")]
    for column in article.xpath("./p[@class='column']"):
        column.drop_tree()
    written: list[documents.Line] = []
    for line_number, line in lines(article):
        if line.startswith("#") and not written:
            written = [(line_number, line), *columns, (line_number, "")]
        elif written:
            written.append((line_number, documents.escape(line)))
    row = next(documents.exported_sections(written), RawRow(number, {}))
    return RawRow(number, row.values)


def _squeezed(element: HtmlElement) -> str:
    return "".join(element.text_content().split())


def article_html(values: dict[str, Any]) -> str:
    """One article of an export: to be read by people, with its exact contents beside it."""
    from markdown_it import MarkdownIt

    data = html.escape(json.dumps(values, ensure_ascii=False), quote=True)
    columns = "".join(
        f"<p class='column'>{html.escape(line)}</p>" for line in documents.column_lines(values)
    )
    # Raw HTML in an answer is shown as text.
    answer = (
        MarkdownIt("commonmark", {"html": False})
        .enable("table")
        .render(str(values.get("answer", "")))
    )
    question = html.escape(str(values.get("question", "")))
    return (
        f'<article {DATA_ATTRIBUTE}="{data}">\n<h2>{question}</h2>\n{columns}\n{answer}</article>\n'
    )
