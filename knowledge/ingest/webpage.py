"""Turns an HTML page into the Markdown lines that documents.py reads. Scripts, styles and handlers never get through:
only text, lists, links and tables are taken over."""

from __future__ import annotations

import re

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from knowledge.ingest import documents
from knowledge.ingest.rows import FileUnreadable

# What a page has besides its text, or what is no text for a reader.
_DROPPED = {
    *(
        "script",
        "style",
        "noscript",
        "template",
        "head",
        "nav",
        "iframe",
        "frame",
        "object",
        "embed",
    ),
    *("applet", "svg", "math", "canvas", "audio", "video", "form", "input", "button", "select"),
    *("textarea", "option", "dialog"),
}
_BLOCKS = {
    *("html", "body", "div", "p", "section", "article", "main", "aside", "header", "footer"),
    *("figure", "figcaption", "address", "center", "fieldset", "dl", "dd", "dt", "details"),
    *(
        "summary",
        "blockquote",
        "pre",
        "ul",
        "ol",
        "li",
        "table",
        "tbody",
        "thead",
        "tr",
        "td",
        "th",
    ),
    "hr",
}
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_LINK = re.compile(r"(?:https?|mailto|tel):[^\s()<>]+", re.I)
_SPACE = re.compile(r"[ \t\r\n\f\v\u00a0]+")


def parse(name: str, text: str) -> HtmlElement:
    """The page as a tree. Raises FileUnreadable."""
    # Without huge_tree: libxml2 stops at absurd depths and sizes. HTML knows no entities of its own making.
    parser = HTMLParser(
        encoding="utf-8", recover=True, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        page: HtmlElement = document_fromstring(text.encode("utf-8"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise FileUnreadable(f"{name} 不是可以读取的网页", file=name) from error
    for problem in parser.error_log:
        if problem.type_name in (
            "ERR_INTERNAL_ERROR",
            "ERR_NO_MEMORY",
            "ERR_NAME_TOO_LONG",
            "ERR_RESOURCE_LIMIT",
        ):
            # Past such a place the rest of the page is lost, which would look like success.
            raise FileUnreadable(f"{name} 第 {problem.line} 行：标签嵌套太深或太长", file=name)
    return page


def lines(page: HtmlElement) -> list[documents.Line]:
    """The page as numbered Markdown lines."""
    writer = _Writer()
    writer.block(page)
    writer.end_paragraph()
    return writer.lines


class _Writer:
    """Walks a tree and collects lines. `_inline` is the paragraph being written."""

    def __init__(self) -> None:
        self.lines: list[documents.Line] = []
        self._inline: list[str] = []
        self._line = 0
        self._prefix = ""

    def block(self, element: HtmlElement) -> None:
        tag = element.tag
        if not isinstance(tag, str) or tag in _DROPPED or _hidden(element):
            return
        self._line = element.sourceline or self._line
        if tag in _HEADINGS or tag in ("dt", "summary"):
            self._heading(element, _HEADINGS.get(tag, 6))
        elif tag in ("ul", "ol"):
            self._list(element, depth=0)
        elif tag == "table" and _is_data(element):
            self._table(element)
        elif tag == "pre":
            self.end_paragraph()
            self._put("```", *_bare(element).strip("\n").split("\n"), "```", "")
        elif tag == "blockquote":
            self.end_paragraph()
            before, self._prefix = self._prefix, self._prefix + "> "
            self._children(element)
            self.end_paragraph()
            self._prefix = before
        elif tag == "br":
            self._inline.append("\n")
        elif tag in _BLOCKS:
            self.end_paragraph()
            self._children(element)
            self.end_paragraph()
        else:
            self._inline.append(_inline(element))

    def _children(self, element: HtmlElement) -> None:
        self._text(element.text)
        for child in element:
            inside = isinstance(child.tag, str) and child.tag not in _BLOCKS
            if inside and any(
                d.tag in _BLOCKS or d.tag in _HEADINGS for d in child.iterdescendants()
            ):
                # <a><h3>..</h3></a>, <font><p>..</p></font>: the blocks decide.
                if child.tag not in _DROPPED and not _hidden(child):
                    self._children(child)
            else:
                self.block(child)
            self._text(child.tail)

    def _text(self, text: str | None) -> None:
        if text:
            self._inline.append(_SPACE.sub(" ", text))

    def end_paragraph(self) -> None:
        text = "".join(self._inline)
        self._inline = []
        kept = [documents.escape(part.strip()) for part in text.split("\n")]
        if any(kept):
            self._put(*kept, "")

    def _put(self, *lines: str) -> None:
        self.lines += [(self._line, f"{self._prefix}{line}".rstrip()) for line in lines]

    def _heading(self, element: HtmlElement, level: int) -> None:
        self.end_paragraph()
        if text := _SPACE.sub(" ", _bare(element)).strip():
            self._put("", f"{'#' * level} {text}", "")

    def _list(self, element: HtmlElement, depth: int) -> None:
        self.end_paragraph()
        for count, item in enumerate(element.iterchildren("li"), start=1):
            self._line = item.sourceline or self._line
            mark = f"{count}." if element.tag == "ol" else "-"
            nested = [child for child in item if child.tag in ("ul", "ol")]
            text = flat(item, without=nested)
            if text or nested:
                self._put(f"{'  ' * depth}{mark} {text}")
            for child in nested:
                self._list(child, depth + 1)
        if depth == 0:
            self._put("")

    def _table(self, table: HtmlElement) -> None:
        self.end_paragraph()
        cells = [
            [flat(cell).replace("|", "／") for cell in row.iterchildren("td", "th")]
            for row in table.iter("tr")
        ]
        width = max(len(row) for row in cells)
        shown = [f"| {' | '.join(row + [''] * (width - len(row)))} |" for row in cells if row]
        shown.insert(1, "|" + " --- |" * width)
        self._put(*shown, "")


def _bare(element: HtmlElement) -> str:
    """An element's text without marks, as it stands in the source."""
    text = element.text or ""
    for child in element:
        if isinstance(child.tag, str) and child.tag not in _DROPPED and not _hidden(child):
            text += _bare(child)
        text += child.tail or ""
    return text


def _hidden(element: HtmlElement) -> bool:
    return "hidden" in element.attrib or bool(_HIDDEN.search(element.get("style", "")))


def _is_data(table: HtmlElement) -> bool:
    """Whether a table shows data; one with headings, lists or tables inside only arranges the page."""
    if (
        any(table.iter("h1", "h2", "h3", "h4", "ul", "ol", "dl"))
        or len(list(table.iter("table"))) > 1
    ):
        return False
    return any(len(list(row.iterchildren("td", "th"))) > 1 for row in table.iter("tr"))


def flat(element: HtmlElement, without: list[HtmlElement] | None = None) -> str:
    """An element's text in one line, links and emphasis kept."""
    parts = [element.text or ""]
    for child in element:
        if child not in (without or []):
            parts.append(_inline(child))
        parts.append(child.tail or "")
    return _SPACE.sub(" ", "".join(parts)).strip()


def _inline(element: HtmlElement) -> str:
    tag = element.tag
    if not isinstance(tag, str) or tag in _DROPPED or _hidden(element):
        return ""
    if tag == "br":
        return "\n"
    if tag == "img":
        alt = _SPACE.sub(" ", element.get("alt", "")).strip()
        return f"（图片：{alt}）" if alt else ""
    text = _SPACE.sub(" ", element.text or "")
    for child in element:
        text += _inline(child) + _SPACE.sub(" ", child.tail or "")
    if not text.strip():
        return text
    if tag in ("b", "strong"):
        return f"**{text.strip()}**"
    if tag == "a" and _LINK.fullmatch(target := element.get("href", "").strip()):
        return f"[{text.strip()}]({target})"
    return f" {text} " if tag in _BLOCKS else text
