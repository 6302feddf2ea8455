"""Plain text as WeChat shows it: Markdown without its marks, and nothing that its app takes for a tag. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from core.conversation.content import printable

# First entry of a row's cells, so that an open row is never empty.
ROW = "row"
_PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")

# WeChat's app makes links of <a href=...> in a text (documentation of custom/send: also of its own weixin:// and of
# mini-programs), whoever wrote it, and what it does with other tags and with entities is not documented. A sign that
# begins no comparison (<5万, <= 3, <三年) is shown as its full-width twin.
_TAG = re.compile(r"<(?!\s*(?:[0-9=]|[\u3400-\u9fff]))")
_ENTITY = re.compile(r"&(?=(?:lt|LT)\b|#0*60\b|#[xX]0*3[cC]\b)")


def harmless(text: str) -> str:
    """The same words, none of which WeChat's app takes for a tag; without NULs and other characters nobody sees."""
    return _ENTITY.sub("＆", _TAG.sub("＜", printable(text)))


def markdown_to_text(markdown: str, *, base: str = "") -> str:
    """The same words without Markdown's marks; paragraphs apart by an empty line.

    `base` is put before addresses on our own server, which begin with a slash.
    """
    lines: list[str] = []
    # One entry per open list: the next number, or None for a dotted list.
    lists: list[int | None] = []
    prefix = ""
    cells: list[str] = []
    for token in _PARSER.parse(markdown):
        match token.type:
            case "ordered_list_open" | "bullet_list_open":
                # A list belongs to the line above it: no empty line between.
                if not lists and lines and not lines[-1]:
                    lines.pop()
                ordered = token.type == "ordered_list_open"
                lists.append(int(token.attrs.get("start", 1)) if ordered else None)
            case "ordered_list_close" | "bullet_list_close":
                lists.pop()
                prefix = "  " * len(lists)
                if not lists:
                    lines.append("")
            case "list_item_open":
                prefix = "  " * (len(lists) - 1) + _marker(lists)
            case "inline" if cells:
                cells.append(_inline(token.children or [], base))
            case "inline":
                lines.append(prefix + _inline(token.children or [], base))
                prefix = "  " * len(lists)
            case "fence" | "code_block":
                lines += [*token.content.rstrip().splitlines(), ""]
            case "tr_open":
                cells = [ROW]
            case "tr_close":
                lines.append(" | ".join(cells[1:]))
                cells = []
            case "heading_close" | "table_close":
                lines.append("")
            case "paragraph_close" if not lists:
                lines.append("")
            case _:
                pass
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _marker(lists: list[int | None]) -> str:
    number = lists[-1]
    if number is None:
        return "· "
    lists[-1] = number + 1
    return f"{number}. "


def _absolute(address: object, base: str) -> str:
    text = str(address)
    ours = text.startswith("/") and not text.startswith("//")
    return base.rstrip("/") + text if ours else text


def _inline(children: Sequence[Token], base: str) -> str:
    text = ""
    link, start = "", 0
    for child in children:
        match child.type:
            case "text" | "code_inline":
                text += child.content
            case "softbreak" | "hardbreak":
                text += "\n"
            case "link_open":
                link, start = _absolute(child.attrs.get("href", ""), base), len(text)
            case "link_close":
                # An address that is its own label is written once.
                if link and link != text[start:]:
                    text += f"（{link}）"
            case "image":
                text += (
                    f"[{child.content or '图片'}]（{_absolute(child.attrs.get('src', ''), base)}）"
                )
            case _:
                pass
    return text
